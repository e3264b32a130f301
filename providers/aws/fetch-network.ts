import type { AwsApi } from './api.ts'
import type { BlockState, RouteTable, Subnet, Vpc } from './api-ec2.ts'
import { regionOfZone, type Network, type SubnetFact, type ZoneType } from './facts.ts'
import { pagesByToken } from './pages.ts'
import { readTags } from './tags.ts'

/** Zones are told apart by how AWS names them: `us-east-1a`, `us-east-1-bos-1a`, `us-east-1-wl1-bos-wlz-1`. */
function zoneTypeOf(subnet: Subnet): ZoneType {
  if (subnet.OutpostArn !== undefined) return 'outpost'
  if (/-wlz-\d/.test(subnet.AvailabilityZone)) return 'wavelength-zone'
  return /^[a-z]{2,}(-[a-z]+)+-\d+[a-z]$/.test(subnet.AvailabilityZone) &&
    regionOfZone(subnet.AvailabilityZone) === subnet.AvailabilityZone.slice(0, -1)
    ? 'availability-zone'
    : 'local-zone'
}

const leadsOut = (table: RouteTable): boolean =>
  table.Routes?.some((route) => route.GatewayId?.startsWith('igw-') === true) === true

/** Subnets without a route table of their own follow the VPC's main one. */
function publicSubnets(tables: readonly RouteTable[]): (id: string) => boolean {
  const own = new Map<string, boolean>()
  let main = false
  for (const table of tables) {
    for (const association of table.Associations ?? []) {
      if (association.SubnetId !== undefined) own.set(association.SubnetId, leadsOut(table))
      else if (association.Main === true) main = leadsOut(table)
    }
  }
  return (id) => own.get(id) ?? main
}

function subnetFact(subnet: Subnet, isPublic: boolean): SubnetFact {
  const ipv6 = subnet.Ipv6CidrBlockAssociationSet?.find(
    (block) =>
      block.Ipv6CidrBlockState?.State === undefined || block.Ipv6CidrBlockState.State === 'associated',
  )?.Ipv6CidrBlock
  return {
    id: subnet.SubnetId,
    zone: subnet.AvailabilityZone,
    ...(subnet.AvailabilityZoneId === undefined ? {} : { zoneId: subnet.AvailabilityZoneId }),
    zoneType: zoneTypeOf(subnet),
    cidr: subnet.CidrBlock,
    ...(ipv6 === undefined ? {} : { ipv6Cidr: ipv6 }),
    freeAddresses: subnet.AvailableIpAddressCount,
    public: isPublic,
    tags: readTags(subnet.Tags),
  }
}

/** Those of both families that are in use, and not on their way in or out. */
function rangesOf({
  CidrBlockAssociationSet = [],
  Ipv6CidrBlockAssociationSet = [],
}: Vpc): readonly string[] {
  return [
    ...CidrBlockAssociationSet.flatMap((one) => used(one.CidrBlock, one.CidrBlockState)),
    ...Ipv6CidrBlockAssociationSet.flatMap((one) => used(one.Ipv6CidrBlock, one.Ipv6CidrBlockState)),
  ]
}

const used = (range: string | undefined, block: BlockState | undefined): readonly string[] =>
  range !== undefined && (block?.State ?? 'associated') === 'associated' ? [range] : []

export async function fetchNetwork(api: AwsApi, vpcId: string, signal: AbortSignal): Promise<Network> {
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }]
  const [subnets, tables, vpcs] = await Promise.all([
    pagesByToken(async (page) => {
      const answer = await api.call('DescribeSubnets', { Filters, ...page }, signal)
      return { items: answer.Subnets ?? [], next: answer.NextToken }
    }),
    pagesByToken(async (page) => {
      const answer = await api.call('DescribeRouteTables', { Filters, ...page }, signal)
      return { items: answer.RouteTables ?? [], next: answer.NextToken }
    }),
    pagesByToken(async (page) => {
      const answer = await api.call('DescribeVpcs', { Filters, ...page }, signal)
      return { items: answer.Vpcs ?? [], next: answer.NextToken }
    }),
  ])
  const ranges = vpcs.flatMap(rangesOf).toSorted()
  return { ...networkOf(vpcId, subnets, tables), ...(ranges.length === 0 ? {} : { ranges }) }
}

/** The fact that descriptions of subnets and route tables make. */
export function networkOf(vpcId: string, subnets: readonly Subnet[], tables: readonly RouteTable[]): Network {
  const isPublic = publicSubnets(tables)
  const facts = subnets
    .map((subnet) => subnetFact(subnet, isPublic(subnet.SubnetId)))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const region = facts[0] === undefined ? undefined : regionOfZone(facts[0].zone)
  return { vpcId, subnets: facts, ...(region === undefined ? {} : { region }) }
}
