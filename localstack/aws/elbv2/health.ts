import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Target, TargetGroup } from '../state/records.ts'
import type { World } from '../state/world.ts'
import { forwardersOf } from './find.ts'
import { zoneOf } from './target-quota.ts'

/** What a target group gets from the load balancer that uses it. */
export interface Traffic {
  readonly zones: ReadonlySet<string>
  /** Since when a listener names the group, be it with weight 0: health checks begin no earlier. */
  readonly since: number
}

export function trafficOf(world: World, group: TargetGroup): Traffic | undefined {
  const listeners = forwardersOf(world, group.arn)
  const balancer = world.loadBalancers.get(listeners[0]?.loadBalancerArn ?? '')
  if (balancer === undefined) return undefined
  return {
    zones: new Set(balancer.zones.map((zone) => zone.name)),
    since: Math.min(...listeners.map((listener) => listener.namesSince.get(group.arn) ?? listener.createdAt)),
  }
}

/** unused -> initial -> healthy or unhealthy -> draining, by the clock alone: nothing runs in between. */
export function healthOf(
  world: World,
  group: TargetGroup,
  target: Target,
  traffic: Traffic | undefined,
): TargetHealth {
  if (target.drainedAt !== undefined)
    return {
      State: 'draining',
      Reason: 'Target.DeregistrationInProgress',
      Description: 'Target deregistration is in progress',
    }
  if (traffic === undefined)
    return {
      State: 'unused',
      Reason: 'Target.NotInUse',
      Description: 'Target group is not configured to receive traffic from the load balancer',
    }
  return unreachable(world, group, target, traffic) ?? checked(world, group, target, traffic)
}

function unreachable(
  world: World,
  group: TargetGroup,
  target: Target,
  { zones }: Traffic,
): TargetHealth | undefined {
  if (group.targetType === 'ip') return outOfZone(world, target, zones)
  if (group.targetType !== 'instance') return undefined
  const instance = world.instances.get(target.id)
  if (instance?.state !== 'running')
    return {
      State: 'unused',
      Reason: 'Target.InvalidState',
      Description: 'Target is in the stopped state',
    }
  return outOfZone(world, target, zones)
}

/** An address beside the VPC is in no zone, and is reached from each. */
function outOfZone(world: World, target: Target, zones: ReadonlySet<string>): TargetHealth | undefined {
  const zone = target.zone === 'all' ? undefined : zoneOf(world, target)
  if (zone === undefined || zones.has(zone)) return undefined
  return {
    State: 'unused',
    Reason: 'Target.NotInUse',
    Description: 'Target is in an Availability Zone that is not enabled for the load balancer',
  }
}

function checked(world: World, group: TargetGroup, target: Target, traffic: Traffic): TargetHealth {
  const state = world.probed?.(group, target) ?? byTheClock(world, group, target, traffic)
  const failing = world.unhealthy.has(target.id) || world.unhealthy.has(`${group.arn} ${target.id}`)
  if (state === 'initial')
    return {
      State: 'initial',
      Reason: 'Elb.RegistrationInProgress',
      Description: 'Target registration is in progress',
    }
  if (failing || state === 'unhealthy')
    return { State: 'unhealthy', Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' }
  return { State: 'healthy' }
}

function byTheClock(
  world: World,
  group: TargetGroup,
  target: Target,
  { since }: Traffic,
): 'initial' | 'healthy' {
  const { interval, healthy } = group.healthCheck
  const takes = Math.max(target.healthyMs, world.switches.healthByChecks ? interval * healthy * 1000 : 0)
  return world.clock.now() - Math.max(target.registeredAt, since) < takes ? 'initial' : 'healthy'
}
