import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import { LocalRefusal } from '../api.ts'
import { checkAddress } from './addresses.ts'
import { checkCertificate } from './certificates.ts'
import { checkListener } from './listeners.ts'
import { emptyRecords, numberOf, type Records } from './records.ts'

const version = 1

/** What was in the folder when the server began. */
export interface FoundState {
  readonly records: Records
  /** What was there cannot be read: why, and where it lies now. The records are empty. */
  readonly broken?: { readonly why: string; readonly keptAt: string }
}

const fileIn = (folder: string): string => join(folder, 'state.json')

/** `epoch` is for a state that begins here. `now` names what is kept aside. */
export async function readState(folder: string, epoch: string, now: Date): Promise<FoundState> {
  const file = fileIn(folder)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return { records: emptyRecords(epoch) }
  }
  try {
    return { records: parseState(text) }
  } catch (error) {
    const keptAt = `${file}.broken-${now.toISOString().replaceAll(':', '-')}`
    await rename(file, keptAt)
    const why = error instanceof Error ? error.message : String(error)
    return { records: emptyRecords(epoch), broken: { why, keptAt } }
  }
}

/**
 * All of it or none: a file beside is filled, brought to the disk and put in its place, and the folder is brought to the
 * disk too. It holds keys: nobody else may read it. Two calls must not overlap.
 */
export async function writeState(folder: string, records: Records): Promise<void> {
  const file = fileIn(folder)
  const beside = `${file}.new`
  const handle = await open(beside, 'w', 0o600)
  try {
    await handle.writeFile(stateText(records))
    await handle.datasync()
  } finally {
    await handle.close()
  }
  await rename(beside, file)
  const above = await open(folder, 'r')
  try {
    await above.sync()
  } finally {
    await above.close()
  }
}

export const stateText = ({ epoch, revision, addresses, listeners, certificates }: Records): string =>
  `${JSON.stringify({
    version,
    epoch,
    revision,
    addresses: [...addresses.values()],
    listeners: [...listeners.values()],
    certificates: [...certificates.values()],
  })}\n`

/** Throws with what is wrong: somebody else may have written it. */
export function parseState(text: string): Records {
  const state: unknown = JSON.parse(text)
  if (!isObject(state)) throw new Error('it holds no object')
  if (state.version !== version)
    throw new Error(`it has version ${JSON.stringify(state.version)}; this server reads ${version}`)
  const { epoch, revision } = state
  if (typeof epoch !== 'string' || !Number.isInteger(revision))
    throw new Error('epoch or revision is missing')
  const records: Records = {
    epoch,
    revision: revision as number,
    addresses: byId(state, 'addresses'),
    listeners: byId(state, 'listeners'),
    certificates: byId(state, 'certificates'),
  }
  checkTogether(records)
  for (const { id, etag: _, pool, ...wish } of records.addresses.values())
    within(id, () => checkAddress({ ...wish, pool }))
  for (const certificate of records.certificates.values())
    within(certificate.id, () => checkCertificate(certificate))
  for (const { id, etag: _, ...wish } of records.listeners.values())
    within(id, () => {
      checkListener(records, wish)
      if (!records.addresses.has(wish.addressId)) throw new LocalRefusal('invalid', 'its address is missing')
    })
  return records
}

function byId<T extends { readonly id: string }>(state: JsonObject, table: string): ReadonlyMap<string, T> {
  const list = state[table]
  if (!Array.isArray(list)) throw new Error(`${table} is no list`)
  const sound = list.every(
    (item: unknown) => isObject(item) && typeof item.id === 'string' && typeof item.etag === 'string',
  )
  if (!sound) throw new Error(`${table} holds what has no id and etag`)
  const items = list as unknown as T[]
  refuseTwice(items, ({ id }) => id)
  return new Map(items.map((item) => [item.id, item]))
}

/** What no server writes, and what this one would stumble over: an id or etag that is given again, two for one place. */
function checkTogether({ revision, addresses, listeners, certificates }: Records): void {
  for (const { id, etag } of [addresses, listeners, certificates].flatMap((table) => [...table.values()]))
    if (!(numberOf(id) <= revision && numberOf(etag) <= revision))
      throw new Error(`${id} with etag ${etag} is not of revision ${revision} or an earlier one`)
  refuseTwice(addresses.values(), ({ name }) => `the name ${name}`)
  refuseTwice(addresses.values(), ({ address }) => address)
  refuseTwice(
    listeners.values(),
    ({ addressId, protocol, port }) => `${protocol} ${port} of address ${addressId}`,
  )
}

function refuseTwice<T>(items: Iterable<T>, keyOf: (item: T) => string): void {
  const seen = new Set<string>()
  for (const item of items) {
    const key = keyOf(item)
    if (seen.has(key)) throw new Error(`it holds ${key} twice`)
    seen.add(key)
  }
}

function within(id: string, check: () => void): void {
  try {
    check()
  } catch (error) {
    throw new Error(`${id}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}
