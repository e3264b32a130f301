import type {
  ConfigureHealthCheckInput,
  ConfigureHealthCheckOutput,
  DescribeEndPointStateInput,
  DescribeEndPointStateOutput,
  HealthCheck,
  InstanceState,
} from '@aws-sdk/client-elastic-load-balancing'
import type { Action, Actions } from '../action.ts'
import { fault, invalid } from '../fault.ts'
import { inRange } from '../elbv2/checks.ts'
import type { ClassicListener, ClassicLoadBalancer } from '../state/classic.ts'
import type { World } from '../state/world.ts'
import { balancerNamed, put } from './find.ts'

/** Until it is configured, the first instance port is tried. */
export const newHealthCheck = ([first]: readonly ClassicListener[]): HealthCheck => ({
  Target: `TCP:${first?.instancePort ?? 80}`,
  Interval: 30,
  Timeout: 5,
  UnhealthyThreshold: 2,
  HealthyThreshold: 10,
})

const configure: Action<ConfigureHealthCheckInput, ConfigureHealthCheckOutput> = (world, input) => {
  const balancer = balancerNamed(world, input.LoadBalancerName)
  const check = input.HealthCheck as Required<HealthCheck>
  const { Target = '', Interval = 0, Timeout = 0, UnhealthyThreshold = 0, HealthyThreshold = 0 } = check
  const port = /^(?:(?:TCP|SSL):(\d+)|HTTPS?:(\d+)\/.{0,1023})$/.exec(Target)
  if (port === null)
    throw invalid(`HealthCheck HTTP Target must specify a port followed by a path: ${Target}`)
  inRange('HealthCheck port', Number(port[1] ?? port[2]), 1, 65_535)
  inRange('HealthCheck Interval', Interval, 5, 300)
  inRange('HealthCheck Timeout', Timeout, 2, 60)
  inRange('HealthCheck UnhealthyThreshold', UnhealthyThreshold, 2, 10)
  inRange('HealthCheck HealthyThreshold', HealthyThreshold, 2, 10)
  if (Timeout >= Interval) throw invalid('HealthCheck timeout must be less than interval')
  put(world, balancer, { healthCheck: check })
  return { HealthCheck: check }
}

const describeHealth: Action<DescribeEndPointStateInput, DescribeEndPointStateOutput> = (world, input) => {
  const balancer = balancerNamed(world, input.LoadBalancerName)
  const ids = input.Instances?.map((one) => one.InstanceId ?? '') ?? Object.keys(balancer.instances)
  return { InstanceStates: ids.map((id) => stateOf(world, balancer, id)) }
}

/** By the clock alone: out of service, then in, if nobody made its checks fail. */
export function stateOf(world: World, balancer: ClassicLoadBalancer, id: string): InstanceState {
  const healthyAt = balancer.instances[id]
  if (healthyAt === undefined) throw fault('InvalidInstance', `Could not find EC2 instance ${id}.`)
  const instance = world.instances.get(id)
  const zone = world.subnets.get(instance?.subnetId ?? '')?.zone
  const state = (State: string, ReasonCode: string, Description: string): InstanceState => ({
    InstanceId: id,
    State,
    ReasonCode,
    Description,
  })
  if (instance?.state !== 'running') return state('OutOfService', 'Instance', 'Instance is in stopped state.')
  if (!balancer.zones.some((one) => one.name === zone))
    return state('OutOfService', 'ELB', 'Instance is in an Availability Zone that is not enabled.')
  if (world.clock.now() < healthyAt)
    return state('OutOfService', 'ELB', 'Instance registration is still in progress.')
  if (world.unhealthy.has(id))
    return state('OutOfService', 'Instance', 'Instance has failed health checks in a row.')
  return state('InService', 'N/A', 'N/A')
}

export const healthActions: Actions = {
  ConfigureHealthCheck: configure,
  DescribeInstanceHealth: describeHealth,
}
