import type {
  DescribeTargetHealthInput,
  DescribeTargetHealthOutput,
  TargetDescription,
  TargetHealth,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Action } from '../action.ts'
import type { Target, TargetGroup } from '../state/records.ts'
import { targetGroupAt } from './find.ts'
import { healthOf, trafficOf } from './health.ts'
import { liveTargets, targetKey } from './live-targets.ts'

export const describeTargetHealth: Action<DescribeTargetHealthInput, DescribeTargetHealthOutput> = (
  world,
  input,
) => {
  const group = targetGroupAt(world, input.TargetGroupArn)
  const live = liveTargets(world, group)
  const traffic = trafficOf(world, group)
  const show = (target: Target) => describe(group, target, healthOf(world, group, target, traffic))
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
