import { isObject } from '../../../src/lib/json.ts'
import type { ListOf, Schema } from '../schema.ts'

const mergeKeys = ({ keys, mergeKey }: ListOf): readonly string[] | undefined =>
  keys ?? (mergeKey === undefined ? undefined : [mergeKey])

/** What is owned and replaced as a whole: plain values, lists without keys, and what its type says. */
export function isAtomic(schema: Schema, value: unknown): boolean {
  if (Array.isArray(value))
    return schema.is !== 'list' || (mergeKeys(schema) === undefined && schema.set !== true)
  return !isObject(value) || ((schema.is === 'struct' || schema.is === 'map') && schema.atomic === true)
}

/** The element by which an item of a list that merges is known. A port without a protocol is TCP. */
export function elementOf(list: Schema, item: unknown): string {
  const keys = list.is === 'list' ? mergeKeys(list) : undefined
  if (keys === undefined) return `v:${JSON.stringify(item)}`
  const entries = keys.toSorted().map((key) => {
    const value = (isObject(item) ? item[key] : undefined) ?? (key === 'protocol' ? 'TCP' : null)
    return [key, value]
  })
  return `k:${JSON.stringify(Object.fromEntries(entries))}`
}

/** The items of a list by element. Of several with the same the first counts. */
export function itemsOf(list: Schema, items: readonly unknown[]): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>()
  for (const item of items) {
    const element = elementOf(list, item)
    if (!found.has(element)) found.set(element, item)
  }
  return found
}

export const itemSchema = (list: Schema): Schema => (list.is === 'list' ? list.of : { is: 'any' })
