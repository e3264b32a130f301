import { equal } from '../../../src/lib/json.ts'
import { parseAddress } from '../../../src/lib/ip.ts'
import { LocalRefusal, type LocalAddress, type LocalAddressWish, type LocalChange } from '../api.ts'
import { address, checkFields, tags, text, type Fields } from './field-checks.ts'
import { holds, lowestFree, type Pool } from './pools.ts'
import { added, found, put, removed, unchanged, type Records, type Written } from './records.ts'

const fields: Fields = {
  name: { check: text, needed: true },
  pool: { check: text },
  address: { check: address },
  tags: { check: tags, needed: true },
}

/** Throws `LocalRefusal`. */
export const checkAddress = (wish: LocalAddressWish): void => checkFields(wish, fields)

export function createAddress(
  records: Records,
  pools: readonly Pool[],
  wish: LocalAddressWish,
): Written<LocalAddress> {
  checkAddress(wish)
  for (const item of records.addresses.values()) {
    if (item.name !== wish.name) continue
    if (isWished(item, wish)) return { records, value: item }
    throw new LocalRefusal(
      'exists',
      `there is another address with the name ${wish.name}: ${item.address}`,
      'name',
    )
  }
  return added(records, 'addresses', { ...placeOf(records, pools, wish), name: wish.name, tags: wish.tags })
}

const isWished = (item: LocalAddress, wish: LocalAddressWish): boolean =>
  (wish.pool === undefined || wish.pool === item.pool) &&
  (wish.address === undefined || wish.address === item.address) &&
  equal(item.tags, wish.tags)

export function updateAddress(
  records: Records,
  id: string,
  change: LocalChange<'tags'>,
): Written<LocalAddress> {
  const item = unchanged(records, 'addresses', id, change.etag)
  checkFields(change.set, { tags: { check: tags } })
  const { tags: wished = item.tags } = change.set as Partial<Pick<LocalAddress, 'tags'>>
  return put(records, 'addresses', { ...item, tags: wished })
}

export function deleteAddress(records: Records, id: string): Records {
  const { name } = found(records, 'addresses', id)
  const users = [...records.listeners.values()].filter(({ addressId }) => addressId === id)
  if (users.length > 0)
    throw new LocalRefusal(
      'inUse',
      `address ${name} has listeners: ${users.map(({ protocol, port }) => `${protocol} ${port}`).join(', ')}`,
    )
  return removed(records, 'addresses', id)
}

/** Who holds what of a pool, names by address. */
export const heldOf = (records: Records, pool: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...records.addresses.values()]
      .filter((item) => item.pool === pool)
      .map((item) => [item.address, item.name]),
  )

function placeOf(
  records: Records,
  pools: readonly Pool[],
  wish: LocalAddressWish,
): { readonly pool: string; readonly address: string } {
  const asked = wish.pool === undefined ? pools : pools.filter(({ name }) => name === wish.pool)
  if (asked.length === 0)
    throw new LocalRefusal(
      'invalid',
      `there is no pool ${wish.pool}; there are: ${pools.map(({ name }) => name).join(', ')}`,
      'pool',
    )
  if (wish.address !== undefined) return askedPlace(records, asked, wish.address)
  const held = new Set([...records.addresses.values()].map((item) => item.address))
  for (const pool of asked) {
    const free = lowestFree(pool, held)
    if (free !== undefined) return { pool: pool.name, address: free }
  }
  throw new LocalRefusal(
    'exhausted',
    `no address is free: ${asked.map((pool) => fullness(records, pool)).join('; ')}`,
    'pool',
  )
}

function askedPlace(
  records: Records,
  pools: readonly Pool[],
  text: string,
): { readonly pool: string; readonly address: string } {
  const parsed = parseAddress(text)
  const pool = parsed.ok ? pools.find((each) => holds(each, parsed.value)) : undefined
  if (pool === undefined)
    throw new LocalRefusal(
      'invalid',
      `${text} is in none of the pools: ${pools.map(describe).join(', ')}`,
      'address',
    )
  const holder = [...records.addresses.values()].find((item) => item.address === text)
  if (holder !== undefined) throw new LocalRefusal('taken', `${text} is held by ${holder.name}`, 'address')
  return { pool: pool.name, address: text }
}

const describe = ({ name, ranges }: Pool): string =>
  `${name} (${ranges.map((range) => range.text).join(', ')})`

/** So many names are told; the rest is a number. */
const mostNames = 5

function fullness(records: Records, pool: Pool): string {
  const names = Object.values(heldOf(records, pool.name))
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : ''
  return `pool ${describe(pool)} is held by ${names.slice(0, mostNames).join(', ') || 'nobody, and is empty'}${more}`
}
