import { isObject } from '../../../src/lib/json.ts'
import { fieldOf, type Schema } from '../schema.ts'
import type { FieldSet } from './field-set.ts'
import { elementOf, isAtomic, itemSchema, itemsOf } from './list-items.ts'

/** The live value with a configuration over it. */
export function merged(live: unknown, config: unknown, schema: Schema): unknown {
  if (isAtomic(schema, config)) return config
  if (Array.isArray(config)) return mergedItems(Array.isArray(live) ? live : [], config, schema)
  const result: Record<string, unknown> = isObject(live) ? { ...live } : {}
  for (const [key, value] of Object.entries(config as object))
    result[key] = merged(result[key], value, fieldOf(schema, key))
  return result
}

/** Items in the order of the configuration; those that only the live list has keep their place between them. */
function mergedItems(live: readonly unknown[], config: readonly unknown[], schema: Schema): unknown[] {
  const old = itemsOf(schema, live)
  const wanted = itemsOf(schema, config)
  const isShared = (element: string) => old.has(element) && wanted.has(element)
  const order = [...wanted.keys()]
  const rest = [...old.keys()]
  const result: unknown[] = []
  for (const [at, element] of order.entries()) {
    const next = order.slice(at).find(isShared)
    while (rest[0] !== undefined && rest[0] !== next) {
      const passed = rest.shift() ?? ''
      if (!wanted.has(passed)) result.push(old.get(passed))
    }
    if (rest[0] === element) rest.shift()
    result.push(merged(old.get(element), wanted.get(element), itemSchema(schema)))
  }
  return [...result, ...rest.filter((element) => !wanted.has(element)).map((element) => old.get(element))]
}

/** The value without the places in the set. What is atomic goes as a whole or not at all. */
export function without(value: unknown, set: FieldSet, schema: Schema): unknown {
  if (isAtomic(schema, value) || set.children.size === 0) return value
  if (Array.isArray(value))
    return value.flatMap((item) => {
      const gone = set.children.get(elementOf(schema, item))
      if (gone?.member === true) return []
      return [gone === undefined ? item : without(item, gone, itemSchema(schema))]
    })
  const kept = Object.entries(value as object).flatMap(([key, inner]) => {
    const gone = set.children.get(`f:${key}`)
    if (gone?.member === true) return []
    return [[key, gone === undefined ? inner : without(inner, gone, fieldOf(schema, key))]]
  })
  return Object.fromEntries(kept) as object
}

/** The set with the structs and lists it reaches into: they go when nobody owns anything in them any more. */
export function withContainers({ member, children }: FieldSet, schema: Schema): FieldSet {
  const all = [...children].map(([element, child]): [string, FieldSet] => {
    const name = element.startsWith('f:') ? element.slice(2) : undefined
    const inner = name === undefined ? itemSchema(schema) : fieldOf(schema, name)
    const isNamed = name !== undefined && schema.is === 'struct' && schema.fields[name] !== undefined
    const below = withContainers(child, inner)
    return [element, { ...below, member: below.member || (isNamed && child.children.size > 0) }]
  })
  return { member, children: new Map(all) }
}
