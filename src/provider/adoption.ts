import type { Problem } from '../model/problem.ts'
import type { Observed, Owner, Resource } from '../plan/resource.ts'
import type { Cluster } from './blueprint.ts'

/** Another controller for the same cloud whose objects can become ours in place. */
export interface Peer {
  readonly title: string
  /** Those that it alone puts on Services. They are taken off when all of a Service is ours. */
  readonly finalizers: readonly string[]
  /** Objects of the cluster that it keeps for what it made, and that nobody needs once that is ours. */
  readonly leftover?: {
    readonly group: string
    readonly version: string
    readonly plural: string
    readonly kind: string
    /** Labels that name the Service. */
    readonly labels: { readonly namespace: string; readonly name: string }
  }
}

/** A Service that may be taken over. */
export interface Asked {
  readonly owner: Owner
  /** What it wants by our rules. */
  readonly wanted: readonly Resource[]
  /** Host names and addresses that its clients know. */
  readonly addresses: readonly string[]
}

/** One object that becomes ours: nothing of it changes but the marks that tell whose it is. */
export interface Take {
  readonly peer: string
  /** As its maker left it. */
  readonly seen: Observed
  /** As it will be seen once it bears our marks. */
  readonly becomes: Observed
}

export interface Matched {
  /** Whose the objects are; undefined where nothing was found. */
  readonly peer?: string
  readonly takes: readonly Take[]
  /** An error stands in the way of the whole Service. */
  readonly problems: readonly Problem[]
}

/** What all that is taken has in common with what is not. */
export interface SharedMatch {
  readonly takes: readonly Take[]
  readonly problems: readonly { readonly owner: Owner; readonly problem: Problem }[]
}

/** How objects of other controllers become ours. */
export interface Adoption {
  /** By the name that a person gives. */
  readonly peers: Readonly<Record<string, Peer>>
  /** What exists and is not ours alone: all that peers made, and the foreign bodies of these ids. Reads only. */
  survey(cluster: Cluster, bodies: readonly string[], signal: AbortSignal): Promise<readonly Observed[]>
  /** Pure: what of the survey is this Service's, as the object of which of our keys. */
  match(survey: readonly Observed[], asked: Asked, cluster: Cluster, from: readonly string[]): Matched
  /** Pure: what of shared objects goes with these Services, because nobody else needs it. */
  shared(survey: readonly Observed[], taken: readonly (Asked & Matched)[], cluster: Cluster): SharedMatch
}
