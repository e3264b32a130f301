import type { Json, JsonObject } from '../lib/json.ts'
import type { AnnotationTable } from '../model/annotations.ts'
import type { Endpoints } from '../model/endpoints.ts'
import type { LoadBalancer, Owner } from '../model/load-balancer.ts'
import type { TargetNode } from '../model/nodes.ts'
import type { Others } from '../model/others.ts'
import type { LoadBalancerStatus } from '../model/objects.ts'
import type { Problem } from '../model/problem.ts'
import type { GateMatch } from '../model/readiness-gates.ts'
import type { Observed, Ref, Resource } from '../plan/resource.ts'
import type { FactsForm } from './facts-form.ts'
import type { Forms } from './form.ts'

/** A fact that `desired` needs. `key` is its identity in the cache; `args` is for the provider. */
export interface Lookup {
  readonly key: string
  /** What it is, in words, for "known at apply: ...". */
  readonly what: string
  readonly args?: Json
  /** Changes without an event, and matters soon: it is asked again after this. Default: with the next lists. */
  readonly againMs?: number
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
  /** The pods behind the Service; undefined where nobody looked, and while they are not known. */
  readonly endpoints?: Endpoints
  /** What is known of the Services that `refersTo` names. Undefined where nobody looked. */
  readonly others?: Others
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
  readonly sctp: boolean
  readonly ipv6: boolean
  /** One load balancer with addresses of both families. */
  readonly dualStack: boolean
  /** The load balancer's families follow an annotation rather than the Service: the provider checks ranges against them. */
  readonly familiesApart?: true
  /** There are targets that need no NodePort: the provider checks which ones do. */
  readonly nodePortsOptional?: true
  readonly requestedAddress: boolean
  readonly sessionAffinity: boolean
}

/** How far the road to this Service's objects is. */
export interface Outcome {
  /** Nothing is left to do for this owner. */
  readonly converged: boolean
  readonly deleting: boolean
}

/** The pure half of a provider: everything that deciding needs, and no call. `dry-run` loads nothing else of it. */
export interface Blueprint {
  readonly name: string
  readonly annotations: AnnotationTable
  readonly can: Capabilities
  readonly kinds: Forms
  /** Values of `spec.loadBalancerClass` that ask for load balancers as this provider makes them. */
  readonly classes: readonly string[]
  /** The facts that this Service's desired state needs. */
  lookups(lb: LoadBalancer, nodes: readonly TargetNode[]): readonly Lookup[]
  /** What a facts file may say of this cloud. */
  readonly facts: FactsForm
  /** Names of other Services of its namespace that take a share of what comes to this one's load balancer. Default: none. */
  refersTo?(lb: LoadBalancer): readonly string[]
  /** Names of the Services, of its own namespace, to whose pods this one's load balancer sends. Default: none. */
  backends?(lb: LoadBalancer): readonly string[]
  /** The same of what is there, for a Service whose input nobody can read. */
  podsBehind?(observed: readonly Observed[]): readonly string[]
  /** Readiness gates of pods that another controller of this cloud wrote and that wait for a Service's targets. */
  readonly honoursGate?: GateMatch
  /** Owners that only other objects tell: a rule in a group that all share is of whoever has the address that it opens. */
  related?(observed: readonly Observed[]): readonly Observed[]
  /** Stacks of groups in which this Service takes part: what is common there outlives each member but the last. */
  joins?(lb: LoadBalancer): readonly string[]
  /** ONE Service. */
  desired(lb: LoadBalancer, context: Context): Desired
  /** What is referred to and no Service defines (a node's security group, a pool, a shared probe). */
  shared(to: Ref, context: Context): Resource
  /** What the Service's status should say. */
  statusOf(
    owner: Owner,
    observed: readonly Observed[],
    outcome: Outcome,
    current: LoadBalancerStatus,
  ): LoadBalancerStatus
}

/** A cloud's section of a facts file, after its schema accepted it. */
export type GivenFacts = JsonObject
