import type {
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
  DescribeRouteTablesRequest,
  DescribeRouteTablesResult,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
} from '@aws-sdk/client-ec2'
import type { Action, Actions } from '../action.ts'
import type { RouteTable, Subnet, Vpc } from '../state/records.ts'
import { showTags } from '../state/tags.ts'
import { query } from './query.ts'
import type { Queryable } from './query.ts'

export const vpcs: Queryable<Vpc> = {
  table: (world) => world.vpcs,
  id: (vpc) => vpc.id,
  notFound: 'InvalidVpcID.NotFound',
  noun: 'vpc ID',
  fields: { 'vpc-id': (vpc) => [vpc.id], cidr: (vpc) => [vpc.cidr], state: () => ['available'] },
  tags: (vpc) => vpc.tags,
}

export const subnets: Queryable<Subnet> = {
  table: (world) => world.subnets,
  id: (subnet) => subnet.id,
  notFound: 'InvalidSubnetID.NotFound',
  noun: 'subnet ID',
  fields: {
    'subnet-id': (subnet) => [subnet.id],
    'vpc-id': (subnet) => [subnet.vpcId],
    'availability-zone': (subnet) => [subnet.zone],
    'cidr-block': (subnet) => [subnet.cidr],
    state: () => ['available'],
  },
  tags: (subnet) => subnet.tags,
}

export const routeTables: Queryable<RouteTable> = {
  table: (world) => world.routeTables,
  id: (table) => table.id,
  notFound: 'InvalidRouteTableID.NotFound',
  noun: 'routeTable ID',
  fields: {
    'route-table-id': (table) => [table.id],
    'vpc-id': (table) => [table.vpcId],
    'association.subnet-id': (table) => table.subnetIds,
    'association.main': (table) => [String(table.main)],
    'route.gateway-id': (table) => ['local', ...(table.gatewayId === undefined ? [] : [table.gatewayId])],
  },
  tags: (table) => table.tags,
}

const describeVpcs: Action<DescribeVpcsRequest, DescribeVpcsResult> = (world, input) => {
  const page = query(world, vpcs, input.VpcIds, input)
  return {
    NextToken: page.next,
    Vpcs: page.items.map((vpc) => ({
      VpcId: vpc.id,
      OwnerId: world.account,
      State: 'available',
      IsDefault: false,
      InstanceTenancy: 'default',
      CidrBlock: vpc.cidr,
      CidrBlockAssociationSet: [
        {
          AssociationId: `vpc-cidr-assoc-${vpc.id}`,
          CidrBlock: vpc.cidr,
          CidrBlockState: { State: 'associated' },
        },
      ],
      Ipv6CidrBlockAssociationSet: ipv6Blocks(vpc.id, vpc.ipv6Cidr),
      Tags: showTags(vpc.tags),
    })),
  }
}

const describeSubnets: Action<DescribeSubnetsRequest, DescribeSubnetsResult> = (world, input) => {
  const page = query(world, subnets, input.SubnetIds, input)
  return {
    NextToken: page.next,
    Subnets: page.items.map((subnet) => ({
      SubnetId: subnet.id,
      SubnetArn: `arn:aws:ec2:${world.region}:${world.account}:subnet/${subnet.id}`,
      VpcId: subnet.vpcId,
      OwnerId: world.account,
      State: 'available',
      AvailabilityZone: subnet.zone,
      AvailabilityZoneId: zoneId(subnet.zone),
      CidrBlock: subnet.cidr,
      AvailableIpAddressCount: subnet.freeAddresses,
      DefaultForAz: false,
      MapPublicIpOnLaunch: false,
      AssignIpv6AddressOnCreation: false,
      Ipv6Native: false,
      Ipv6CidrBlockAssociationSet: ipv6Blocks(subnet.id, subnet.ipv6Cidr),
      Tags: showTags(subnet.tags),
    })),
  }
}

const describeRouteTables: Action<DescribeRouteTablesRequest, DescribeRouteTablesResult> = (world, input) => {
  const page = query(world, routeTables, input.RouteTableIds, input)
  return {
    NextToken: page.next,
    RouteTables: page.items.map((table) => ({
      RouteTableId: table.id,
      VpcId: table.vpcId,
      OwnerId: world.account,
      Associations: [
        ...(table.main ? [{ RouteTableId: table.id, Main: true }] : []),
        ...table.subnetIds.map((SubnetId) => ({ RouteTableId: table.id, Main: false, SubnetId })),
      ],
      Routes: [
        {
          DestinationCidrBlock: world.vpcs.get(table.vpcId)?.cidr,
          GatewayId: 'local',
          State: 'active' as const,
        },
        ...(table.gatewayId === undefined
          ? []
          : [{ DestinationCidrBlock: '0.0.0.0/0', GatewayId: table.gatewayId, State: 'active' as const }]),
      ],
      Tags: showTags(table.tags),
    })),
  }
}

const describeAvailabilityZones: Action<DescribeAvailabilityZonesRequest, DescribeAvailabilityZonesResult> = (
  world,
  input,
) => {
  const zones = new Set(world.subnets.list().map((subnet) => subnet.zone))
  return {
    AvailabilityZones: [...zones]
      .toSorted()
      .filter((zone) => input.ZoneNames === undefined || input.ZoneNames.includes(zone))
      .map((zone) => ({
        ZoneName: zone,
        ZoneId: zoneId(zone),
        ZoneType: 'availability-zone',
        RegionName: world.region,
        GroupName: world.region,
        NetworkBorderGroup: world.region,
        State: 'available',
        OptInStatus: 'opt-in-not-required',
      })),
  }
}

function ipv6Blocks(owner: string, cidr: string | undefined) {
  if (cidr === undefined) return []
  return [
    {
      AssociationId: `${owner}-ipv6`,
      Ipv6CidrBlock: cidr,
      Ipv6CidrBlockState: { State: 'associated' as const },
    },
  ]
}

/** "us-east-1b" -> "use1-az2". */
function zoneId(zone: string): string {
  const letter = zone.at(-1) ?? 'a'
  const [area = '', side = '', number = ''] = zone.slice(0, -1).split('-')
  return `${area}${side.charAt(0)}${number}-az${letter.charCodeAt(0) - 96}`
}

export const networkActions: Actions = {
  DescribeVpcs: describeVpcs,
  DescribeSubnets: describeSubnets,
  DescribeRouteTables: describeRouteTables,
  DescribeAvailabilityZones: describeAvailabilityZones,
}
