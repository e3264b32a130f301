import type { Clock } from '../../../src/lib/clock.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import { ProviderError } from '../../../src/provider/errors.ts'
import type { Changes } from '../../../src/provider/kind.ts'
import type { AwsApi } from '../api.ts'
import type { Attribute } from '../api-elbv2.ts'
import type { Tags } from '../tags.ts'
import type { TagReader } from './tag-reader.ts'

export interface KindDeps {
  readonly api: AwsApi
  readonly clock: Clock
  /** Nothing is ours while it is undefined. */
  readonly clusterUid: string | undefined
  readonly tags: TagReader
}

/** A field of a spec that must be known by now: a gap never reaches AWS. */
export function text(spec: JsonObject, field: string, path = field): string {
  const value = spec[field]
  if (typeof value === 'string') return value
  throw gap(path)
}

export function number(spec: JsonObject, field: string): number {
  const value = spec[field]
  if (typeof value === 'number') return value
  throw gap(field)
}

export function texts(spec: JsonObject, field: string): readonly string[] {
  const value = spec[field]
  if (Array.isArray(value)) return value as readonly string[]
  throw gap(field)
}

/** A map of texts, such as tags. */
export function textMap(value: Json | undefined, field: string): Tags {
  const map = isObject(value) ? value : {}
  return Object.fromEntries(Object.keys(map).map((key) => [key, text(map, key, `${field}.${key}`)]))
}

const gap = (field: string): ProviderError =>
  new ProviderError({
    kind: 'invalid',
    code: 'NotKnown',
    op: 'elasticloadbalancing:*',
    sent: 'no',
    message: `${field} is not known yet`,
  })

/** How long a list of AWS may lag behind a write. */
export const settleMs = 10_000

/** Changed leaves below a field, by the rest of their path: keys of tags and attributes hold dots themselves. */
export function changesUnder(changes: Changes, field: string): ReadonlyMap<string, Json> {
  const found = new Map<string, Json>()
  for (const change of changes.fields) {
    if (change.path.startsWith(`${field}.`)) found.set(change.path.slice(field.length + 1), change.after)
  }
  return found
}

export const changed = (changes: Changes, field: string): boolean =>
  changes.fields.some((change) => change.path === field || change.path.startsWith(`${field}.`))

/** `seen` with some fields of its spec replaced. */
export const withSpec = (seen: Observed, asOf: number, fields: JsonObject): Observed => ({
  ...seen,
  asOf,
  spec: { ...seen.spec, ...fields },
})

/** A map with keys set, and with those set to null taken out. */
export function merged(map: Json | undefined, changes: ReadonlyMap<string, Json>): JsonObject {
  const all = { ...(isObject(map) ? map : {}), ...Object.fromEntries(changes) }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null))
}

export const attributesOf = (seen: readonly Attribute[] | undefined): Tags =>
  Object.fromEntries((seen ?? []).map((attribute) => [attribute.Key, attribute.Value]))

/** Attributes to send. One without a default cannot be taken back, so it is left as it is. */
export const attributesToSet = (changes: ReadonlyMap<string, Json>): readonly Attribute[] =>
  [...changes].flatMap(([Key, Value]) => (typeof Value === 'string' ? [{ Key, Value }] : []))

/** The one object that a create answered. */
export function only<T>(items: readonly T[] | undefined, op: string): T {
  const [item] = items ?? []
  if (item !== undefined) return item
  throw new ProviderError({
    kind: 'unknown',
    code: 'EmptyAnswer',
    op,
    sent: 'maybe',
    message: `${op} answered without the object that it made`,
  })
}

export function cannotChange(seen: Observed, changes: Changes, op: string): ProviderError {
  const paths = changes.fields.map((change) => change.path).join(', ')
  const message = `${seen.kind} ${seen.key}: ${paths} cannot be changed in place`
  return new ProviderError({ kind: 'invalid', code: 'Immutable', op, sent: 'no', message })
}

export const isNotFound = (error: unknown): boolean =>
  error instanceof ProviderError && error.kind === 'notFound'

/** What a call answers, or undefined when the object is not there. */
export async function orUndefined<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}
