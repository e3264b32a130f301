import type { Call, Tag, TagsSeen } from './api-call.ts'

export interface LoadBalancer {
  readonly LoadBalancerArn: string
  readonly LoadBalancerName: string
  readonly DNSName: string
  readonly CanonicalHostedZoneId?: string
  readonly Scheme: string
  readonly Type: string
  readonly IpAddressType?: string
  readonly State?: { readonly Code?: string }
  readonly AvailabilityZones?: readonly {
    readonly SubnetId?: string
    readonly SourceNatIpv6Prefixes?: readonly string[]
    readonly LoadBalancerAddresses?: readonly {
      readonly AllocationId?: string
      readonly PrivateIPv4Address?: string
      readonly IPv6Address?: string
    }[]
  }[]
  readonly SecurityGroups?: readonly string[]
  readonly EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic?: string
  readonly EnablePrefixForIpv6SourceNat?: string
}

/** A subnet of a load balancer, with what was chosen there. */
export interface SubnetMapping {
  readonly SubnetId: string
  readonly AllocationId?: string
  readonly PrivateIPv4Address?: string
  readonly IPv6Address?: string
  readonly SourceNatIpv6Prefix?: string
}

/** One of the two. */
export interface SubnetsInput {
  readonly Subnets?: readonly string[]
  readonly SubnetMappings?: readonly SubnetMapping[]
  readonly IpAddressType?: string
  readonly EnablePrefixForIpv6SourceNat?: string
}

interface Capacity {
  readonly MinimumLoadBalancerCapacity?: { readonly CapacityUnits?: number }
}

export interface TargetGroup {
  readonly TargetGroupArn: string
  readonly TargetGroupName: string
  readonly Protocol?: string
  readonly Port?: number
  readonly TargetType?: string
  readonly IpAddressType?: string
  readonly VpcId?: string
  readonly HealthCheckProtocol?: string
  readonly HealthCheckPort?: string
  readonly HealthCheckPath?: string
  readonly HealthCheckIntervalSeconds?: number
  readonly HealthCheckTimeoutSeconds?: number
  readonly HealthyThresholdCount?: number
  readonly UnhealthyThresholdCount?: number
  readonly Matcher?: { readonly HttpCode?: string }
}

export interface Listener {
  readonly ListenerArn: string
  readonly LoadBalancerArn: string
  readonly Port?: number
  readonly Protocol?: string
  readonly SslPolicy?: string
  readonly AlpnPolicy?: readonly string[]
  readonly Certificates?: readonly { readonly CertificateArn?: string }[]
  readonly DefaultActions?: readonly ForwardAction[]
}

export interface Attribute {
  readonly Key: string
  readonly Value: string
}

export interface Target {
  readonly Id: string
  readonly Port?: number
  readonly AvailabilityZone?: string
  readonly QuicServerId?: string
}

export interface ForwardAction {
  readonly Type?: string
  readonly TargetGroupArn?: string
  readonly ForwardConfig?: {
    readonly TargetGroups?: readonly { readonly TargetGroupArn?: string; readonly Weight?: number }[]
    readonly TargetGroupStickinessConfig?: { readonly Enabled?: boolean; readonly DurationSeconds?: number }
  }
}

export type HealthCheckInput = Pick<
  TargetGroup,
  | 'HealthCheckProtocol'
  | 'HealthCheckPort'
  | 'HealthCheckPath'
  | 'HealthCheckIntervalSeconds'
  | 'HealthCheckTimeoutSeconds'
  | 'HealthyThresholdCount'
  | 'UnhealthyThresholdCount'
  | 'Matcher'
>

export interface ListenerInput {
  readonly Port: number
  readonly Protocol: string
  readonly SslPolicy?: string
  readonly AlpnPolicy?: readonly string[]
  readonly Certificates?: readonly { readonly CertificateArn: string }[]
  readonly DefaultActions: readonly ForwardAction[]
}

interface Paged {
  readonly Marker?: string
  readonly PageSize?: number
}

interface CertificatesInput {
  readonly ListenerArn: string
  readonly Certificates: readonly { readonly CertificateArn: string }[]
}

interface Attributes {
  readonly Attributes?: readonly Attribute[]
}

type Nothing = object

