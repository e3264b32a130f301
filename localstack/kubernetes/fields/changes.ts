import { equal, isObject } from '../../../src/lib/json.ts'
import { fieldOf, type Schema } from '../schema.ts'
import { emptySet, isEmptySet, leaf, type FieldSet } from './field-set.ts'
import { isAtomic, itemSchema, itemsOf } from './list-items.ts'

/** What one version of an object has that the other has not, or not with the same value. */
export interface Changes {
  readonly written: FieldSet
  readonly removed: FieldSet
}

const nothing: Changes = { written: emptySet, removed: emptySet }
const sizeOf = (value: unknown) =>
  typeof value === 'object' && value !== null ? Object.keys(value).length : 0
const isContainer = (value: unknown) => Array.isArray(value) || isObject(value)

/** What is there even while nobody has written it, as Go's types have it. */
const absent = (schema: Schema): unknown => {
  if (schema.is === 'struct' && schema.always === true) return {}
  return schema.is === 'list' && schema.always === true ? [] : undefined
}

interface Child {
  readonly element: string
  readonly schema: Schema
  readonly before: unknown
  readonly after: unknown
}

function childrenOf(before: unknown, after: unknown, schema: Schema): readonly Child[] {
  if (Array.isArray(before) || Array.isArray(after)) {
    const [old, next] = [before, after].map((list) => itemsOf(schema, Array.isArray(list) ? list : []))
    const elements = new Set([...(old?.keys() ?? []), ...(next?.keys() ?? [])])
    return [...elements].map((element) => ({
      element,
      schema: itemSchema(schema),
      before: old?.get(element),
      after: next?.get(element),
    }))
  }
  const [old, next] = [isObject(before) ? before : undefined, isObject(after) ? after : undefined]
  return [...new Set([...Object.keys(old ?? {}), ...Object.keys(next ?? {})])].map((key) => {
    const field = fieldOf(schema, key)
    return {
      element: `f:${key}`,
      schema: field,
      before: old === undefined ? undefined : (old[key] ?? absent(field)),
      after: next === undefined ? undefined : (next[key] ?? absent(field)),
    }
  })
}

/** Compares two versions; a container that is new or gone counts itself, beside what it holds. */
export function changesOf(before: unknown, after: unknown, schema: Schema): Changes {
  if (before === after) return nothing
  if (before === undefined && after === undefined) return nothing
  const isLeaf =
    sizeOf(before) + sizeOf(after) === 0 ||
    (!isContainer(before) && !isContainer(after)) ||
    isAtomic(schema, after ?? before)
  if (isLeaf) {
    if (after === undefined) return { written: emptySet, removed: leaf }
    return equal(before, after) ? nothing : { written: leaf, removed: emptySet }
  }
  const written = new Map<string, FieldSet>()
  const removed = new Map<string, FieldSet>()
  for (const child of childrenOf(before, after, schema)) {
    const changes = changesOf(child.before, child.after, child.schema)
    if (!isEmptySet(changes.written)) written.set(child.element, changes.written)
    if (!isEmptySet(changes.removed)) removed.set(child.element, changes.removed)
  }
  return {
    written: { member: before === undefined, children: written },
    removed: { member: after === undefined, children: removed },
  }
}

/** The fields that a configuration names: its plain values, what is atomic, entries of maps, and items of lists. */
export function fieldsOf(value: unknown, schema: Schema): FieldSet {
  if (isAtomic(schema, value)) return leaf
  const children = new Map<string, FieldSet>()
  if (Array.isArray(value))
    for (const [element, item] of itemsOf(schema, value))
      children.set(element, { ...fieldsOf(item, itemSchema(schema)), member: true })
  else if (isObject(value))
    for (const [key, inner] of Object.entries(value)) {
      const isEntry = schema.is !== 'struct' || schema.fields[key] === undefined
      const below = fieldsOf(inner, fieldOf(schema, key))
      const member = below.member || isEntry || (isObject(inner) && sizeOf(inner) === 0)
      if (member || !isEmptySet(below)) children.set(`f:${key}`, { ...below, member })
    }
  return { member: false, children }
}
