import { fault } from '../fault.ts'
import { pageOf } from '../paging.ts'
import type { Page } from '../paging.ts'
import type { Tags } from '../state/records.ts'
import { listTime } from '../state/world.ts'
import type { World } from '../state/world.ts'
import type { Table } from '../state/table.ts'

interface FilterShape {
  readonly Name?: string | undefined
  readonly Values?: readonly string[] | undefined
}

interface QueryInput {
  readonly Filters?: readonly FilterShape[] | undefined
  readonly MaxResults?: number | undefined
  readonly NextToken?: string | undefined
}

/** How one kind of object is found: its ids, what a missing one is called, and what filters may look at. */
export interface Queryable<T> {
  readonly table: (world: World) => Table<T>
  readonly id: (item: T) => string
  readonly notFound: string
  readonly noun: string
  /** How its ids begin, and the code for one that does not; without it such an id is just not found. */
  readonly form?: readonly [prefix: string, malformed: string]
  readonly fields: Readonly<Record<string, (item: T, world: World) => readonly string[]>>
  readonly tags: (item: T) => Tags
  readonly hidden?: (item: T, world: World) => boolean
}

/** A Describe call of EC2: by ids it is fresh and strict, otherwise a list, late by as much as lists are. */
export function query<T>(
  world: World,
  kind: Queryable<T>,
  ids: readonly string[] | undefined,
  input: QueryInput,
): Page<T> {
  const found = ids === undefined || ids.length === 0 ? listed(world, kind) : named(world, kind, ids)
  const matching = found.filter(
    (item) =>
      kind.hidden?.(item, world) !== true &&
      (input.Filters ?? []).every((filter) => passes(world, kind, item, filter)),
  )
  if (input.MaxResults === undefined && input.NextToken === undefined) return { items: matching }
  if (ids !== undefined && ids.length > 0)
    throw fault('InvalidParameterCombination', 'The parameter MaxResults cannot be used with a list of ids.')
  const size = input.MaxResults ?? 1000
  if (size < 5 || size > 1000)
    throw fault('InvalidParameterValue', `Value ( ${size} ) for parameter maxResults is invalid.`)
  return pageOf(matching, size, input.NextToken, kind.id, () =>
    fault('InvalidParameterValue', 'The token is invalid.'),
  )
}

const listed = <T>(world: World, kind: Queryable<T>): T[] => kind.table(world).list(listTime(world))

function named<T>(world: World, kind: Queryable<T>, ids: readonly string[]): T[] {
  return ids.map((id) => {
    const [prefix, malformed] = kind.form ?? []
    if (prefix !== undefined && malformed !== undefined && !id.startsWith(prefix))
      throw fault(malformed, `Invalid id: "${id}" (expecting "${prefix}...")`)
    const item = kind.table(world).get(id)
    if (item === undefined || kind.hidden?.(item, world) === true) throw notFound(kind, id)
    return item
  })
}

export const notFound = (kind: { notFound: string; noun: string }, id: string) =>
  fault(kind.notFound, `The ${kind.noun} '${id}' does not exist`)

function passes<T>(world: World, kind: Queryable<T>, item: T, filter: FilterShape): boolean {
  const name = filter.Name ?? ''
  const have = valuesOf(world, kind, item, name)
  return (filter.Values ?? []).some((wanted) => have.some((value) => matches(value, wanted)))
}

function valuesOf<T>(world: World, kind: Queryable<T>, item: T, name: string): readonly string[] {
  const tags = kind.tags(item)
  if (name === 'tag-key') return Object.keys(tags)
  if (name.startsWith('tag:')) {
    const value = tags[name.slice(4)]
    return value === undefined ? [] : [value]
  }
  const field = kind.fields[name]
  if (field === undefined) throw fault('InvalidParameterValue', `The filter '${name}' is invalid`)
  return field(item, world)
}

/** EC2 lets `*` and `?` stand for anything in a filter's value. */
function matches(value: string, wanted: string): boolean {
  if (!/[*?]/.test(wanted)) return value === wanted
  const pattern = wanted
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${pattern}$`, 's').test(value)
}
