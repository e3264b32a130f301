/** The older API, that of Classic Load Balancers. Many of its calls have the names of the newer one's. */
import type { Call, Tag, TagsSeen } from './api-call.ts'

export interface ClassicListener {
  readonly LoadBalancerPort: number
  readonly Protocol: string
  readonly InstancePort: number
  readonly InstanceProtocol: string
  readonly SSLCertificateId?: string
}

export interface ClassicLoadBalancer {
  readonly LoadBalancerName?: string
  readonly DNSName?: string
  readonly Scheme?: string
  readonly Subnets?: readonly string[]
  readonly SecurityGroups?: readonly string[]
  readonly ListenerDescriptions?: readonly {
    readonly Listener?: Partial<ClassicListener>
    readonly PolicyNames?: readonly string[]
  }[]
  readonly Policies?: { readonly OtherPolicies?: readonly string[] }
  readonly BackendServerDescriptions?: readonly {
    readonly InstancePort?: number
    readonly PolicyNames?: readonly string[]
  }[]
  readonly Instances?: readonly { readonly InstanceId?: string }[]
  readonly HealthCheck?: Partial<ClassicHealthCheck>
}

export interface ClassicHealthCheck {
  readonly Target: string
  readonly Interval: number
  readonly Timeout: number
  readonly HealthyThreshold: number
  readonly UnhealthyThreshold: number
}

export interface ClassicAttributes {
  readonly CrossZoneLoadBalancing?: { readonly Enabled?: boolean }
  readonly AccessLog?: {
    readonly Enabled?: boolean
    readonly EmitInterval?: number
    readonly S3BucketName?: string
    readonly S3BucketPrefix?: string
  }
  readonly ConnectionDraining?: { readonly Enabled?: boolean; readonly Timeout?: number }
  readonly ConnectionSettings?: { readonly IdleTimeout?: number }
}

interface Named {
  readonly LoadBalancerName: string
}

interface Instances extends Named {
  readonly Instances: readonly { readonly InstanceId: string }[]
}

interface Place extends Named {
  readonly Subnets: readonly string[]
}

type Nothing = object

export interface ElbCalls {
  'elb:CreateLoadBalancer': Call<
    Place & {
      readonly Listeners: readonly ClassicListener[]
      readonly SecurityGroups: readonly string[]
      /** Only where it is internal: the API knows the other one by its absence. */
      readonly Scheme?: 'internal'
      readonly Tags: readonly Tag[]
    },
    { readonly DNSName?: string }
  >
  'elb:DeleteLoadBalancer': Call<Named, Nothing>
  'elb:DescribeLoadBalancers': Call<
    { readonly LoadBalancerNames?: readonly string[]; readonly Marker?: string; readonly PageSize?: number },
    {
      readonly LoadBalancerDescriptions?: readonly ClassicLoadBalancer[]
      readonly NextMarker?: string
    }
  >
  'elb:DescribeLoadBalancerAttributes': Call<Named, { readonly LoadBalancerAttributes?: ClassicAttributes }>
  'elb:ModifyLoadBalancerAttributes': Call<
    Named & { readonly LoadBalancerAttributes: ClassicAttributes },
    Nothing
  >
  'elb:CreateLoadBalancerListeners': Call<Named & { readonly Listeners: readonly ClassicListener[] }, Nothing>
  'elb:DeleteLoadBalancerListeners': Call<Named & { readonly LoadBalancerPorts: readonly number[] }, Nothing>
  'elb:SetLoadBalancerListenerSSLCertificate': Call<
    Named & { readonly LoadBalancerPort: number; readonly SSLCertificateId: string },
    Nothing
  >
  'elb:SetLoadBalancerPoliciesOfListener': Call<
    Named & { readonly LoadBalancerPort: number; readonly PolicyNames: readonly string[] },
    Nothing
  >
  'elb:SetLoadBalancerPoliciesForBackendServer': Call<
    Named & { readonly InstancePort: number; readonly PolicyNames: readonly string[] },
    Nothing
  >
  'elb:CreateLoadBalancerPolicy': Call<
    Named & {
      readonly PolicyName: string
      readonly PolicyTypeName: string
      readonly PolicyAttributes: readonly {
        readonly AttributeName: string
        readonly AttributeValue: string
      }[]
    },
    Nothing
  >
  'elb:DeleteLoadBalancerPolicy': Call<Named & { readonly PolicyName: string }, Nothing>
  'elb:ConfigureHealthCheck': Call<Named & { readonly HealthCheck: ClassicHealthCheck }, Nothing>
  'elb:RegisterInstancesWithLoadBalancer': Call<Instances, Nothing>
  'elb:DeregisterInstancesFromLoadBalancer': Call<Instances, Nothing>
  'elb:DescribeInstanceHealth': Call<
    Named,
    { readonly InstanceStates?: readonly { readonly InstanceId?: string; readonly State?: string }[] }
  >
  'elb:AttachLoadBalancerToSubnets': Call<Place, { readonly Subnets?: readonly string[] }>
  'elb:DetachLoadBalancerFromSubnets': Call<Place, { readonly Subnets?: readonly string[] }>
  'elb:ApplySecurityGroupsToLoadBalancer': Call<
    Named & { readonly SecurityGroups: readonly string[] },
    Nothing
  >
  'elb:AddTags': Call<
    { readonly LoadBalancerNames: readonly [string]; readonly Tags: readonly Tag[] },
    Nothing
  >
  'elb:RemoveTags': Call<
    { readonly LoadBalancerNames: readonly [string]; readonly Tags: readonly { readonly Key: string }[] },
    Nothing
  >
  'elb:DescribeTags': Call<
    { readonly LoadBalancerNames: readonly string[] },
    {
      readonly TagDescriptions?: readonly { readonly LoadBalancerName?: string; readonly Tags?: TagsSeen }[]
    }
  >
}
