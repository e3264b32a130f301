import { equal, isObject } from '../../../src/lib/json.ts'
import { badRequest } from '../fault.ts'
import { fieldOf, type ListOf, type Schema } from '../schema.ts'

/**
 * The patch kubectl sends: a merge patch in which some lists merge too, item by item, and in which keys that begin
 * with "$" are orders to the server:
 *
 *   $patch: delete | replace | merge     what to do with this object or list item
 *   $retainKeys: [a, b]                  keep only these fields of the stored object
 *   $setElementOrder/x: [...]            the order the items of list x have in the end
 *   $deleteFromPrimitiveList/x: [...]    values to take out of list x
 */
type Tree = Record<string, unknown>

const orderOf = '$setElementOrder/'
const deletionsFrom = '$deleteFromPrimitiveList/'

export function strategicPatch(target: Tree, patch: Tree, schema: Schema): Tree {
  const order = patch['$patch']
  if (order === 'delete') return {}
  if (order !== undefined && order !== 'replace' && order !== 'merge')
    throw badRequest(`Unknown patch type found: ${JSON.stringify(order)}`)
  if (order === 'replace') return plain(patch) as Tree
  const retained = patch['$retainKeys']
  const result: Tree = { ...target }
  if (Array.isArray(retained))
    for (const key of Object.keys(result)) if (!retained.includes(key)) delete result[key]
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue
    if (value === null) delete result[key]
    else result[key] = merged(result[key], value, fieldOf(schema, key))
  }
  for (const [key, values] of Object.entries(patch)) {
    if (!Array.isArray(values)) continue
    const field = key.slice(key.indexOf('/') + 1)
    const list = result[field]
    if (!Array.isArray(list)) continue
    if (key.startsWith(deletionsFrom))
      result[field] = list.filter((item) => !values.some((value) => equal(value, item)))
    else if (key.startsWith(orderOf)) {
      const before = target[field]
      result[field] = ordered(list, values, Array.isArray(before) ? before : [], fieldOf(schema, field))
    }
  }
  return result
}

function merged(old: unknown, value: unknown, schema: Schema): unknown {
  if (isObject(value)) return strategicPatch(isObject(old) ? { ...old } : {}, { ...value }, schema)
  if (!Array.isArray(value)) return value
  if (schema.is === 'list' && schema.mergeKey !== undefined)
    return mergedItems(Array.isArray(old) ? old : [], value, schema, schema.mergeKey)
  if (schema.is === 'list' && schema.set === true && Array.isArray(old))
    return [...old, ...value.filter((item) => !old.includes(item))]
  return plain(value)
}

function mergedItems(old: readonly unknown[], patches: readonly unknown[], schema: ListOf, key: string) {
  const replaces = patches.some((patch) => isObject(patch) && patch['$patch'] === 'replace')
  const items = replaces ? [] : [...old]
  for (const patch of patches) {
    if (!isObject(patch)) throw badRequest(`items of a list merged by ${key} must be objects`)
    if (patch['$patch'] === 'replace') continue
    if (patch[key] === undefined)
      throw badRequest(`map: ${JSON.stringify(patch)} does not contain declared merge key: ${key}`)
    const at = items.findIndex((item) => isObject(item) && equal(item[key], patch[key]))
    if (patch['$patch'] === 'delete') {
      if (at >= 0) items.splice(at, 1)
    } else if (at < 0) items.push(strategicPatch({}, { ...patch }, schema.of))
    else items[at] = strategicPatch({ ...(items[at] as Tree) }, { ...patch }, schema.of)
  }
  return items
}

/** The listed items in the order asked for; each other item stays behind the one it stood behind. */
function ordered(
  list: readonly unknown[],
  order: readonly unknown[],
  before: readonly unknown[],
  schema: Schema,
): unknown[] {
  const key = schema.is === 'list' ? schema.mergeKey : undefined
  const idOf = (item: unknown) => (key !== undefined && isObject(item) ? item[key] : item)
  const rankOf = (item: unknown) => order.findIndex((wanted) => equal(idOf(wanted), idOf(item)))
  const result = list.filter((item) => rankOf(item) >= 0).toSorted((a, b) => rankOf(a) - rankOf(b))
  for (const item of list) {
    if (rankOf(item) >= 0) continue
    const at = before.findIndex((other) => equal(idOf(other), idOf(item)))
    const neighbour = before.slice(0, Math.max(at, 0)).findLast((other) => contains(result, other, idOf))
    const index = result.findIndex((other) => neighbour !== undefined && equal(idOf(other), idOf(neighbour)))
    result.splice(at < 0 ? result.length : index + 1, 0, item)
  }
  return result
}

const contains = (list: readonly unknown[], item: unknown, idOf: (item: unknown) => unknown) =>
  list.some((other) => equal(idOf(other), idOf(item)))

/** The value without orders and nulls, for a place where there is nothing to merge with. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !key.startsWith('$') && inner !== null)
      .map(([key, inner]) => [key, plain(inner)]),
  )
}
