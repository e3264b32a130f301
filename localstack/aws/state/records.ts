/** The records the cloud keeps. Frozen in time: a change puts a new record in the place of the old one. */
export type Tags = Readonly<Record<string, string>>

export interface Vpc {
  readonly id: string
  readonly cidr: string
  readonly ipv6Cidr?: string
  readonly tags: Tags
}

export interface Subnet {
  readonly id: string
  readonly vpcId: string
  readonly zone: string
  readonly cidr: string
  readonly ipv6Cidr?: string
  readonly freeAddresses: number
  readonly tags: Tags
}

export interface RouteTable {
  readonly id: string
  readonly vpcId: string
  readonly main: boolean
  readonly subnetIds: readonly string[]
  /** Set when 0.0.0.0/0 leads to an internet gateway. */
  readonly gatewayId?: string
  readonly tags: Tags
}

export interface SecurityGroup {
  readonly id: string
  readonly vpcId: string
  readonly name: string
  readonly description: string
  readonly tags: Tags
}

export type Peer =
  | { readonly kind: 'ipv4' | 'ipv6'; readonly cidr: string }
  | { readonly kind: 'group'; readonly groupId: string }
  | { readonly kind: 'prefixList'; readonly prefixListId: string }

export interface Rule {
  readonly id: string
  readonly groupId: string
  readonly egress: boolean
  readonly protocol: string
  readonly from: number
  readonly to: number
  readonly peer: Peer
  readonly description?: string
  readonly tags: Tags
}

export interface Instance {
  readonly id: string
  readonly subnetId: string
  readonly privateIp: string
  readonly groups: readonly string[]
  readonly state: 'pending' | 'running' | 'stopped'
  readonly eniId: string
  readonly tags: Tags
}

export interface Address {
  readonly allocationId: string
  readonly publicIp: string
  readonly tags: Tags
}

/** A load balancer's network interface. It outlives its load balancer until `goneAt`. */
export interface Interface {
  readonly id: string
  readonly owner: string
  readonly description: string
  readonly subnetId: string
  readonly privateIp: string
  readonly ipv6?: string
  readonly allocationId?: string
  readonly groups: readonly string[]
  readonly goneAt?: number
}

export interface Zone {
  readonly name: string
  readonly subnetId: string
  readonly eniId: string
  readonly allocationId?: string
  /** Only an address that was asked for: AWS does not tell the ones it chose. */
  readonly privateIp?: string
  readonly ipv6?: string
  readonly sourceNatPrefix?: string
}

export interface LoadBalancer {
  readonly arn: string
  readonly name: string
  readonly type: 'network' | 'application'
  readonly scheme: 'internet-facing' | 'internal'
  readonly ipAddressType: string
  readonly vpcId: string
  readonly zones: readonly Zone[]
  readonly securityGroups: readonly string[]
  readonly enforceOnPrivateLink?: string
  readonly sourceNat?: string
  /** Reserved capacity, if any, and since when. */
  readonly capacity?: { readonly units: number; readonly at: number }
  readonly attributes: Readonly<Record<string, string>>
  readonly createdAt: number
  readonly tags: Tags
}

export interface HealthCheck {
  readonly protocol: string
  readonly port: string
  readonly path?: string
  readonly interval: number
  readonly timeout: number
  readonly healthy: number
  readonly unhealthy: number
  readonly matcher?: string
}

export interface TargetGroup {
  readonly arn: string
  readonly name: string
  readonly protocol: string
  readonly protocolVersion?: string
  readonly port: number
  readonly vpcId: string
  readonly targetType: string
  readonly ipAddressType: string
  readonly healthCheck: HealthCheck
  readonly attributes: Readonly<Record<string, string>>
  readonly tags: Tags
}

export interface Target {
  readonly id: string
  readonly port: number
  readonly zone?: string
  readonly quicServerId?: string
  readonly registeredAt: number
  /** How long its checks take to bring it in, as things stood when it was registered. */
  readonly healthyMs: number
  readonly drainedAt?: number
}

export interface Forward {
  readonly targetGroupArn: string
  readonly weight: number
}

export interface Listener {
  readonly arn: string
  readonly loadBalancerArn: string
  readonly port: number
  readonly protocol: string
  readonly forwards: readonly Forward[]
  /** Target group ARN -> since when the listener names it, whatever its weight. */
  readonly namesSince: ReadonlyMap<string, number>
  /** How long a client stays with the target group that it was first sent to. */
  readonly stickySeconds?: number
  readonly sslPolicy?: string
  /** The default one first, then those added for SNI. */
  readonly certificates: readonly string[]
  readonly alpn?: string
  readonly createdAt: number
  readonly attributes: Readonly<Record<string, string>>
  readonly tags: Tags
}
