import { note, type Problem } from './problem.ts'

/**
 * What `externalTrafficPolicy: Local` costs, on every cloud alike. Said once for all Services of a run that have it:
 * it is a property of the policy and no mistake in any of them.
 */
export function localSpread(services: number): Problem {
  const others = services < 2 ? '' : `; ${services} Services have this policy`
  return note(
    'LB_LOCAL_SPREAD',
    'spec.externalTrafficPolicy',
    `nodes without a ready pod get no traffic, and the load balancer spreads it over nodes, not pods: one pod on a node gets as much as five on another${others}`,
    {
      value: 'Local',
      hint: 'spread the pods evenly with topologySpreadConstraints over kubernetes.io/hostname',
    },
  )
}
