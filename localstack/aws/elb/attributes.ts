import type {
  DescribeLoadBalancerAttributesInput,
  DescribeLoadBalancerAttributesOutput,
  LoadBalancerAttributes,
  ModifyLoadBalancerAttributesInput,
  ModifyLoadBalancerAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing'
import type { Action, Actions } from '../action.ts'
import { inRange, oneOf } from '../elbv2/checks.ts'
import { balancerNamed, put, refused } from './find.ts'

export const newAttributes: LoadBalancerAttributes = {
  CrossZoneLoadBalancing: { Enabled: false },
  AccessLog: { Enabled: false },
  ConnectionDraining: { Enabled: false, Timeout: 300 },
  ConnectionSettings: { IdleTimeout: 60 },
  AdditionalAttributes: [{ Key: 'elb.http.desyncmitigationmode', Value: 'defensive' }],
}

const describe: Action<DescribeLoadBalancerAttributesInput, DescribeLoadBalancerAttributesOutput> = (
  world,
  input,
) => ({ LoadBalancerAttributes: balancerNamed(world, input.LoadBalancerName).attributes })

/** Each structure that is named takes the place of the one before; the others stay. */
const modify: Action<ModifyLoadBalancerAttributesInput, ModifyLoadBalancerAttributesOutput> = (
  world,
  input,
) => {
  const balancer = balancerNamed(world, input.LoadBalancerName)
  const { CrossZoneLoadBalancing, AccessLog, ConnectionDraining, ConnectionSettings } =
    input.LoadBalancerAttributes ?? {}
  if (AccessLog?.Enabled === true && AccessLog.S3BucketName === undefined)
    throw refused('S3BucketName must be specified to enable access logs')
  if (AccessLog?.EmitInterval !== undefined)
    oneOf('EmitInterval', String(AccessLog.EmitInterval), ['5', '60'])
  if (ConnectionDraining?.Timeout !== undefined) inRange('Timeout', ConnectionDraining.Timeout, 1, 3_600)
  if (ConnectionSettings !== undefined) inRange('IdleTimeout', ConnectionSettings.IdleTimeout ?? 0, 1, 4_000)
  const changed: LoadBalancerAttributes = {
    ...(CrossZoneLoadBalancing === undefined ? {} : { CrossZoneLoadBalancing }),
    ...(AccessLog === undefined
      ? {}
      : { AccessLog: AccessLog.Enabled === true ? { EmitInterval: 60, ...AccessLog } : { Enabled: false } }),
    ...(ConnectionDraining === undefined
      ? {}
      : { ConnectionDraining: { Timeout: 300, ...ConnectionDraining } }),
    ...(ConnectionSettings === undefined ? {} : { ConnectionSettings }),
  }
  put(world, balancer, { attributes: { ...balancer.attributes, ...changed } })
  return { LoadBalancerName: balancer.name, LoadBalancerAttributes: changed }
}

export const attributeActions: Actions = {
  DescribeLoadBalancerAttributes: describe,
  ModifyLoadBalancerAttributes: modify,
}
