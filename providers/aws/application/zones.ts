import { error, type Problem } from '../../../src/model/problem.ts'
import type { SubnetFact, ZoneType } from '../facts.ts'
import type { Layout } from '../layout.ts'

/** How many zones a load balancer has to stand in. Zones of the odd kinds mostly come alone. */
export const leastZones = (balancer: Layout['balancer'], zone: ZoneType): number =>
  balancer === 'application' && zone === 'availability-zone' ? 2 : 1

export function tooFewZones(
  balancer: Layout['balancer'],
  subnets: readonly SubnetFact[],
  path: string,
): readonly Problem[] {
  const [first] = subnets
  if (first === undefined || subnets.length >= leastZones(balancer, first.zoneType)) return []
  const message = `an application load balancer stands in at least two zones, and only ${first.id} in ${first.zone} was found`
  return [
    error('LB_SUBNETS_ZONES', path, message, {
      value: first.id,
      accepted: 'subnets in two zones',
      hint: 'tag or name a subnet in another zone',
    }),
  ]
}