export interface Elbv2Calls {
  CreateLoadBalancer: Call<
    SubnetsInput & {
      readonly Name: string
      readonly Type: string
      readonly Scheme: string
      readonly SecurityGroups?: readonly string[]
      readonly Tags: readonly Tag[]
    },
    { readonly LoadBalancers?: readonly LoadBalancer[] }
  >
  DeleteLoadBalancer: Call<{ readonly LoadBalancerArn: string }, Nothing>
  DescribeLoadBalancers: Call<
    Paged & { readonly LoadBalancerArns?: readonly string[]; readonly Names?: readonly string[] },
    { readonly LoadBalancers?: readonly LoadBalancer[]; readonly NextMarker?: string }
  >
  DescribeLoadBalancerAttributes: Call<{ readonly LoadBalancerArn: string }, Attributes>
  ModifyLoadBalancerAttributes: Call<
    { readonly LoadBalancerArn: string; readonly Attributes: readonly Attribute[] },
    Attributes
  >
  SetSubnets: Call<SubnetsInput & { readonly LoadBalancerArn: string }, Nothing>
  SetIpAddressType: Call<{ readonly LoadBalancerArn: string; readonly IpAddressType: string }, Nothing>
  SetSecurityGroups: Call<
    {
      readonly LoadBalancerArn: string
      readonly SecurityGroups: readonly string[]
      readonly EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic?: string
    },
    Nothing
  >
  DescribeCapacityReservation: Call<{ readonly LoadBalancerArn: string }, Capacity>
  ModifyCapacityReservation: Call<
    Capacity & { readonly LoadBalancerArn: string; readonly ResetCapacityReservation?: boolean },
    Capacity
  >
  CreateTargetGroup: Call<
    HealthCheckInput & {
      readonly Name: string
      readonly Protocol: string
      readonly Port: number
      readonly TargetType: string
      readonly IpAddressType?: string
      readonly VpcId: string
      readonly Tags: readonly Tag[]
    },
    { readonly TargetGroups?: readonly TargetGroup[] }
  >
  DeleteTargetGroup: Call<{ readonly TargetGroupArn: string }, Nothing>
  DescribeTargetGroups: Call<
    Paged & { readonly TargetGroupArns?: readonly string[]; readonly Names?: readonly string[] },
    { readonly TargetGroups?: readonly TargetGroup[]; readonly NextMarker?: string }
  >
  ModifyTargetGroup: Call<
    HealthCheckInput & { readonly TargetGroupArn: string },
    { readonly TargetGroups?: readonly TargetGroup[] }
  >
  DescribeTargetGroupAttributes: Call<{ readonly TargetGroupArn: string }, Attributes>
  ModifyTargetGroupAttributes: Call<
    { readonly TargetGroupArn: string; readonly Attributes: readonly Attribute[] },
    Attributes
  >
  RegisterTargets: Call<{ readonly TargetGroupArn: string; readonly Targets: readonly Target[] }, Nothing>
  DeregisterTargets: Call<{ readonly TargetGroupArn: string; readonly Targets: readonly Target[] }, Nothing>
  DescribeTargetHealth: Call<
    { readonly TargetGroupArn: string; readonly Targets?: readonly Target[] },
    {
      readonly TargetHealthDescriptions?: readonly {
        readonly Target?: Partial<Target>
        readonly TargetHealth?: {
          readonly State?: string
          readonly Reason?: string
          readonly Description?: string
        }
      }[]
    }
  >
  CreateListener: Call<
    ListenerInput & { readonly LoadBalancerArn: string; readonly Tags: readonly Tag[] },
    { readonly Listeners?: readonly Listener[] }
  >
  ModifyListener: Call<
    ListenerInput & { readonly ListenerArn: string },
    { readonly Listeners?: readonly Listener[] }
  >
  DeleteListener: Call<{ readonly ListenerArn: string }, Nothing>
  DescribeListeners: Call<
    Paged & { readonly LoadBalancerArn?: string; readonly ListenerArns?: readonly string[] },
    { readonly Listeners?: readonly Listener[]; readonly NextMarker?: string }
  >
  DescribeAccountLimits: Call<
    Paged,
    {
      readonly Limits?: readonly { readonly Name?: string; readonly Max?: string }[]
      readonly NextMarker?: string
    }
  >
  DescribeListenerCertificates: Call<
    Paged & { readonly ListenerArn: string },
    {
      readonly Certificates?: readonly { readonly CertificateArn?: string; readonly IsDefault?: boolean }[]
      readonly NextMarker?: string
    }
  >
  DescribeListenerAttributes: Call<{ readonly ListenerArn: string }, Attributes>
  ModifyListenerAttributes: Call<
    { readonly ListenerArn: string; readonly Attributes: readonly Attribute[] },
    Attributes
  >
  AddListenerCertificates: Call<CertificatesInput, Nothing>
  RemoveListenerCertificates: Call<CertificatesInput, Nothing>
  AddTags: Call<{ readonly ResourceArns: readonly string[]; readonly Tags: readonly Tag[] }, Nothing>
  RemoveTags: Call<{ readonly ResourceArns: readonly string[]; readonly TagKeys: readonly string[] }, Nothing>
  DescribeTags: Call<
    { readonly ResourceArns: readonly string[] },
    {
      readonly TagDescriptions?: readonly {
        readonly ResourceArn?: string
        readonly Tags?: TagsSeen
      }[]
    }
  >
}
