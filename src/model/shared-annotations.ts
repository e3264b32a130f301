import type { AnnotationSpec } from './annotations.ts'
import type { Cidr } from '../lib/ip.ts'
import { portable } from './portable.ts'
import { boolean } from './value-boolean.ts'
import { cidr } from './value-cidr.ts'
import { list } from './value-list.ts'

export const sourceRangesKey = 'service.beta.kubernetes.io/load-balancer-source-ranges'

/** Every annotation that says who may connect. */
export const sourceRangeKeys: readonly string[] = [sourceRangesKey, portable.sourceRanges.key]

export const leaveKey = 'lb-controller.io/allow-outage'

/** Where every table has the row of that key. */
export const leaveName = 'allowOutage' satisfies keyof typeof sharedAnnotations

/** Keys that every provider honours. `fromService` reads them: fields of the spec outrank some. */
export const sharedAnnotations = {
  sourceRanges: {
    key: sourceRangesKey,
    type: list(cidr),
    portable: portable.sourceRanges,
    verdict: { is: 'implemented' },
    doc: 'Who may connect: clients outside these ranges are kept out. Read only when `spec.loadBalancerSourceRanges` is empty; that field is the better place.',
    default: 'everywhere: 0.0.0.0/0, and ::/0 on a load balancer with IPv6',
    example: '10.0.0.0/8, 192.0.2.0/24',
  } satisfies AnnotationSpec<readonly Cidr[]>,
  allowOutage: {
    key: leaveKey,
    type: boolean,
    verdict: { is: 'implemented' },
    doc: 'Leave for changes that cannot be made without interrupting traffic, such as another address in a zone that stays. Until it is given they wait, and the Service says so. It holds as long as it stands there: take it away again after the change.',
    default: 'false: what serves is not interrupted',
    example: 'true',
  } satisfies AnnotationSpec<boolean>,
} as const
