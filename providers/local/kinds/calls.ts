import type { Clock } from '../../../src/lib/clock.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import { ProviderError } from '../../../src/provider/errors.ts'
import type { Changes, Page, ReadResult } from '../../../src/provider/kind.ts'
import type { LocalApi, LocalPage, LocalTags } from '../api.ts'
import { opOf, toProviderError } from '../errors.ts'
import type { LocalCall } from '../wire.ts'

/** What a certificate is made of. It is read when it is made, and kept nowhere. */
export interface Material {
  readonly certificate: string
  readonly key: string
}

export interface KindDeps {
  readonly api: LocalApi
  readonly clock: Clock
  /** Nothing is ours while it is undefined. */
  readonly clusterUid: string | undefined
  material(source: string, signal: AbortSignal): Promise<Material>
}

/** One call, with whatever it throws in the words that the engine decides by. */
export async function ask<T>(call: LocalCall, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw toProviderError(call, error)
  }
}

type Observe<T> = (wire: T, clusterUid: string | undefined, asOf: number) => Observed | undefined

/** The objects of a page that carry our marks. */
export async function listOurs<T>(
  { clock, clusterUid }: KindDeps,
  observe: Observe<T>,
  page: () => Promise<LocalPage<T>>,
): Promise<Page> {
  const asOf = clock.now()
  const { items, next } = await page()
  return {
    items: items.flatMap((item) => observe(item, clusterUid, asOf) ?? []),
    ...(next === undefined ? {} : { next }),
  }
}

/** An object as it is now, if it is there and bears our marks. */
export async function readOurs<T>(
  { clock, clusterUid }: KindDeps,
  observe: Observe<T>,
  read: () => Promise<T | undefined>,
): Promise<ReadResult | undefined> {
  const asOf = clock.now()
  const wire = await read()
  const object = wire === undefined ? undefined : observe(wire, clusterUid, asOf)
  return object === undefined ? undefined : { object }
}

/** The first object of all pages that fits. */
export async function findIn<T>(
  page: (cursor: string | undefined) => Promise<LocalPage<T>>,
  fits: (item: T) => boolean,
): Promise<T | undefined> {
  let cursor: string | undefined
  do {
    const { items, next } = await page(cursor)
    const found = items.find(fits)
    if (found !== undefined) return found
    cursor = next
  } while (cursor !== undefined)
  return undefined
}

/** Our own object as it was answered: it bears our marks, or we would not know of it. */
export function ours<T>(
  { clock, clusterUid }: KindDeps,
  observe: Observe<T>,
  wire: T,
  call: LocalCall,
): Observed {
  const seen = observe(wire, clusterUid, clock.now())
  if (seen !== undefined) return seen
  throw new ProviderError({
    kind: 'unknown',
    code: 'NotOurs',
    op: opOf(call),
    sent: 'maybe',
    message: `${opOf(call)} answered with an object that does not bear our marks`,
  })
}

/** A field of a spec that must be known by now: a gap never reaches the balancer. */
export function text(spec: JsonObject, field: string): string {
  const value = spec[field]
  if (typeof value === 'string') return value
  throw gap(field)
}

export function number(spec: JsonObject, field: string): number {
  const value = spec[field]
  if (typeof value === 'number') return value
  throw gap(field)
}

export function tagsIn(spec: JsonObject): LocalTags {
  const tags = isObject(spec['tags']) ? spec['tags'] : {}
  return Object.fromEntries(Object.keys(tags).map((key) => [key, text(tags, key)]))
}

const gap = (field: string): ProviderError =>
  new ProviderError({
    kind: 'invalid',
    code: 'NotKnown',
    op: 'local:*',
    sent: 'no',
    message: `${field} is not known yet`,
  })

/**
 * What an update sets: each top-level field of which a leaf changed, as it is to be in whole. Null takes it away. Keys of
 * tags hold dots themselves, so a path is split at its first one.
 */
export function changedFields(seen: Observed, { fields }: Changes): Readonly<Record<string, Json>> {
  const set: Record<string, Json> = {}
  for (const { path, after } of fields) {
    const dot = path.indexOf('.')
    if (dot < 0) {
      set[path] = after
      continue
    }
    const field = path.slice(0, dot)
    const before = set[field] ?? seen.spec[field]
    const all = { ...(isObject(before) ? before : {}), [path.slice(dot + 1)]: after }
    const left = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null))
    set[field] = Object.keys(left).length === 0 && field !== 'tags' ? null : left
  }
  return set
}

export const etagOf = ({ etag }: Observed): string => etag ?? ''

export function cannotChange(seen: Observed, changes: Changes, call: LocalCall): ProviderError {
  const paths = changes.fields.map((change) => change.path).join(', ')
  const message = `${seen.kind} ${seen.key}: ${paths} cannot be changed in place`
  return new ProviderError({ kind: 'invalid', code: 'Immutable', op: opOf(call), sent: 'no', message })
}

/** Whoever deletes what is gone already has what he wanted. */
export async function deleted(call: LocalCall, run: () => Promise<void>): Promise<void> {
  try {
    await ask(call, run)
  } catch (error) {
    if (!(error instanceof ProviderError) || error.kind !== 'notFound') throw error
  }
}
