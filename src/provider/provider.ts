import type { Json } from '../lib/json.ts'
import type { AnnotationTable } from '../model/annotations.ts'
import type { LoadBalancer, Owner } from '../model/load-balancer.ts'
import type { TargetNode } from '../model/nodes.ts'
import type { LoadBalancerStatus } from '../model/objects.ts'
import type { Problem } from '../model/problem.ts'
import type { Observed, Ref, Resource } from '../plan/resource.ts'
import type { Kind } from './kind.ts'

/** A fact that `desired` needs. `key` is its identity in the cache and in `--facts` files; `args` is for the provider. */
export interface Lookup {
  readonly key: string
  /** What it is, in words, for "known at apply: ...". */
  readonly what: string
  readonly args?: Json
}

/** `value`, or why there is none: `unknown` (offline, not asked yet), `problem` (asked, and refused). */
export type Fact =
  | { readonly key: string; readonly value: Json }
  | { readonly key: string; readonly unknown: string }
  | { readonly key: string; readonly problem: Problem }

export type Facts = ReadonlyMap<string, Fact>

export interface Cluster {
  /** uid of the kube-system namespace; undefined offline. Another cluster of the same name is foreign. */
  readonly uid?: string
  readonly name: string
}

/** Everything a decision on one Service may depend on. */
export interface Context {
  readonly cluster: Cluster
  /** Eligible targets, sorted by name. The same array object until the set changes. */
  readonly nodes: readonly TargetNode[]
  /** Set when no nodes were given (a file, offline): why, for "known at apply". */
  readonly nodesUnknown?: string
  readonly facts: Facts
  /** This owner's objects, and the shared ones that it joins. */
  readonly observed: readonly Observed[]
}

export interface Desired {
  readonly resources: readonly Resource[]
  readonly problems: readonly Problem[]
}

/** Differences between clouds as flags, never as names. */
export interface Capabilities {
  readonly mixedProtocols: boolean
  readonly sourceRanges: boolean
  readonly internal: boolean
  readonly tls: boolean
  readonly proxyProtocol: boolean
  readonly udp: boolean
  readonly ipv6: boolean
  readonly requestedAddress: boolean
  readonly sessionAffinity: boolean
}

/** How far the road to this Service's objects is. */
export interface Outcome {
  /** Nothing is left to do for this owner. */
  readonly converged: boolean
  readonly deleting: boolean
}

export interface Provider {
  readonly name: string
  readonly annotations: AnnotationTable
  readonly can: Capabilities
  readonly kinds: Readonly<Record<string, Kind>>
  /** Pure: the facts that this Service's desired state needs. */
  lookups(lb: LoadBalancer, nodes: readonly TargetNode[]): readonly Lookup[]
  lookup(asked: readonly Lookup[], signal: AbortSignal): Promise<readonly Fact[]>
  /** Pure, ONE Service. */
  desired(lb: LoadBalancer, context: Context): Desired
  /** Pure: what is referred to and no Service defines (a node's security group, a pool, a shared probe). */
  shared(to: Ref, context: Context): Resource
  /** Pure: objects of an owner whose input is unreadable, as observed, with targets after the nodes. */
  follow(observed: readonly Observed[], context: Context): readonly Resource[]
  /** Pure: what the Service's status should say. */
  statusOf(
    owner: Owner,
    observed: readonly Observed[],
    outcome: Outcome,
    current: LoadBalancerStatus,
  ): LoadBalancerStatus
  /** Finalizers that other controllers for this cloud put on Services: those Services are theirs. */
  readonly foreignFinalizers: readonly string[]
}
