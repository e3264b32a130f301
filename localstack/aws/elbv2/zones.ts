import { isIPv4, isIPv6 } from 'node:net'
import type { SubnetMapping } from '@aws-sdk/client-elastic-load-balancing-v2'
import { fault, invalid, misconfigured } from '../fault.ts'
import { inCidr } from '../state/addresses.ts'
import { addressIn } from '../state/interfaces.ts'
import type { Interface, LoadBalancer, Subnet, Zone } from '../state/records.ts'
import type { World } from '../state/world.ts'

interface SubnetInput {
  readonly Subnets?: readonly string[] | undefined
  readonly SubnetMappings?: readonly SubnetMapping[] | undefined
}

type Setting = Pick<LoadBalancer, 'type' | 'scheme' | 'ipAddressType'> & { readonly sourceNat?: string }

/** A zone before it has a network interface. */
export type ZonePlan = Omit<Zone, 'eniId'>

export function planOf(zone: Zone): ZonePlan {
  const { eniId: _, ...plan } = zone
  return plan
}

/** Reads Subnets or SubnetMappings into one zone each, with every rule AWS has for them. */
export function readZones(world: World, input: SubnetInput, setting: Setting): ZonePlan[] {
  const mappings = input.SubnetMappings ?? (input.Subnets ?? []).map((SubnetId) => ({ SubnetId }))
  if (input.SubnetMappings !== undefined && input.Subnets !== undefined)
    throw invalid('Subnets and SubnetMappings cannot both be specified')
  if (mappings.length === 0) throw invalid('At least one subnet must be specified')
  const subnets = mappings.map((mapping) => subnetAt(world, mapping.SubnetId))
  if (new Set(subnets.map((subnet) => subnet.vpcId)).size > 1)
    throw misconfigured('All subnets must belong to the same VPC')
  if (new Set(subnets.map((subnet) => subnet.zone)).size < subnets.length)
    throw misconfigured(
      'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
    )
  if (setting.type === 'application' && subnets.length < 2)
    throw invalid('At least two subnets in two different Availability Zones must be specified')
  const vpcId = subnets[0]?.vpcId
  const gateway = world.routeTables
    .list()
    .some((table) => table.vpcId === vpcId && table.gatewayId !== undefined)
  if (setting.scheme === 'internet-facing' && !gateway)
    throw fault('InvalidSubnet', `VPC ${vpcId ?? ''} has no internet gateway`)
  return mappings.map((mapping, index) => readZone(world, mapping, subnets[index] as Subnet, setting))
}

function subnetAt(world: World, id: string | undefined): Subnet {
  const subnet = world.subnets.get(id ?? '')
  if (subnet === undefined) throw fault('SubnetNotFound', `The subnet ID '${id ?? ''}' does not exist`)
  return subnet
}

