import type { TargetNode } from '../model/nodes.ts'
import type { Blueprint, Cluster, Context, Fact, GivenFacts, Lookup } from './blueprint.ts'
import type { Check } from './checkup.ts'
import type { Adoption } from './adoption.ts'
import type { Kind } from './kind.ts'
import type { Observed, Resource } from '../plan/resource.ts'

/** A blueprint with its cloud: what the engine drives. */
export interface Provider extends Blueprint {
  readonly kinds: Readonly<Record<string, Kind>>
  lookup(asked: readonly Lookup[], signal: AbortSignal): Promise<readonly Fact[]>
  /** Pure: objects of an owner whose input is unreadable, as observed, with targets after the nodes. */
  follow(observed: readonly Observed[], context: Context): readonly Resource[]
  /** Finalizers that other controllers for this cloud put on Services: those Services are theirs. */
  readonly foreignFinalizers: readonly string[]
  /** What exists of this cluster, by kind, as the cloud describes it: `existing` of a facts file. */
  existing?(signal: AbortSignal): Promise<GivenFacts>
  /** Looks whether what it needs of its cloud is there, and writes nothing. A refusal is a check that failed. */
  checkup?(cluster: Cluster, nodes: readonly TargetNode[], signal: AbortSignal): Promise<readonly Check[]>
  /** Absent where nobody else's objects can be taken over. */
  readonly adoption?: Adoption
}
