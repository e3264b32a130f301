/**
 * The parts of Kubernetes objects that we read, as the API server writes them in JSON. Structural on purpose: what
 * a watch delivers, what a YAML file holds and what a test writes by hand are all of these types.
 */
export interface ObjectMeta {
  readonly name: string
  readonly namespace?: string
  readonly generateName?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly finalizers?: readonly string[]
}

export interface KubeObject {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata: ObjectMeta
}

export interface ServicePort {
  readonly name?: string
  readonly protocol?: string
  readonly appProtocol?: string
  readonly port: number
  readonly targetPort?: number | string
  readonly nodePort?: number
}

export interface ServiceSpec {
  readonly type?: string
  readonly ports?: readonly ServicePort[]
  readonly selector?: Readonly<Record<string, string>>
  readonly clusterIP?: string
  readonly clusterIPs?: readonly string[]
  readonly externalIPs?: readonly string[]
  readonly externalName?: string
  readonly sessionAffinity?: string
  readonly sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } }
  readonly loadBalancerIP?: string
  readonly loadBalancerSourceRanges?: readonly string[]
  readonly loadBalancerClass?: string
  readonly externalTrafficPolicy?: string
  readonly internalTrafficPolicy?: string
  readonly healthCheckNodePort?: number
  readonly publishNotReadyAddresses?: boolean
  readonly ipFamilies?: readonly string[]
  readonly ipFamilyPolicy?: string
  readonly allocateLoadBalancerNodePorts?: boolean
  readonly trafficDistribution?: string
}

export interface PortStatus {
  readonly port: number
  readonly protocol: string
  readonly error?: string
}

export interface LoadBalancerIngress {
  readonly ip?: string
  readonly ipMode?: 'VIP' | 'Proxy'
  readonly hostname?: string
  readonly ports?: readonly PortStatus[]
}

export interface LoadBalancerStatus {
  readonly ingress?: readonly LoadBalancerIngress[]
}

export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
  readonly observedGeneration?: number
  readonly lastTransitionTime?: string
}

export interface ServiceObject extends KubeObject {
  readonly spec?: ServiceSpec
  readonly status?: { readonly loadBalancer?: LoadBalancerStatus; readonly conditions?: readonly Condition[] }
}

export interface Taint {
  readonly key: string
  readonly value?: string
  readonly effect: string
}

export interface NodeObject extends KubeObject {
  readonly spec?: {
    readonly providerID?: string
    readonly unschedulable?: boolean
    readonly taints?: readonly Taint[]
    readonly podCIDRs?: readonly string[]
  }
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[]
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
  }
}

export interface EndpointSliceObject extends KubeObject {
  readonly addressType: string
  readonly endpoints?: readonly SliceEndpoint[] | null
  readonly ports?: readonly SlicePort[] | null
}

export interface SliceEndpoint {
  readonly addresses: readonly string[]
  /** Its name in DNS, below that of the Service. */
  readonly hostname?: string
  readonly conditions?: {
    readonly ready?: boolean | null
    readonly serving?: boolean | null
    readonly terminating?: boolean | null
  }
  readonly nodeName?: string
  readonly zone?: string
  readonly targetRef?: { readonly kind?: string; readonly name?: string }
  readonly hints?: EndpointHints | null
}

/** Who should use an endpoint; absent or empty says nothing. */
export interface EndpointHints {
  readonly forZones?: readonly { readonly name: string }[] | null
  readonly forNodes?: readonly { readonly name: string }[] | null
}

export interface SlicePort {
  readonly name?: string | null
  readonly port?: number | null
  readonly protocol?: string | null
}

export interface PodCondition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
}

export interface PodObject extends KubeObject {
  readonly spec?: { readonly readinessGates?: readonly { readonly conditionType: string }[] }
  readonly status?: { readonly conditions?: readonly PodCondition[] }
}

/** networking.k8s.io/v1: ranges that cluster addresses are given out of. */
export interface ServiceCidrObject extends KubeObject {
  readonly spec?: { readonly cidrs?: readonly string[] }
}
