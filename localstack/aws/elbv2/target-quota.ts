import { fault } from '../fault.ts'
import { inCidr } from '../state/addresses.ts'
import type { LoadBalancer, Target } from '../state/records.ts'
import type { World } from '../state/world.ts'
import { listenersOf } from './find.ts'
import { liveTargets } from './live-targets.ts'

/**
 * Refuses what would give a Network Load Balancer more targets than it may have: `added` are the target groups it
 * is about to use beside its present ones, `replaced` the targets a group of it is about to have.
 */
export function checkTargetQuota(
  world: World,
  balancer: LoadBalancer,
  added: readonly string[],
  replaced: ReadonlyMap<string, ReadonlyMap<string, Target>> = new Map(),
): void {
  if (balancer.type !== 'network') return
  const used = listenersOf(world, balancer.arn).flatMap((listener) => listener.forwards)
  const arns = new Set([...used.map((forward) => forward.targetGroupArn), ...added])
  const targets = [...arns].flatMap((arn) => {
    const group = world.targetGroups.get(arn)
    const all = replaced.get(arn) ?? (group === undefined ? [] : liveTargets(world, group))
    return [...all].flatMap(([, target]) => (target.drainedAt === undefined ? [target] : []))
  })
  const { targetsPerLoadBalancer, targetsPerZone } = world.limits
  const crossZone = balancer.attributes['load_balancing.cross_zone.enabled'] === 'true'
  if (targets.length > (crossZone ? targetsPerZone : targetsPerLoadBalancer)) throw tooMany(balancer)
  const zones = Map.groupBy(targets, (target) => zoneOf(world, target))
  if ([...zones.values()].some((inZone) => inZone.length > targetsPerZone)) throw tooMany(balancer)
}

const tooMany = (balancer: LoadBalancer) =>
  fault(
    'TooManyTargets',
    `The maximum number of targets for load balancer '${balancer.arn}' has been reached`,
  )

/** Of the instance or the subnet that it is in. */
export function zoneOf(world: World, target: Target): string | undefined {
  const subnetId = world.instances.get(target.id)?.subnetId
  if (subnetId !== undefined) return world.subnets.get(subnetId)?.zone
  const subnets = world.subnets.list()
  return subnets.find(({ cidr, ipv6Cidr }) => inCidr(target.id, cidr) || inCidr(target.id, ipv6Cidr))?.zone
}
