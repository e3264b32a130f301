import { equal, isObject } from '../../../src/lib/json.ts'
import { ApiFault, badRequest } from '../fault.ts'

interface Operation {
  readonly op: string
  readonly path: string
  readonly from?: string
  readonly value?: unknown
}

type Node = Record<string, unknown> | unknown[]

/** The server does not say which operation it was. */
const refused = () =>
  new ApiFault(422, 'Invalid', 'the server rejected our request due to an error in our request')

const keysOf = (path: string) =>
  path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))

/** What every object inherits is no part of it, and not for a patch to change. */
const ownIn = (holder: unknown, key: string): unknown =>
  typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key)
    ? (holder as Record<string, unknown>)[key]
    : undefined

/** The container that holds the end of the path, and the key in it. */
function place(root: unknown, path: string): { holder: Node; key: string } {
  const keys = keysOf(path)
  const key = keys.pop()
  let holder = root
  for (const step of keys) holder = ownIn(holder, step)
  if (key === undefined || typeof holder !== 'object' || holder === null) throw refused()
  return { holder: holder as Node, key }
}

function read(root: unknown, path: string): unknown {
  const { holder, key } = place(root, path)
  if (!Object.hasOwn(holder, key)) throw refused()
  return (holder as Record<string, unknown>)[key]
}

function remove(root: unknown, path: string): void {
  const { holder, key } = place(root, path)
  if (!Object.hasOwn(holder, key)) throw refused()
  if (Array.isArray(holder)) holder.splice(Number(key), 1)
  else delete holder[key]
}

function add(root: unknown, path: string, value: unknown): void {
  const { holder, key } = place(root, path)
  if (!Array.isArray(holder)) holder[key] = value
  else if (key === '-') holder.push(value)
  else if (/^\d+$/.test(key) && Number(key) <= holder.length) holder.splice(Number(key), 0, value)
  else throw refused()
}

function apply(root: unknown, { op, path, from = '', value }: Operation): void {
  switch (op) {
    case 'add':
      return add(root, path, value)
    case 'remove':
      return remove(root, path)
    case 'replace':
      remove(root, path)
      return add(root, path, value)
    case 'copy':
      return add(root, path, structuredClone(read(root, from)))
    case 'move': {
      const moved = read(root, from)
      remove(root, from)
      return add(root, path, moved)
    }
    case 'test': {
      if (!equal(read(root, path), value)) throw refused()
      return
    }
    default:
      throw badRequest(`unknown JSON patch operation: ${op}`)
  }
}

const isOperation = (value: unknown): value is Operation =>
  isObject(value) &&
  typeof value['op'] === 'string' &&
  typeof value['path'] === 'string' &&
  typeof (value['from'] ?? '') === 'string'

/** RFC 6902. Either all operations hold or none. */
export function jsonPatch(object: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch must be a list of operations')
  const root = structuredClone(object)
  for (const operation of patch) {
    if (!isOperation(operation))
      throw badRequest('an operation of a JSON patch has an op, a path, and some a from')
    apply(root, operation)
  }
  return root
}
