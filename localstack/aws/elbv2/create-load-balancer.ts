import type {
  CreateLoadBalancerInput,
  CreateLoadBalancerOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { equal } from '../../../src/lib/json.ts'
import type { Action } from '../action.ts'
import { fault, invalid } from '../fault.ts'
import type { LoadBalancer } from '../state/records.ts'
import { elbArn } from '../state/world.ts'
import type { World } from '../state/world.ts'
import { checkName, newTags, oneOf } from './checks.ts'
import { defaultAttributes } from './load-balancer-attributes.ts'
import { showLoadBalancer } from './show-load-balancer.ts'
import { planOf, plugZones, readZones, refuseHeldAddresses, withPrefixes } from './zones.ts'

/** Idempotent: the same settings again answer with the load balancer that is there, whatever the tags. */
export const createLoadBalancer: Action<CreateLoadBalancerInput, CreateLoadBalancerOutput> = (
  world,
  input,
) => {
  const name = input.Name ?? ''
  checkName('load balancer', name)
  const settings = readSettings(world, input)
  const zones = withPrefixes(world, readZones(world, input, settings), settings.sourceNat)
  const tags = newTags(world, input.Tags)
  const there = world.loadBalancers.list().find((balancer) => balancer.name === name)
  if (there !== undefined) {
    const wanted = { ...settings, zones }
    if (!equal(settingsOf(there), wanted))
      throw fault(
        'DuplicateLoadBalancerName',
        `A load balancer with the same name '${name}' exists, but with different settings`,
      )
    return { LoadBalancers: [showLoadBalancer(world, there, world.clock.now())] }
  }
  refuseTooMany(world, settings.type)
  refuseHeldAddresses(world, zones)
  const arn = elbArn(
    world,
    `loadbalancer/${settings.type === 'network' ? 'net' : 'app'}/${name}/${world.ids.suffix()}`,
  )
  const balancer: LoadBalancer = {
    ...settings,
    arn,
    name,
    vpcId: world.subnets.get(zones[0]?.subnetId ?? '')?.vpcId ?? '',
    zones: plugZones(world, arn, settings.securityGroups, zones),
    attributes: defaultAttributes(settings.type, settings.scheme),
    createdAt: world.clock.now(),
    tags,
    ...(settings.type === 'network' && settings.securityGroups.length > 0
      ? { enforceOnPrivateLink: 'on' }
      : {}),
  }
  world.loadBalancers.put(arn, balancer)
  return { LoadBalancers: [showLoadBalancer(world, balancer, world.clock.now())] }
}

type Settings = Pick<LoadBalancer, 'type' | 'scheme' | 'ipAddressType' | 'securityGroups' | 'sourceNat'>

function readSettings(world: World, input: CreateLoadBalancerInput): Settings {
  const type = oneOf('Load balancer type', input.Type ?? 'application', ['network', 'application'])
  const scheme = input.Scheme ?? 'internet-facing'
  if (scheme !== 'internet-facing' && scheme !== 'internal')
    throw fault('InvalidScheme', `Scheme '${String(scheme)}' is not valid`)
  const ipAddressType = oneOf('IP address type', input.IpAddressType ?? 'ipv4', ['ipv4', 'dualstack'])
  const sourceNat = input.EnablePrefixForIpv6SourceNat
  if (sourceNat === 'on' && (type !== 'network' || ipAddressType !== 'dualstack'))
    throw invalid('EnablePrefixForIpv6SourceNat needs a dualstack Network Load Balancer')
  const vpcId = world.subnets.get(input.Subnets?.[0] ?? input.SubnetMappings?.[0]?.SubnetId ?? '')?.vpcId
  const securityGroups = readGroups(world, input.SecurityGroups ?? [], vpcId)
  return {
    type,
    scheme,
    ipAddressType,
    securityGroups:
      type === 'application' && securityGroups.length === 0 ? defaultGroup(world, vpcId) : securityGroups,
    ...(type === 'network' ? { sourceNat: oneOf('Source NAT', sourceNat ?? 'off', ['on', 'off']) } : {}),
  }
}

/** What an Application Load Balancer is in when nobody says: the group that every VPC has. */
const defaultGroup = (world: World, vpcId: string | undefined): string[] =>
  world.securityGroups
    .list()
    .filter((group) => group.name === 'default' && group.vpcId === vpcId)
    .map((group) => group.id)

export function readGroups(world: World, ids: readonly string[], vpcId: string | undefined): string[] {
  for (const id of ids) {
    const group = world.securityGroups.get(id)
    if (group === undefined || (vpcId !== undefined && group.vpcId !== vpcId))
      throw fault('InvalidSecurityGroup', `One or more security groups are invalid: '${id}'`)
  }
  return [...new Set(ids)].toSorted()
}

const settingsOf = (balancer: LoadBalancer) => ({
  type: balancer.type,
  scheme: balancer.scheme,
  ipAddressType: balancer.ipAddressType,
  securityGroups: balancer.securityGroups,
  sourceNat: balancer.sourceNat,
  zones: balancer.zones.map(planOf),
})

function refuseTooMany(world: World, type: LoadBalancer['type']): void {
  const limit = type === 'network' ? world.limits.networkLoadBalancers : world.limits.applicationLoadBalancers
  if (world.loadBalancers.list().filter((balancer) => balancer.type === type).length >= limit)
    throw fault('TooManyLoadBalancers', `The maximum number of load balancers has been reached`)
}
