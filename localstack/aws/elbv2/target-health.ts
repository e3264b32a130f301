import type {
  DescribeTargetHealthInput,
  DescribeTargetHealthOutput,
  TargetDescription,
  TargetHealth,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Action } from '../action.ts'
import type { Target, TargetGroup } from '../state/records.ts'
import type { World } from '../state/world.ts'
import { targetGroupAt, usersOf } from './find.ts'
import { liveTargets, targetKey } from './live-targets.ts'

export const describeTargetHealth: Action<DescribeTargetHealthInput, DescribeTargetHealthOutput> = (
  world,
  input,
) => {
  const group = targetGroupAt(world, input.TargetGroupArn)
  const live = liveTargets(world, group)
  const zones = zonesInUse(world, group)
  const show = (target: Target) => describe(group, target, healthOf(world, group, target, zones))
  if (input.Targets === undefined || input.Targets.length === 0)
    return { TargetHealthDescriptions: [...live.values()].map(show) }
  return {
    TargetHealthDescriptions: input.Targets.map((named) => {
      const id = named.Id ?? ''
      const target = live.get(targetKey({ id, port: named.Port ?? group.port }))
      return target === undefined ? unregistered(group, named) : show(target)
    }),
  }
}

function describe(group: TargetGroup, target: Target, health: TargetHealth): TargetHealthDescription {
  const check = group.healthCheck.port
  return {
    Target: {
      Id: target.id,
      Port: target.port,
      ...(target.zone === undefined ? {} : { AvailabilityZone: target.zone }),
      ...(target.quicServerId === undefined ? {} : { QuicServerId: target.quicServerId }),
    },
    HealthCheckPort: check === 'traffic-port' ? String(target.port) : check,
    TargetHealth: health,
  }
}

function unregistered(group: TargetGroup, named: TargetDescription): TargetHealthDescription {
  return {
    Target: { Id: named.Id, Port: named.Port ?? group.port },
    TargetHealth: {
      State: 'unused',
      Reason: 'Target.NotRegistered',
      Description: 'Target is not registered to the target group',
    },
  }
}

/** Zones of the load balancer that uses the group, or undefined when none does. */
function zonesInUse(world: World, group: TargetGroup): ReadonlySet<string> | undefined {
  const [user] = usersOf(world, group.arn)
  const balancer = world.loadBalancers.get(user ?? '')
  return balancer === undefined ? undefined : new Set(balancer.zones.map((zone) => zone.name))
}

function healthOf(
  world: World,
  group: TargetGroup,
  target: Target,
  zones: ReadonlySet<string> | undefined,
): TargetHealth {
  if (target.drainedAt !== undefined)
    return {
      State: 'draining',
      Reason: 'Target.DeregistrationInProgress',
      Description: 'Target deregistration is in progress',
    }
  if (zones === undefined)
    return {
      State: 'unused',
      Reason: 'Target.NotInUse',
      Description: 'Target group is not configured to receive traffic from the load balancer',
    }
  const instance = world.instances.get(target.id)
  if (group.targetType === 'instance' && instance?.state !== 'running')
    return {
      State: 'unused',
      Reason: 'Target.InvalidState',
      Description: 'Target is in the stopped state',
    }
  const zone = world.subnets.get(instance?.subnetId ?? '')?.zone
  if (zone !== undefined && !zones.has(zone))
    return {
      State: 'unused',
      Reason: 'Target.NotInUse',
      Description: 'Target is in an Availability Zone that is not enabled for the load balancer',
    }
  if (world.clock.now() - target.registeredAt < world.switches.healthyMs)
    return {
      State: 'initial',
      Reason: 'Elb.RegistrationInProgress',
      Description: 'Target registration is in progress',
    }
  if (world.unhealthy.has(target.id))
    return { State: 'unhealthy', Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' }
  return { State: 'healthy' }
}
