import type {
  ApplySecurityGroupsToLoadBalancerInput,
  ApplySecurityGroupsToLoadBalancerOutput,
  AttachLoadBalancerToSubnetsInput,
  AttachLoadBalancerToSubnetsOutput,
  DetachLoadBalancerFromSubnetsInput,
  DetachLoadBalancerFromSubnetsOutput,
} from '@aws-sdk/client-elastic-load-balancing'
import type { Action, Actions } from '../action.ts'
import { fault, invalid } from '../fault.ts'
import { plugZones, readZones } from '../elbv2/zones.ts'
import type { ClassicLoadBalancer } from '../state/classic.ts'
import { releaseInterfaces } from '../state/interfaces.ts'
import type { World } from '../state/world.ts'
import { balancerNamed, put, refused } from './find.ts'

/** Without any named it is in the default group of its VPC. */
export function groupsIn(world: World, vpcId: string, named: readonly string[] = []): readonly string[] {
  for (const id of named) {
    const group = world.securityGroups.get(id)
    if (group === undefined)
      throw fault('InvalidSecurityGroup', `One or more security groups are invalid: '${id}'`)
    if (group.vpcId !== vpcId) throw refused(`The security group '${id}' is not in the VPC '${vpcId}'`)
  }
  if (named.length > 0) return [...new Set(named)].toSorted()
  return world.securityGroups
    .list()
    .filter((group) => group.vpcId === vpcId && group.name === 'default')
    .map((group) => group.id)
}

const applyGroups: Action<ApplySecurityGroupsToLoadBalancerInput, ApplySecurityGroupsToLoadBalancerOutput> = (
  world,
  input,
) => {
  const balancer = balancerNamed(world, input.LoadBalancerName)
  const named = input.SecurityGroups ?? []
  if (named.length === 0) throw invalid('At least one security group must be specified')
  const groups = groupsIn(world, balancer.vpcId, named)
  put(world, balancer, { securityGroups: groups })
  for (const item of world.interfaces.list())
    if (item.owner === balancer.arn && item.goneAt === undefined)
      world.interfaces.put(item.id, { ...item, groups })
  return { SecurityGroups: [...groups] }
}

const subnetsOf = ({ zones }: Pick<ClassicLoadBalancer, 'zones'>): string[] =>
  zones.map((zone) => zone.subnetId)

/** A subnet of a zone that the load balancer is in takes the place of the one there. */
const attach: Action<AttachLoadBalancerToSubnetsInput, AttachLoadBalancerToSubnetsOutput> = (
  world,
  input,
) => {
  const balancer = balancerNamed(world, input.LoadBalancerName)
  const has = subnetsOf(balancer)
  const named = (input.Subnets ?? []).filter((id) => !has.includes(id))
  if (named.length === 0) return { Subnets: has }
  const { scheme } = balancer
  const plans = readZones(world, { Subnets: named }, { type: 'network', scheme, ipAddressType: 'ipv4' })
  if (plans.some(({ subnetId }) => world.subnets.get(subnetId)?.vpcId !== balancer.vpcId))
    throw refused('All subnets must belong to the VPC of the load balancer')
  const replaced = balancer.zones.filter((zone) => plans.some(({ name }) => name === zone.name))
  unplug(world, balancer, replaced)
  const zones = [
    ...balancer.zones.filter((zone) => !replaced.includes(zone)),
    ...plugZones(world, balancer.arn, balancer.securityGroups, plans),
  ]
  put(world, balancer, { zones })
  return { Subnets: subnetsOf({ zones }) }
}

const detach: Action<DetachLoadBalancerFromSubnetsInput, DetachLoadBalancerFromSubnetsOutput> = (
  world,
  input,
) => {
  const balancer = balancerNamed(world, input.LoadBalancerName)
  const named = input.Subnets ?? []
  const gone = balancer.zones.filter((zone) => named.includes(zone.subnetId))
  const zones = balancer.zones.filter((zone) => !gone.includes(zone))
  if (gone.length < new Set(named).size)
    throw refused('One or more of the subnets are not attached to the load balancer')
  if (zones.length === 0) throw refused('A load balancer must be attached to at least one subnet')
  unplug(world, balancer, gone)
  put(world, balancer, { zones })
  return { Subnets: subnetsOf({ zones }) }
}

function unplug(world: World, { arn }: ClassicLoadBalancer, zones: ClassicLoadBalancer['zones']): void {
  const ids = new Set(zones.map((zone) => zone.eniId))
  releaseInterfaces(world, (item) => item.owner === arn && ids.has(item.id), world.switches.eniLingerMs)
}

export const placeActions: Actions = {
  ApplySecurityGroupsToLoadBalancer: applyGroups,
  AttachLoadBalancerToSubnets: attach,
  DetachLoadBalancerFromSubnets: detach,
}
