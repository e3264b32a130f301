import type {
  DeregisterEndPointsInput,
  DeregisterEndPointsOutput,
  Instance,
  RegisterEndPointsInput,
  RegisterEndPointsOutput,
} from '@aws-sdk/client-elastic-load-balancing'
import type { Action, Actions } from '../action.ts'
import { fault, invalid } from '../fault.ts'
import type { ClassicLoadBalancer } from '../state/classic.ts'
import type { World } from '../state/world.ts'
import { balancerNamed, put } from './find.ts'

const unknown = (id: string) => fault('InvalidInstance', `Could not find EC2 instance ${id}.`)

function idsIn(given: readonly Instance[] | undefined): readonly string[] {
  if (given === undefined || given.length === 0) throw invalid('At least one instance must be specified')
  return given.map((one) => one.InstanceId ?? '')
}

const answer = (instances: ClassicLoadBalancer['instances']) => ({
  Instances: Object.keys(instances).map((InstanceId) => ({ InstanceId })),
})

function checkInstance(world: World, balancer: ClassicLoadBalancer, id: string): void {
  const instance = world.instances.get(id)
  if (instance === undefined) throw unknown(id)
  if (world.subnets.get(instance.subnetId)?.vpcId !== balancer.vpcId)
    throw fault('InvalidInstance', `Instance ${id} is not in the VPC of the load balancer.`)
}

/** All or none; what is registered stays as it is. */
const register: Action<RegisterEndPointsInput, RegisterEndPointsOutput> = (world, input) => {
  const balancer = balancerNamed(world, input.LoadBalancerName)
  const ids = idsIn(input.Instances)
  for (const id of ids) checkInstance(world, balancer, id)
  const healthyAt = world.clock.now() + world.switches.healthyMs
  const instances = { ...Object.fromEntries(ids.map((id) => [id, healthyAt])), ...balancer.instances }
  put(world, balancer, { instances })
  return answer(instances)
}

/** All or none: one that is not registered refuses the whole call. */
const deregister: Action<DeregisterEndPointsInput, DeregisterEndPointsOutput> = (world, input) => {
  const balancer = balancerNamed(world, input.LoadBalancerName)
  const ids = new Set(idsIn(input.Instances))
  for (const id of ids) if (balancer.instances[id] === undefined) throw unknown(id)
  const instances = Object.fromEntries(Object.entries(balancer.instances).filter(([id]) => !ids.has(id)))
  put(world, balancer, { instances })
  return answer(instances)
}

export const instanceActions: Actions = {
  RegisterInstancesWithLoadBalancer: register,
  DeregisterInstancesFromLoadBalancer: deregister,
}
