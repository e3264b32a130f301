import type {
  ProtocolEnum,
  TargetGroup as TargetGroupShape,
  TargetGroupIpAddressTypeEnum,
  TargetTypeEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { TargetGroup } from '../state/records.ts'
import type { World } from '../state/world.ts'
import { usersOf } from './find.ts'

export function showTargetGroup(world: World, group: TargetGroup, asOf?: number): TargetGroupShape {
  const check = group.healthCheck
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol as ProtocolEnum,
    ...(group.protocolVersion === undefined ? {} : { ProtocolVersion: group.protocolVersion }),
    Port: group.port,
    VpcId: group.vpcId,
    TargetType: group.targetType as TargetTypeEnum,
    IpAddressType: group.ipAddressType as TargetGroupIpAddressTypeEnum,
    HealthCheckEnabled: true,
    HealthCheckProtocol: check.protocol as ProtocolEnum,
    HealthCheckPort: check.port,
    HealthCheckIntervalSeconds: check.interval,
    HealthCheckTimeoutSeconds: check.timeout,
    HealthyThresholdCount: check.healthy,
    UnhealthyThresholdCount: check.unhealthy,
    ...(check.path === undefined ? {} : { HealthCheckPath: check.path }),
    ...(check.matcher === undefined ? {} : { Matcher: { HttpCode: check.matcher } }),
    LoadBalancerArns: usersOf(world, group.arn, asOf),
  }
}
