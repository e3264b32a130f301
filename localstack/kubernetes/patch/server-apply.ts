import { equal, isObject } from '../../../src/lib/json.ts'
import { ApiFault, badRequest } from '../fault.ts'
import { draftOf, type AnyObject } from '../object.ts'
import type { Resource } from '../resource.ts'
import { fieldOf, type ListOf, type Schema } from '../schema.ts'
import { schemas } from '../schemas.ts'
import type { ClusterState, WriteOptions } from '../state.ts'

/**
 * Server-side apply, as far as it goes without managed fields: each manager's last configuration is remembered, what
 * it no longer holds is removed, and a field that another manager has applied with another value is a conflict.
 * Changes made by other requests own nothing here, so applying over them never conflicts.
 */
export type Applied = Map<string, Map<string, AnyObject>>

type Tree = { readonly [key: string]: unknown }

const keysOf = (schema: Schema): readonly string[] | undefined =>
  schema.is === 'list'
    ? (schema.keys ?? (schema.mergeKey === undefined ? undefined : [schema.mergeKey]))
    : undefined

/** A part of an item's key; a port without protocol is TCP. */
const keyPart = (item: unknown, key: string) =>
  (isObject(item) ? item[key] : undefined) ?? (key === 'protocol' ? 'TCP' : undefined)

const findItem = (keys: readonly string[], items: readonly unknown[], item: unknown) =>
  items.find((one) => keys.every((key) => equal(keyPart(one, key), keyPart(item, key))))

/** The live value with the configuration over it, less what the last configuration had and this one has not. */
function merged(live: unknown, config: unknown, last: unknown, schema: Schema): unknown {
  if (isObject(config)) return mergedFields(live, config, last, schema)
  if (!Array.isArray(config) || schema.is !== 'list' || !Array.isArray(live)) return config
  const keys = keysOf(schema)
  const old: readonly unknown[] = Array.isArray(last) ? last : []
  if (keys !== undefined) return mergedItems(live, config, old, { list: schema, keys })
  if (schema.set !== true) return config
  const kept = live.filter((item) => config.includes(item) || !old.includes(item))
  return [...kept, ...config.filter((item) => !kept.includes(item))]
}

function mergedFields(live: unknown, config: Tree, last: unknown, schema: Schema): Tree {
  const result: Record<string, unknown> = isObject(live) ? { ...live } : {}
  const old: Tree = isObject(last) ? last : {}
  for (const key of Object.keys(old)) if (config[key] === undefined) delete result[key]
  for (const [key, value] of Object.entries(config))
    result[key] = merged(result[key], value, old[key], fieldOf(schema, key))
  return result
}

function mergedItems(
  live: readonly unknown[],
  config: readonly unknown[],
  last: readonly unknown[],
  { list, keys }: { list: ListOf; keys: readonly string[] },
): unknown[] {
  return [
    ...config.map((item) => merged(findItem(keys, live, item), item, findItem(keys, last, item), list.of)),
    ...live.filter(
      (item) => findItem(keys, config, item) === undefined && findItem(keys, last, item) === undefined,
    ),
  ]
}

/** The paths at which two configurations want different values. Lists that merge cannot disagree, only their items. */
function disagreements(a: unknown, b: unknown, schema: Schema, path = ''): string[] {
  if (a === undefined || b === undefined || equal(a, b)) return []
  if (isObject(a) && isObject(b))
    return Object.keys(a).flatMap((key) =>
      disagreements(a[key], b[key], fieldOf(schema, key), `${path}.${key}`),
    )
  const keys = keysOf(schema)
  if (schema.is !== 'list' || !Array.isArray(a) || !Array.isArray(b)) return [path]
  if (keys === undefined) return schema.set === true ? [] : [path]
  const others: readonly unknown[] = b
  return a.flatMap((item: unknown) => {
    const parts = keys.map((key) => `${key}=${JSON.stringify(keyPart(item, key))}`)
    return disagreements(item, findItem(keys, others, item), schema.of, `${path}[${parts.join(',')}]`)
  })
}

const relevant = ({ apiVersion: _a, kind: _k, metadata, ...rest }: AnyObject): Tree => ({
  ...rest,
  metadata: { labels: metadata.labels, annotations: metadata.annotations },
})

export interface Application {
  readonly manager: string
  readonly force: boolean
  readonly options: WriteOptions
}

export function applyObject(
  state: ClusterState,
  applied: Applied,
  resource: Resource,
  config: AnyObject,
  { manager, force, options }: Application,
): { object: AnyObject; created: boolean } {
  if (manager === '') throw badRequest('PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value')
  const { plural } = resource
  const live = state.find(plural, config.metadata) as AnyObject | undefined
  if (live === undefined) {
    const object = state.create(plural, config, options) as AnyObject
    if (options.dryRun !== true) applied.set(object.metadata.uid ?? '', new Map([[manager, config]]))
    return { object, created: true }
  }
  const owners = applied.get(live.metadata.uid ?? '') ?? new Map<string, AnyObject>()
  for (const [other, theirs] of force ? [] : owners) {
    const fields = other === manager ? [] : disagreements(relevant(config), relevant(theirs), schemas[plural])
    if (fields.length > 0) throw applyConflict(other, fields)
  }
  const next = merged(draftOf(live), config, owners.get(manager), schemas[plural])
  const object = state.update(plural, next as AnyObject, options) as AnyObject
  if (options.dryRun !== true) applied.set(live.metadata.uid ?? '', owners.set(manager, config))
  return { object, created: false }
}

function applyConflict(other: string, fields: readonly string[]): ApiFault {
  const listed = fields.map((field) => `\n- ${field}`).join('')
  const message =
    fields.length === 1
      ? `Apply failed with 1 conflict: conflict with "${other}": ${fields[0]}`
      : `Apply failed with ${fields.length} conflicts: conflicts with "${other}":${listed}`
  return new ApiFault(409, 'Conflict', message, {
    causes: fields.map((field) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with "${other}"`,
      field,
    })),
  })
}