function readZone(world: World, mapping: SubnetMapping, subnet: Subnet, setting: Setting): ZonePlan {
  const { AllocationId, PrivateIPv4Address, IPv6Address, SourceNatIpv6Prefix } = mapping
  const dualstack = setting.ipAddressType === 'dualstack'
  if (subnet.freeAddresses < 8)
    throw fault(
      'InvalidSubnet',
      `Not enough IP space available in ${subnet.id}. ELB requires at least 8 free IP addresses in each subnet.`,
    )
  if (dualstack && subnet.ipv6Cidr === undefined)
    throw misconfigured(`The subnet '${subnet.id}' has no associated IPv6 CIDR block`)
  if (AllocationId !== undefined) {
    if (setting.type !== 'network' || setting.scheme !== 'internet-facing')
      throw misconfigured('Elastic IP addresses need an internet-facing Network Load Balancer')
    if (world.addresses.get(AllocationId) === undefined)
      throw fault('AllocationIdNotFound', `The allocation IDs '${AllocationId}' do not exist`)
  }
  if (PrivateIPv4Address !== undefined) {
    if (setting.type !== 'network' || setting.scheme !== 'internal')
      throw misconfigured('Private IPv4 addresses need an internal Network Load Balancer')
    if (!isIPv4(PrivateIPv4Address) || !inCidr(PrivateIPv4Address, subnet.cidr))
      throw misconfigured(`The address '${PrivateIPv4Address}' is not in subnet '${subnet.id}'`)
  }
  if (IPv6Address !== undefined) {
    if (!dualstack) throw misconfigured('IPv6 addresses need a dualstack load balancer')
    if (!isIPv6(IPv6Address) || !inCidr(IPv6Address, subnet.ipv6Cidr))
      throw misconfigured(`The address '${IPv6Address}' is not in subnet '${subnet.id}'`)
  }
  const prefix = SourceNatIpv6Prefix === 'auto_assigned' ? anyPrefix(subnet) : SourceNatIpv6Prefix
  if (prefix !== undefined && setting.sourceNat !== 'on')
    throw misconfigured('A source NAT prefix needs EnablePrefixForIpv6SourceNat')
  if (prefix !== undefined && !(prefix.endsWith('/80') && inCidr(prefix.slice(0, -3), subnet.ipv6Cidr)))
    throw misconfigured(`The prefix '${prefix}' is no /80 of subnet '${subnet.id}'`)
  return {
    name: subnet.zone,
    subnetId: subnet.id,
    ...(AllocationId === undefined ? {} : { allocationId: AllocationId }),
    ...(PrivateIPv4Address === undefined ? {} : { privateIp: PrivateIPv4Address }),
    ...(IPv6Address === undefined ? {} : { ipv6: IPv6Address }),
    ...(prefix === undefined ? {} : { sourceNatPrefix: prefix }),
  }
}

/** One that AWS chooses: here always the same of each subnet. */
const anyPrefix = (subnet: Subnet): string => `${(subnet.ipv6Cidr ?? '').replace(/::\/64$/, '')}:ffff::/80`

/** Every zone has a prefix while source NAT is on, chosen or not, and none while it is off. */
export function withPrefixes<Z extends ZonePlan>(
  world: World,
  zones: readonly Z[],
  nat: string | undefined,
): Z[] {
  return zones.map((zone) => {
    const { sourceNatPrefix, ...rest } = zone
    const prefix = nat === 'on' ? (sourceNatPrefix ?? anyPrefix(subnetAt(world, zone.subnetId))) : undefined
    return (prefix === undefined ? rest : { ...rest, sourceNatPrefix: prefix }) as Z
  })
}

/** Addresses that someone else holds refuse the call before anything is made. */
export function refuseHeldAddresses(world: World, plans: readonly ZonePlan[], owner?: string): void {
  const others = world.interfaces.list().filter((item) => item.goneAt === undefined && item.owner !== owner)
  for (const { allocationId, privateIp } of plans) {
    if (allocationId !== undefined && others.some((item) => item.allocationId === allocationId))
      throw fault('ResourceInUse', `The allocation ID '${allocationId}' is already in use`)
    if (privateIp !== undefined && others.some((item) => item.privateIp === privateIp))
      throw misconfigured(`The address '${privateIp}' is already in use`)
  }
}

/** Gives each plan its network interface, as described in "ELB net/<name>/<hex>". */
export function plugZones(
  world: World,
  owner: string,
  groups: readonly string[],
  plans: readonly ZonePlan[],
): Zone[] {
  return plans.map((plan) => {
    const id = world.ids.resource('eni')
    const subnet = subnetAt(world, plan.subnetId)
    const item: Interface = {
      id,
      owner,
      description: `ELB ${owner.slice(owner.indexOf('loadbalancer/') + 'loadbalancer/'.length)}`,
      subnetId: plan.subnetId,
      privateIp: plan.privateIp ?? addressIn(world, subnet),
      groups,
      ...(plan.ipv6 === undefined ? {} : { ipv6: plan.ipv6 }),
      ...(plan.allocationId === undefined ? {} : { allocationId: plan.allocationId }),
    }
    world.interfaces.put(id, item)
    return { ...plan, eniId: id }
  })
}
