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

export interface SecurityGroup {
  readonly GroupId: string
  readonly GroupName?: string
  readonly Description?: string
  readonly VpcId?: string
  readonly Tags?: TagsSeen
}

export interface NetworkInterface {
  readonly NetworkInterfaceId?: string
  readonly Description?: string
}

export interface PrefixList {
  readonly PrefixListId?: string
  readonly PrefixListName?: string
  readonly AddressFamily?: string
  readonly MaxEntries?: number
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

/** A rule as it is asked for, with the one peer that it has. */
export interface IpPermission {
  readonly IpProtocol: string
  readonly FromPort: number
  readonly ToPort: number
  readonly IpRanges?: readonly { readonly CidrIp: string; readonly Description: string }[]
  readonly Ipv6Ranges?: readonly { readonly CidrIpv6: string; readonly Description: string }[]
  readonly UserIdGroupPairs?: readonly { readonly GroupId: string; readonly Description: string }[]
  readonly PrefixListIds?: readonly { readonly PrefixListId: string; readonly Description: string }[]
}

/** A rule as it is to be instead: all of it, since nothing that is left out stays. */
export interface RuleRequest {
  readonly IpProtocol: string
  readonly FromPort: number
  readonly ToPort: number
  readonly ReferencedGroupId: string
  readonly Description: string
}

interface TagSpecification<T extends string> {
  readonly ResourceType: T
  readonly Tags: readonly Tag[]
}

/** A range of a VPC comes, and goes, with a state. */
export interface BlockState {
  readonly State?: string
}

export interface Vpc {
  readonly CidrBlockAssociationSet?: readonly {
    readonly CidrBlock?: string
    readonly CidrBlockState?: BlockState
  }[]
  readonly Ipv6CidrBlockAssociationSet?: readonly {
    readonly Ipv6CidrBlock?: string
    readonly Ipv6CidrBlockState?: BlockState
  }[]
}

interface Address {
  readonly AllocationId?: string
  readonly PublicIp?: string
}

export interface Ec2Calls {
  DescribeAddresses: Call<object, { readonly Addresses?: readonly Address[] }>
  DescribeSubnets: Call<Filtered, { readonly Subnets?: readonly Subnet[]; readonly NextToken?: string }>
  DescribeRouteTables: Call<
    Filtered,
    { readonly RouteTables?: readonly RouteTable[]; readonly NextToken?: string }
  >
  DescribeVpcs: Call<Filtered, { readonly Vpcs?: readonly Vpc[]; readonly NextToken?: string }>
  DescribeInstances: Call<
    Filtered,
    {
      readonly Reservations?: readonly { readonly Instances?: readonly Instance[] }[]
      readonly NextToken?: string
    }
  >
  DescribeSecurityGroups: Call<
    Partial<Filtered> & { readonly GroupIds?: readonly string[] },
    { readonly SecurityGroups?: readonly SecurityGroup[]; readonly NextToken?: string }
  >
  CreateSecurityGroup: Call<
    {
      readonly GroupName: string
      readonly Description: string
      readonly VpcId: string
      readonly TagSpecifications: readonly TagSpecification<'security-group'>[]
    },
    { readonly GroupId?: string }
  >
  DeleteSecurityGroup: Call<{ readonly GroupId: string }, object>
  DescribeNetworkInterfaces: Call<
    Filtered,
    { readonly NetworkInterfaces?: readonly NetworkInterface[]; readonly NextToken?: string }
  >
  DescribeManagedPrefixLists: Call<
    Partial<Filtered>,
    { readonly PrefixLists?: readonly PrefixList[]; readonly NextToken?: string }
  >
  DescribeSecurityGroupRules: Call<
    Filtered,
    { readonly SecurityGroupRules?: readonly SecurityGroupRule[]; readonly NextToken?: string }
  >
  AuthorizeSecurityGroupIngress: Call<
    {
      readonly GroupId: string
      readonly IpPermissions: readonly IpPermission[]
      readonly TagSpecifications?: readonly TagSpecification<'security-group-rule'>[]
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
  ModifySecurityGroupRules: Call<
    {
      readonly GroupId: string
      readonly SecurityGroupRules: readonly {
        readonly SecurityGroupRuleId: string
        readonly SecurityGroupRule: RuleRequest
      }[]
    },
    object
  >
  DeleteTags: Call<
    { readonly Resources: readonly string[]; readonly Tags: readonly { readonly Key: string }[] },
    object
  >
  CreateTags: Call<{ readonly Resources: readonly string[]; readonly Tags: readonly Tag[] }, object>
}
