import { isObject } from '../../../src/lib/json.ts'
import { freeze } from '../object.ts'
import {
  isEmptySet,
  isFieldsV1,
  readSet,
  sameSet,
  union,
  writeSet,
  type FieldSet,
  type FieldsV1,
} from './field-set.ts'

type Operation = 'Apply' | 'Update'

/** Who owns fields: the same program is another manager when it applies, and another for each subresource. */
export interface Manager {
  readonly manager: string
  readonly operation: Operation
  readonly apiVersion: string
  readonly subresource?: string | undefined
}

/** An entry of `metadata.managedFields`. */
export interface ManagedEntry extends Manager {
  readonly time?: string
  readonly fieldsType: 'FieldsV1'
  readonly fieldsV1: FieldsV1
}

export interface Owned {
  readonly manager: Manager
  readonly time: string | undefined
  readonly fields: FieldSet
}

/** By what tells managers apart. A version of the API does so only for those that update. */
export type Owners = ReadonlyMap<string, Owned>

export function idOf({ manager, operation, apiVersion, subresource }: Manager): string {
  const version = operation === 'Update' ? { apiVersion } : {}
  return JSON.stringify({ manager, operation, ...version, ...(subresource ? { subresource } : {}) })
}

const isEntry = (value: unknown): value is ManagedEntry =>
  isObject(value) &&
  typeof value['manager'] === 'string' &&
  (value['operation'] === 'Apply' || value['operation'] === 'Update') &&
  isFieldsV1(value['fieldsV1'])

/** What an object says of its owners; undefined where it says nothing that can be read. */
export function readOwners(managedFields: unknown): Owners | undefined {
  if (!Array.isArray(managedFields) || managedFields.length === 0 || !managedFields.every(isEntry))
    return undefined
  return new Map(
    managedFields.map(({ manager, operation, apiVersion, subresource, time, fieldsV1 }) => {
      const who = { manager, operation, apiVersion, subresource }
      return [idOf(who), { manager: who, time, fields: readSet(fieldsV1) }]
    }),
  )
}

/** How many managers that update are kept apart; beyond that the oldest become one. */
const mostUpdaters = 10
const ancient = 'ancient-changes'

function capped(all: readonly Owned[]): readonly Owned[] {
  const updaters = all.filter(({ manager }) => manager.operation === 'Update').toSorted(byTime)
  const excess = updaters.length - mostUpdaters
  if (excess <= 0) return all
  const [first, ...others] = updaters.slice(0, excess + 1)
  if (first === undefined) return all
  const last = others.at(-1) ?? first
  const bucket: Owned = {
    manager: { manager: ancient, operation: 'Update', apiVersion: first.manager.apiVersion },
    time: last.time,
    fields: others.reduce((set, { fields }) => union(set, fields), first.fields),
  }
  return [bucket, ...all.filter((one) => one !== first && !others.includes(one))]
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const byTime = (a: Owned, b: Owned) => byText(a.time ?? '', b.time ?? '')

const byRank = (a: Owned, b: Owned) =>
  byText(a.manager.operation, b.manager.operation) ||
  byTime(a, b) ||
  byText(a.manager.manager, b.manager.manager) ||
  byText(a.manager.subresource ?? '', b.manager.subresource ?? '')

/** Objects of the same form have the same sets: each is kept once, for thousands of them. */
const written = new Map<string, FieldsV1>()
const mostWritten = 2_000

function shared(fields: FieldSet): FieldsV1 {
  const tree = writeSet(fields)
  const text = JSON.stringify(tree)
  const known = written.get(text)
  if (known !== undefined) return known
  if (written.size >= mostWritten) written.clear()
  written.set(text, freeze(tree))
  return tree
}

export function writeOwners(owners: Owners): readonly ManagedEntry[] {
  return capped([...owners.values()].filter(({ fields }) => !isEmptySet(fields)))
    .toSorted(byRank)
    .map(({ manager, time, fields }) => ({
      manager: manager.manager,
      operation: manager.operation,
      apiVersion: manager.apiVersion,
      ...(time === undefined ? {} : { time }),
      fieldsType: 'FieldsV1',
      fieldsV1: shared(fields),
      ...(manager.subresource ? { subresource: manager.subresource } : {}),
    }))
}

/** Whether the same managers own the same fields, whenever that was. */
export function sameOwners(a: Owners, b: Owners): boolean {
  const owning = (owners: Owners) => [...owners].filter(([, { fields }]) => !isEmptySet(fields))
  const left = owning(a)
  return (
    left.length === owning(b).length &&
    left.every(([id, { fields }]) => {
      const other = b.get(id)
      return other !== undefined && sameSet(fields, other.fields)
    })
  )
}
