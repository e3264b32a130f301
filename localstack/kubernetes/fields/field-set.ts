import { isObject } from '../../../src/lib/json.ts'

/**
 * A set of the fields of an object, as `managedFields` writes it down (FieldsV1): a tree whose elements are `f:name` for a
 * field, `k:{"port":80,"protocol":"TCP"}` for an item of a list that merges by keys, and `v:"x"` for a value of a set.
 */
export interface FieldSet {
  /** Whether the place itself is in the set, and not only something below it. */
  readonly member: boolean
  readonly children: ReadonlyMap<string, FieldSet>
}

export interface FieldsV1 {
  readonly [element: string]: FieldsV1
}

const none: ReadonlyMap<string, FieldSet> = new Map()

export const emptySet: FieldSet = { member: false, children: none }
export const leaf: FieldSet = { member: true, children: none }

export const isEmptySet = ({ member, children }: FieldSet): boolean => !member && children.size === 0

function combined(
  elements: Iterable<string>,
  member: boolean,
  childOf: (element: string) => FieldSet,
): FieldSet {
  const children = new Map<string, FieldSet>()
  for (const element of elements) {
    const child = childOf(element)
    if (!isEmptySet(child)) children.set(element, child)
  }
  return { member, children }
}

const childOf = (set: FieldSet, element: string): FieldSet => set.children.get(element) ?? emptySet

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a)) return b
  if (isEmptySet(b)) return a
  const elements = new Set([...a.children.keys(), ...b.children.keys()])
  return combined(elements, a.member || b.member, (element) =>
    union(childOf(a, element), childOf(b, element)),
  )
}

export function minus(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(b)) return a
  return combined(a.children.keys(), a.member && !b.member, (element) =>
    minus(childOf(a, element), childOf(b, element)),
  )
}

export function common(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a) || isEmptySet(b)) return emptySet
  return combined(a.children.keys(), a.member && b.member, (element) =>
    common(childOf(a, element), childOf(b, element)),
  )
}

export const sameSet = (a: FieldSet, b: FieldSet): boolean =>
  isEmptySet(minus(a, b)) && isEmptySet(minus(b, a))

/** The set of one place. */
export const placeOf = (...path: readonly string[]): FieldSet =>
  path.reduceRight<FieldSet>(
    (child, element) => ({ member: false, children: new Map([[element, child]]) }),
    leaf,
  )

/** In the order that the API server writes, so that equal sets are equal texts. */
export function writeSet({ member, children }: FieldSet): FieldsV1 {
  const written = [...children]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, child]) => [key, writeSet(child)])
  const itself = member && children.size > 0 ? [['.', {}]] : []
  return Object.fromEntries([...itself, ...written]) as FieldsV1
}

function isElement(element: string): boolean {
  if (element === '.' || element.startsWith('f:')) return true
  try {
    const value: unknown = JSON.parse(element.slice(2))
    if (element.startsWith('k:')) return isObject(value)
    return element.startsWith('v:') || (element.startsWith('i:') && Number.isInteger(value))
  } catch {
    return false
  }
}

/** Whether it can be read. Clients write it too. */
export const isFieldsV1 = (fields: unknown): fields is FieldsV1 =>
  isObject(fields) && Object.entries(fields).every(([key, below]) => isElement(key) && isFieldsV1(below))

/** Reads what `writeSet` wrote. The root of an object is never a member. */
export function readSet(fields: FieldsV1): FieldSet {
  const children = new Map<string, FieldSet>()
  for (const [element, below] of Object.entries(fields)) {
    if (element === '.') continue
    const isLeaf = Object.keys(below).length === 0
    children.set(element, isLeaf ? leaf : { ...readSet(below), member: below['.'] !== undefined })
  }
  return { member: false, children }
}

/** How messages spell an element: `.name`, `[port=80,protocol="TCP"]`, `[="x"]`, `[0]`. */
function spelt(element: string): string {
  const text = element.slice(2)
  if (element.startsWith('f:')) return `.${text}`
  if (element.startsWith('v:')) return `[=${text}]`
  if (element.startsWith('i:')) return `[${text}]`
  const keys = Object.entries(JSON.parse(text) as object)
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`
}

/** The paths of all members. On each level its own come before those that lie deeper. */
export function pathsOf({ children }: FieldSet, prefix = ''): readonly string[] {
  const sorted = [...children].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return [
    ...sorted.filter(([, child]) => child.member).map(([element]) => prefix + spelt(element)),
    ...sorted.flatMap(([element, child]) => pathsOf(child, prefix + spelt(element))),
  ]
}
