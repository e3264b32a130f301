import { error, type Problem } from '../../src/model/problem.ts'
import type { Checked } from './checks.ts'

/** Where source ranges are enforced: on each listener, or, where the driver has no lists of ranges, at the nodes. */
export function enforcedBy({
  features,
  config,
}: Pick<Checked, 'features' | 'config'>): 'listener' | 'nodes' | undefined {
  if (features.allowedCidrs) return 'listener'
  // OVN passes the client's address on, so that a security group on the nodes can tell clients apart.
  return features.ovn && config.manageSecurityGroups ? 'nodes' : undefined
}

/** Nothing that could enforce them: the Service is refused, for open is not what was asked. */
export function sourceProblems(wish: Checked): readonly Problem[] {
  const [range] = wish.lb.sourceRanges
  if (range === undefined || enforcedBy(wish) !== undefined) return []
  const { features } = wish
  const why = features.ovn
    ? 'the driver ovn lets everybody in, and security groups of the nodes are not managed'
    : `API 2.${features.minor} of Octavia has no lists of ranges`
  return [
    error('LB_SOURCE_RANGE_UNSUPPORTED', range.path, `nothing would keep other clients out: ${why}`, {
      value: range.cidr,
      accepted: features.ovn
        ? 'ranges with openstack.manageSecurityGroups: true'
        : 'ranges with API 2.12 or newer',
      hint: features.ovn
        ? 'set openstack.manageSecurityGroups: true'
        : 'remove the ranges if everybody may connect',
    }),
  ]
}
