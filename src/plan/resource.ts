import type { Json, JsonObject } from '../lib/json.ts'
import type { Owner } from '../model/load-balancer.ts'

export type { Owner } from '../model/load-balancer.ts'

/** Who has what several Services share has no uid of the API server: a group, by the name of its stack. */
export const isCommon = ({ uid }: Owner): boolean => uid.includes('/')

/** What makes an object this one and no other: a pure function of owner, role and what the cloud cannot change. */
export interface Identity {
  readonly stack: string
  readonly kind: string
  readonly key: string
}

/** Points at an object by identity; `out` names one of its outputs. Stands in a spec as `{"$ref": Ref}`. */
export interface Ref extends Identity {
  readonly out?: string
}

/** What has an owner of its own inside one write call: a rule, target, frontend, probe, member. */
export interface Part {
  readonly spec: JsonObject
  /** Empty: those of the object that it is in, so that many objects can hold one and the same set of parts. */
  readonly owners: readonly Owner[]
  /** The cloud's own identifier of an observed part, where it has one. */
  readonly id?: string
  /** Observed, and not of our making: it fulfils a wish for the same part and is never changed or removed. */
  readonly foreign?: true
  /** Where the user wrote what this part carries out, for `why`. */
  readonly path?: string
  /** Of a target: the failure domain that it is in. */
  readonly zone?: string
}

export type Parts = Readonly<Record<string, Part>>

/** What one write call carries. `key` is identity, ours; the cloud's name is a field, chosen at create, then kept. */
export interface Resource extends Identity {
  readonly spec: JsonObject
  readonly parts?: Parts
  readonly owners: readonly Owner[]
  /** Order without a value: exists before me, goes after me. */
  readonly needs?: readonly Ref[]
  /** Lives, is locked and dies with that object. */
  readonly within?: Ref
  /** `foreign` (a node group, an adopted object): only our parts are ours; never created or deleted. */
  readonly body?: 'ours' | 'foreign'
  /** Dotted spec paths that the accepted input named and the live one does not: they return to their defaults. */
  readonly forgotten?: readonly string[]
  /** Dotted spec path -> where the user wrote it, for `why`. */
  readonly origins?: Readonly<Record<string, string>>
  /** One sentence: what this object is for. Shown by `dry-run`. */
  readonly purpose?: string
  /** What clients find there, in a word that what replaces the object shares: a port. Undefined: whatever there is. */
  readonly serves?: string
  /** Failure domains in which it is used: parts elsewhere take no connections. Undefined: all of them. */
  readonly zones?: readonly string[]
  /** Others put parts into it that look like ours: of those that stand there only what was wanted here once may go. */
  readonly joint?: true
  /** The failure domain of each place that the object can stand in, by the id of the place. */
  readonly zoneOf?: Readonly<Record<string, string>>
}

export interface Observed extends Resource {
  /** The cloud's own identifier. */
  readonly id: string
  /** Outputs that refs take: arn, dns name, address. Strings, so that a ref can fill any field. */
  readonly out: Readonly<Record<string, string>>
  readonly state: 'ready' | 'busy' | 'failed' | 'doubt'
  /** Whether traffic passes: `unreadable` where the cloud does not tell. */
  readonly serving: boolean | 'unreadable'
  /** Keys of the parts that new connections reach; undefined where the cloud tells it of no part. */
  readonly healthy?: readonly string[]
  /** `listed` knows existence and owner; `read` knows every field and part. */
  readonly depth: 'listed' | 'read'
  /** Clock ms before the request that showed this was sent. */
  readonly asOf: number
  readonly etag?: string
  readonly raw?: unknown
}

export interface PartChange {
  readonly key: string
  readonly action: 'add' | 'change' | 'remove'
  readonly before?: JsonObject
  readonly after?: JsonObject
  readonly owners: readonly Owner[]
  readonly path?: string
}

/** One leaf that differs. `after` null means: remove it, or set it back to the cloud's default. */
export interface FieldChange {
  readonly path: string
  readonly before?: Json
  readonly after: Json
  readonly origin?: string
}

/** Whose a part is. What is not of our making is nobody's. */
export const ownersOfPart = (part: Part, object: { readonly owners: readonly Owner[] }): readonly Owner[] =>
  part.owners.length > 0 || part.foreign === true ? part.owners : object.owners

export const refKey = (ref: Identity): string => `${ref.stack}\u0001${ref.kind}\u0001${ref.key}`
export const refOf = (resource: Identity): Ref => ({
  stack: resource.stack,
  kind: resource.kind,
  key: resource.key,
})

/** A value taken from another object when a step starts. */
export const ref = (to: Identity, out: string): JsonObject => ({
  $ref: { stack: to.stack, kind: to.kind, key: to.key, out },
})

/** A value that only the live cluster or cloud can tell; `why` is shown in its place. */
export const unknown = (why: string): JsonObject => ({ $unknown: why })
