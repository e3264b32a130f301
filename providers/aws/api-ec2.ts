import type { Call, Tag, TagsSeen } from './api-call.ts'

interface Filtered {
  readonly Filters: readonly { readonly Name: string; readonly Values: readonly string[] }[]
  readonly MaxResults?: number
  readonly NextToken?: string
}

export interface Subnet {
  readonly SubnetId: string
  readonly VpcId: string
  readonly AvailabilityZone: string
  readonly AvailabilityZoneId?: string
  readonly CidrBlock: string
  readonly Ipv6CidrBlockAssociationSet?: readonly {
    readonly Ipv6CidrBlock?: string
    readonly Ipv6CidrBlockState?: { readonly State?: string }
  }[]
  readonly AvailableIpAddressCount: number
  readonly OutpostArn?: string
  readonly Tags?: TagsSeen
}

export interface RouteTable {
  readonly Associations?: readonly { readonly Main?: boolean; readonly SubnetId?: string }[]
  readonly Routes?: readonly { readonly GatewayId?: string }[]
}

export interface Instance {
  readonly InstanceId: string
  readonly VpcId?: string
  readonly State?: { readonly Name?: string }
  readonly SecurityGroups?: readonly { readonly GroupId?: string }[]
}

interface SecurityGroup {
  readonly GroupId: string
  readonly GroupName?: string
  readonly Tags?: TagsSeen
}

export interface SecurityGroupRule {
  readonly SecurityGroupRuleId: string
  readonly GroupId: string
  readonly IsEgress?: boolean
  readonly IpProtocol: string
  readonly FromPort?: number
  readonly ToPort?: number
  readonly CidrIpv4?: string
  readonly CidrIpv6?: string
  readonly PrefixListId?: string
  readonly ReferencedGroupInfo?: { readonly GroupId?: string }
  readonly Description?: string
  readonly Tags?: TagsSeen
}

export interface IpPermission {
  readonly IpProtocol: string
  readonly FromPort: number
  readonly ToPort: number
  readonly IpRanges: readonly { readonly CidrIp: string; readonly Description: string }[]
}

export interface Address {
  readonly AllocationId?: string
  readonly PublicIp?: string
  readonly NetworkBorderGroup?: string
  readonly AssociationId?: string
  readonly NetworkInterfaceId?: string
  readonly InstanceId?: string
}

export interface Ec2Calls {
  DescribeAddresses: Call<object, { readonly Addresses?: readonly Address[] }>
  DescribeSubnets: Call<Filtered, { readonly Subnets?: readonly Subnet[]; readonly NextToken?: string }>
  DescribeRouteTables: Call<
    Filtered,
    { readonly RouteTables?: readonly RouteTable[]; readonly NextToken?: string }
  >
  DescribeInstances: Call<
    Filtered,
    {
      readonly Reservations?: readonly { readonly Instances?: readonly Instance[] }[]
      readonly NextToken?: string
    }
  >
  DescribeSecurityGroups: Call<
    Filtered,
    { readonly SecurityGroups?: readonly SecurityGroup[]; readonly NextToken?: string }
  >
  DescribeSecurityGroupRules: Call<
    Filtered,
    { readonly SecurityGroupRules?: readonly SecurityGroupRule[]; readonly NextToken?: string }
  >
  AuthorizeSecurityGroupIngress: Call<
    {
      readonly GroupId: string
      readonly IpPermissions: readonly IpPermission[]
      readonly TagSpecifications?: readonly {
        readonly ResourceType: 'security-group-rule'
        readonly Tags: readonly Tag[]
      }[]
      /** Only whether it would be allowed; the answer is the refusal `DryRunOperation`. */
      readonly DryRun?: true
    },
    { readonly SecurityGroupRules?: readonly SecurityGroupRule[] }
  >
  RevokeSecurityGroupIngress: Call<
    { readonly GroupId: string; readonly SecurityGroupRuleIds: readonly string[] },
    object
  >
  UpdateSecurityGroupRuleDescriptionsIngress: Call<
    {
      readonly GroupId: string
      readonly SecurityGroupRuleDescriptions: readonly {
        readonly SecurityGroupRuleId: string
        readonly Description: string
      }[]
    },
    object
  >
  CreateTags: Call<{ readonly Resources: readonly string[]; readonly Tags: readonly Tag[] }, object>
}
