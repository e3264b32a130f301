import type { AnnotationSpec } from './annotations.ts'
import type { Cidr } from '../lib/ip.ts'
import { portable } from './portable.ts'
import { cidr } from './value-cidr.ts'
import { list } from './value-list.ts'

export const sourceRangesKey = 'service.beta.kubernetes.io/load-balancer-source-ranges'

/** Every annotation that says who may connect. */
export const sourceRangeKeys: readonly string[] = [sourceRangesKey, portable.sourceRanges.key]

/** Keys that every provider honours; `fromService` reads them, because fields of the spec outrank them. */
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
} as const
