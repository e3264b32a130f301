import type { Family, LoadBalancer } from '../../src/model/load-balancer.ts'
import { error, type Problem, warning } from '../../src/model/problem.ts'
import type { AwsSettings } from './annotations.ts'

export interface Families {
  /** Of the load balancer's own addresses. */
  readonly families: readonly Family[]
  readonly addressType: 'ipv4' | 'dualstack'
  /** Of the targets: a target group has one. */
  readonly targets: Family
  readonly problems: readonly Problem[]
}

const hint = 'set service.beta.kubernetes.io/aws-load-balancer-ip-address-type: dualstack'

/** The annotation decides on the load balancer, the Service on the targets: IPv6 if it has that family at all. */
export function familiesOf(lb: LoadBalancer, { addressType }: AwsSettings): Families {
  const wantsIpv6 = lb.families.includes('IPv6')
  if (addressType?.value === 'dualstack')
    return {
      families: ['IPv4', 'IPv6'],
      addressType: 'dualstack',
      targets: wantsIpv6 ? 'IPv6' : 'IPv4',
      problems: [],
    }
  const only: Families = { families: ['IPv4'], addressType: 'ipv4', targets: 'IPv4', problems: [] }
  if (!wantsIpv6) return only
  const message = 'the load balancer has IPv4 addresses only, unless it is asked for both families'
  const possible = lb.families.includes('IPv4') && lb.familyPolicy !== 'RequireDualStack'
  const problem = possible
    ? warning('LB_FAMILY_FALLBACK', 'spec.ipFamilies', `${message}; this one gets IPv4 only`, {
        value: 'IPv6',
        hint,
      })
    : error('LB_FAMILY_UNSUPPORTED', 'spec.ipFamilies', message, {
        value: lb.families.join(', '),
        accepted: 'IPv4',
        hint,
      })
  return { ...only, problems: [problem] }
}
