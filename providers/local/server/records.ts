import type { LocalAddress, LocalCertificate, LocalListener, LocalPage } from '../api.ts'
import { LocalRefusal } from '../api.ts'

/** All that the server keeps. Never changed in place: a write makes another one, and one that is not kept leaves no trace. */
export interface Records {
  /** Of this state: two that were begun apart share no id and no etag. */
  readonly epoch: string
  /** Of the newest write. */
  readonly revision: number
  /** By id, the oldest first. So all. */
  readonly addresses: ReadonlyMap<string, LocalAddress>
  readonly listeners: ReadonlyMap<string, KeptListener>
  readonly certificates: ReadonlyMap<string, KeptCertificate>
}

/** Without what is found out anew in each process. */
export type KeptListener = Omit<LocalListener, 'failure' | 'reachedAt' | 'healthy'>

export interface KeptCertificate extends LocalCertificate {
  readonly certificate: string
  readonly key: string
}

interface Tables {
  readonly addresses: LocalAddress
  readonly listeners: KeptListener
  readonly certificates: KeptCertificate
}

type Table = keyof Tables

const tableOf = <T extends Table>(records: Records, table: T): ReadonlyMap<string, Tables[T]> =>
  records[table] as ReadonlyMap<string, Tables[T]>

/** What a write has made of the records. The same records: nothing had to be written. */
export interface Written<T> {
  readonly records: Records
  readonly value: T
}

export const emptyRecords = (epoch: string): Records => ({
  epoch,
  revision: 0,
  addresses: new Map(),
  listeners: new Map(),
  certificates: new Map(),
})

const prefixes: Readonly<Record<Table, string>> = {
  addresses: 'address',
  listeners: 'listener',
  certificates: 'certificate',
}

export function added<T extends Table>(
  records: Records,
  table: T,
  fields: Omit<Tables[T], 'id' | 'etag'>,
): Written<Tables[T]> {
  const revision = records.revision + 1
  return put(records, table, {
    ...fields,
    id: `${prefixes[table]}-${records.epoch}-${revision}`,
    etag: '',
  } as unknown as Tables[T])
}

/** With another etag. */
export function put<T extends Table>(records: Records, table: T, item: Tables[T]): Written<Tables[T]> {
  const revision = records.revision + 1
  const value = { ...item, etag: `${records.epoch}-${revision}` }
  return {
    records: { ...records, revision, [table]: new Map(tableOf(records, table)).set(value.id, value) },
    value,
  }
}

export function removed(records: Records, table: Table, id: string): Records {
  const rest = new Map<string, unknown>(records[table])
  rest.delete(id)
  return { ...records, revision: records.revision + 1, [table]: rest }
}

/** Throws `LocalRefusal`. */
export function found<T extends Table>(records: Records, table: T, id: string): Tables[T] {
  const item = tableOf(records, table).get(id)
  if (item === undefined) throw new LocalRefusal('notFound', `there is no ${prefixes[table]} ${id}`)
  return item
}

/** The one to be changed. Throws `LocalRefusal`: gone, or changed since it was read. */
export function unchanged<T extends Table>(records: Records, table: T, id: string, etag: string): Tables[T] {
  const item = found(records, table, id)
  if (item.etag !== etag)
    throw new LocalRefusal('stale', `${id} has etag ${item.etag} by now, not ${etag}; read it again`)
  return item
}

/** The cursor is the number of the last item of a page, so that a list goes on where it was although that one is gone. */
export function pageOf<T extends Table>(
  records: Records,
  table: T,
  cursor: string | undefined,
  size: number,
): LocalPage<Tables[T]> {
  if (cursor !== undefined && !/^\d{1,15}$/.test(cursor))
    throw new LocalRefusal('invalid', `"${cursor}" is no cursor that a list has answered`, 'cursor')
  const after = cursor === undefined ? 0 : Number(cursor)
  const items = [...tableOf(records, table).values()].filter(({ id }) => numberOf(id) > after)
  const shown = items.slice(0, size)
  const last = shown.at(-1)
  return items.length > size && last !== undefined
    ? { items: shown, next: String(numberOf(last.id)) }
    : { items: shown }
}

/** The revision in which it was given; NaN in a text that is none of ours. */
export const numberOf = (id: string): number => Number(id.slice(id.lastIndexOf('-') + 1))
