import type { Json, JsonObject } from '../lib/json.ts'
import type { Problem } from '../model/problem.ts'
import type { FieldChange, Observed, PartChange, Parts, Ref, Resource } from '../plan/resource.ts'
import type { Cluster } from './blueprint.ts'

/** A field of an object that those which refer to it must fit. */
export interface Fit {
  /** A dotted path that can change in place. */
  readonly field: string
  fits(value: Json | undefined, referrer: JsonObject): boolean
}

/** A setting under which the cloud refuses to delete an object. Nobody but its user takes it back. */
export interface Protection {
  /** Top-level field of a spec, and the key in it. */
  readonly field: string
  readonly key: string
  readonly on: string
  /** Where the user takes it back, in words. */
  readonly mend: string
}

export interface Interruption {
  /** Dotted paths of the fields that have to change together. */
  readonly paths: readonly string[]
  /** One sentence without a full stop: what it costs. */
  readonly why: string
  /** Set where leave does not help, because no call leads there. */
  readonly never?: Problem
}

/** What is known of a kind of cloud object without its cloud: all that planning needs. */
export interface Form {
  /** The cloud's own word, in kebab case. */
  readonly name: string
  /** Brings a spec into the one form in which desired and observed are compared. Idempotent; keeps `$ref` and `$unknown` values. */
  canonical(spec: JsonObject): JsonObject
  /**
   * Rewrites the united parts of all owners into those that the cloud can hold (rules merged, descriptions kept).
   * `growOnly`, asked where something held would shrink: whether one who may need it is not known. To tell takes going
   * through all users.
   */
  pack?(parts: Parts, observed: Observed | undefined, growOnly: () => boolean): Parts
  /**
   * For which owners, by uid, the object has no room: what they would add to it stays out, and they are told. `want` is
   * united, its owners the oldest first. What is observed has its place already. What lives within it falls with it.
   */
  room?(want: Resource, observed: Observed | undefined): ReadonlyMap<string, Problem>
  /** How many objects of a kind have room within one of these: whoever comes last stays out with his newest, and is told. */
  readonly most?: Readonly<Record<string, number>>
  /** One Service holds the object alone: of two claims one stands whole (law 7). `origins['']` is where it was asked for. */
  readonly sole?: true
  /** How changes of parts are shown, where the cloud shows several parts as one (the destinations of one rule). */
  shown?(changes: readonly PartChange[], observed: Observed | undefined): readonly PartChange[]
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
  /**
   * Fields of a part that hold ids of other objects: those go after this part, and the part is needed by the owners of
   * whatever refers to them too. A rule that lets a group in is needed by every load balancer in that group.
   */
  readonly partRefs?: readonly string[]
  /** Dotted paths whose change may cut what serves now: it comes after all else that is made for its owners. */
  readonly lastly?: readonly string[]
  /** What refers to this object must suit it, or the cloud refuses the pair. */
  readonly suits?: Fit
  /** Pure: what this spec, or that of a part, holds and only one object can hold at a time (an address): it is let go first. */
  readonly holds?: (spec: JsonObject) => readonly string[]
  /** Pure: what of a change in place interrupts traffic. Such a change needs the leave of those whose object it is. */
  readonly interrupts?: (
    want: Resource,
    seen: Observed,
    fields: readonly FieldChange[],
  ) => Interruption | undefined
  /**
   * What a field that nobody asks for any more returns to, where it depends on what the object is for this wish. A path
   * without a default is removed.
   */
  readonly defaults: JsonObject | ((want: JsonObject) => JsonObject)
  /**
   * Fields that are nobody's but ours and have no value of the cloud's own: what a wish does not name is at its default,
   * whoever set it. It need not be remembered, so it holds after an answer that never came, too.
   */
  readonly ours?: readonly string[]
  readonly protection?: Protection
  readonly replace: 'beside' | 'swap' | 'never'
  /**
   * Pure: how an object that stays is while what it leads to is replaced. It leads to what `before` leads to, with what
   * `now` leads to beside it, so that the cloud begins to check it. Undefined: the cloud cannot, and it changes at once.
   */
  meanwhile?(now: Resource, before: Resource, find: (to: Ref) => Resource | undefined): Resource | undefined
  /** Pure: how long the connections that it carries may last when new ones go elsewhere, ms. Default: no time. */
  drainMs?(spec: JsonObject): number
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
  /**
   * Pure: the object that the cloud's own description of it shows, with its owners as names, tags and descriptions tell
   * them. Undefined where the body is none of this kind. Kinds that another one absorbs come with that one.
   */
  observe?(wire: JsonObject, cluster: Cluster): readonly Observed[] | undefined
}

/** What holds of most kinds. Whether a name is unique, traffic flows or a replacement is due, each form says itself. */
export const usualForm = {
  kept: [],
  refs: [],
  defaults: {},
  absorbs: [],
  lock: 'self',
  partsListed: true,
} as const satisfies Partial<Form>

export type Forms = Readonly<Record<string, Form>>
