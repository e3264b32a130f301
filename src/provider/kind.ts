import type { JsonObject } from '../lib/json.ts'
import type { FieldChange, Observed, PartChange, Parts, Resource } from '../plan/resource.ts'

export interface Page {
  readonly items: readonly Observed[]
  readonly next?: string
}

/** What an update has to bring about. A kind carries out what ONE request can and leaves the rest to the next round. */
export interface Changes {
  readonly fields: readonly FieldChange[]
  readonly parts: readonly PartChange[]
}

/** What a read showed: the object, and all objects that live within it. */
export interface ReadResult {
  readonly object: Observed
  /** Complete for the kinds in `absorbs`: what the engine knew within the object and is not here, is gone. */
  readonly inside?: readonly Observed[]
}

/** A kind of cloud object. Data first; code only for form and calls. Every call is one request, and takes its time limit from `signal`. */
export interface Kind {
  /** The cloud's own word, in kebab case. */
  readonly name: string
  /** Brings a spec into the one form in which desired and observed are compared. Idempotent; keeps `$ref` and `$unknown` values. */
  canonical(spec: JsonObject): JsonObject
  /** Rewrites the united parts of all owners into those that the cloud can hold (rules merged, descriptions kept). */
  pack?(parts: Parts, observed: Observed | undefined, growOnly: boolean): Parts
  /** Fields of a part in which owners of one part may differ, because `pack` decides them (a rule's description). */
  readonly packedFields?: readonly string[]
  /** Fields of a part that are bookkeeping: a dry run leaves them out. */
  readonly hiddenFields?: readonly string[]
  /** Dotted paths that cannot change in place. */
  readonly immutable: readonly string[]
  /** Dotted paths that are chosen at create and then kept as they are (a name). */
  readonly kept: readonly string[]
  /** Dotted paths that hold ids of other objects: those go after this one. */
  readonly refs: readonly string[]
  /** What a field that nobody asks for any more returns to. A path without a default is removed. */
  readonly defaults: JsonObject
  readonly replace: 'beside' | 'swap' | 'never'
  /** Kinds that are read and deleted in this kind's own calls. */
  readonly absorbs: readonly string[]
  readonly lock: 'self' | 'root'
  readonly nameIsUnique: boolean
  readonly servesTraffic: boolean
  /** Whether a list page already shows every part; false means that parts must be read object by object. */
  readonly partsListed: boolean
  readonly repair?: 'recreate' | 'failover'
  /** How long after a write a list may still not show it. */
  readonly settleMs: number
  /** Every object of ours of this kind. Kinds that another one absorbs answer an empty page. */
  list(cursor: string | undefined, signal: AbortSignal): Promise<Page>
  read(seen: Observed, signal: AbortSignal): Promise<ReadResult | undefined>
  /** Finds what a create made whose answer was lost, or what already holds our name. */
  find(want: Resource, signal: AbortSignal): Promise<ReadResult | undefined>
  create(want: Resource, inside: readonly Resource[], signal: AbortSignal): Promise<Observed>
  update(seen: Observed, want: Resource, changes: Changes, signal: AbortSignal): Promise<Observed>
  delete(seen: Observed, signal: AbortSignal): Promise<void>
}
