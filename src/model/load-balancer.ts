import type { AnyKeyed, AnySettings } from './annotations.ts'

/** Whose an object is. The uid decides; `namespace/name` is for people. */
export interface Owner {
  readonly uid: string
  readonly name: string
}

export type Protocol = 'TCP' | 'UDP' | 'SCTP'
export type Family = 'IPv4' | 'IPv6'

export interface Port {
  /** Position in `spec.ports`, for paths in problems. */
  readonly index: number
  readonly name?: string
  readonly protocol: Protocol
  readonly port: number
  /** Undefined in a file: the API server allocates it. */
  readonly nodePort?: number
  readonly targetPort: number | string
  readonly appProtocol?: string
}

export interface SourceRange {
  /** Canonical CIDR, host bits cleared. */
  readonly cidr: string
  readonly family: Family
  readonly path: string
}

/** What one Service asks for, in no cloud's words. */
export interface LoadBalancer {
  readonly owner: Owner
  readonly namespace: string
  readonly name: string
  /** Undefined when read from a file that no cluster has seen. */
  readonly uid?: string
  /** ISO time; the older of two claimants wins. Empty in a file. */
  readonly created: string
  readonly ports: readonly Port[]
  readonly trafficPolicy: 'Cluster' | 'Local'
  /** Only with policy Local; undefined then means that the API server has yet to allocate it. */
  readonly healthCheckNodePort?: number
  readonly families: readonly Family[]
  readonly familyPolicy: 'SingleStack' | 'PreferDualStack' | 'RequireDualStack'
  /** Empty means: from everywhere. Never empty because something did not parse. */
  readonly sourceRanges: readonly SourceRange[]
  /** Session affinity by client address; seconds. */
  readonly affinity?: { readonly timeoutSeconds: number }
  /** `spec.loadBalancerIP`. */
  readonly requestedAddress?: { readonly value: string; readonly path: string }
  /** `spec.loadBalancerClass`. */
  readonly loadBalancerClass?: string
  /** False where `spec.allocateLoadBalancerNodePorts` is: ports may have no NodePort then. */
  readonly allocatesNodePorts: boolean
  /** `spec.trafficDistribution`. */
  readonly trafficDistribution?: string
  /** Changes that interrupt traffic may be carried out. */
  readonly allowsOutage: boolean
  readonly labels: Readonly<Record<string, string>>
  /** Parsed annotations, by their name in the provider's table. Read them with `settingsOf`. */
  readonly settings: AnySettings
  /** Those of families of keys, by their name in the table and the variable part. Read them with `keyedOf`. */
  readonly keyed: AnyKeyed
}
