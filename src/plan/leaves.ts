import { isObject, type Json, type JsonObject } from '../lib/json.ts'
import { refKey, type Part, type Parts, type Ref } from './resource.ts'

export type Leaves = ReadonlyMap<string, Json>

export const asRef = (value: Json | undefined): Ref | undefined =>
  isObject(value) && isObject(value['$ref']) ? (value['$ref'] as unknown as Ref) : undefined

export const asUnknown = (value: Json | undefined): string | undefined =>
  isObject(value) && typeof value['$unknown'] === 'string' ? value['$unknown'] : undefined

/** An object that is no ref and no unknown: it has fields of its own. */
export const branches = (value: Json | undefined): value is JsonObject =>
  isObject(value) && !('$ref' in value) && !('$unknown' in value)

/** A spec as dotted paths. Lists are leaves: they are sets or have one meaning as a whole. */
export function leavesOf(spec: JsonObject, into = new Map<string, Json>(), prefix = ''): Map<string, Json> {
  for (const key in spec) {
    const value = spec[key]
    if (value === undefined) continue
    if (!branches(value)) into.set(prefix + key, value)
    else leavesOf(value, into, `${prefix}${key}.`)
  }
  return into
}

/** Why a spec cannot be written yet: the first value in it that is not known. */
export function unknownIn(spec: JsonObject): string | undefined {
  for (const value of leavesOf(spec).values()) {
    const why = asUnknown(value)
    if (why !== undefined) return why
  }
  return undefined
}

/** Every ref in a spec, wherever it stands. */
export function refsIn(value: Json | undefined, into: Ref[] = []): Ref[] {
  const found = asRef(value)
  if (found !== undefined) into.push(found)
  else if (Array.isArray(value)) for (const item of value) refsIn(item, into)
  else if (isObject(value)) for (const key in value) refsIn(value[key], into)
  return into
}

/** Every text in a value, wherever it stands. */
export function textsIn(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(textsIn)
  return isObject(value) ? Object.values(value).flatMap(textsIn) : []
}

const nowhere: readonly Ref[] = []

/** Every ref in a part. Most are flat and point nowhere: to see that costs less than to remember it of each. */
export function refsInPart({ spec }: Part): readonly Ref[] {
  for (const key in spec) if (typeof spec[key] === 'object') return refsIn(spec)
  return nowhere
}

/** Fills refs with what they point at; those that cannot be filled stay, and are named. What changes nowhere is answered as it is. */
export function fillRefs<T extends Json>(
  value: T,
  find: (ref: Ref) => string | undefined,
  missing: Ref[],
): T {
  if (typeof value !== 'object' || value === null) return value
  const found = asRef(value)
  if (found !== undefined) {
    const filled = find(found)
    if (filled === undefined) missing.push(found)
    return (filled ?? value) as T
  }
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => fillRefs(item, find, missing))
    return (items.some((item, at) => item !== value[at]) ? items : value) as T
  }
  const fields = value as JsonObject
  let out: Record<string, Json> | undefined
  for (const key in fields) {
    const item = fields[key]
    if (typeof item !== 'object') continue
    const filled = fillRefs(item, find, missing)
    if (filled !== item) (out ??= { ...fields })[key] = filled
  }
  return (out ?? value) as T
}

const holdingRefs = new WeakMap<Parts, readonly string[]>()

/** The keys of parts that hold refs. Remembered of each set of parts: the largest belong to everybody and seldom change. */
export function partsWithRefs(parts: Parts): readonly string[] {
  const known = holdingRefs.get(parts)
  if (known !== undefined) return known
  const keys: string[] = []
  for (const key in parts) {
    const part = parts[key]
    if (part !== undefined && refsInPart(part).length > 0) keys.push(key)
  }
  holdingRefs.set(parts, keys)
  return keys
}

interface Filling {
  readonly refs: readonly Ref[]
  readonly values: readonly (string | undefined)[]
  readonly filled: Parts
}
const fillings = new WeakMap<Parts, Filling>()

/** The same for every part; parts without refs are the same objects as before, and so is the whole while the values are. */
export function fillParts(parts: Parts, find: (ref: Ref) => string | undefined): Parts {
  const keys = partsWithRefs(parts)
  if (keys.length === 0) return parts
  const last = fillings.get(parts)
  if (last?.refs.every((ref, at) => find(ref) === last.values[at]) === true) return last.filled
  const found = new Map<string, { readonly ref: Ref; readonly value: string | undefined }>()
  const findOnce = (ref: Ref): string | undefined => {
    const name = `${refKey(ref)} ${ref.out ?? ''}`
    const known = found.get(name)
    if (known !== undefined) return known.value
    const value = find(ref)
    found.set(name, { ref, value })
    return value
  }
  const filled: Record<string, Part> = { ...parts }
  for (const key of keys) {
    const part = parts[key] as Part
    filled[key] = { ...part, spec: fillRefs(part.spec, findOnce, []) }
  }
  const asked = [...found.values()]
  fillings.set(parts, { refs: asked.map(({ ref }) => ref), values: asked.map(({ value }) => value), filled })
  return filled
}
