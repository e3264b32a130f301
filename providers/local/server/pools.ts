import { parseAddress, parseCidr, type Address, type IpFamily } from '../../../src/lib/ip.ts'
import { fail, ok, type Result } from '../../../src/lib/result.ts'

/** Addresses that listeners may have, as the server was started with. */
export interface Pool {
  readonly name: string
  readonly ranges: readonly PoolRange[]
}

/** Both ends included, all of it given out. */
export interface PoolRange {
  /** As it was written. */
  readonly text: string
  readonly family: IpFamily
  readonly first: bigint
  readonly last: bigint
}

/**
 * `10.0.0.0/24`, `10.0.0.10-10.0.0.20` or one address. Of an IPv4 range by prefix the first and the last are left out,
 * of an IPv6 one the first: they mean the network itself.
 */
export function parseRange(text: string): Result<PoolRange, string> {
  const [from = '', to] = text.split('-')
  if (to !== undefined) return betweenOf(text, from, to)
  if (!text.includes('/')) return betweenOf(text, text, text)
  const range = parseCidr(text)
  if (!range.ok) return fail(range.error.message)
  const { family, bytes, prefix, hadHostBits } = range.value
  if (hadHostBits) return fail(`"${text}" has bits set beyond its prefix; write ${range.value.text}`)
  const bits = bytes.length * 8
  const first = numberOf(bytes)
  const last = first + (1n << BigInt(bits - prefix)) - 1n
  const whole = prefix >= bits - 1
  return ok({
    text,
    family,
    first: whole ? first : first + 1n,
    last: whole || family === 'IPv6' ? last : last - 1n,
  })
}

function betweenOf(text: string, from: string, to: string): Result<PoolRange, string> {
  const first = parseAddress(from.trim())
  if (!first.ok) return fail(first.error.message)
  const last = parseAddress(to.trim())
  if (!last.ok) return fail(last.error.message)
  const ends = { first: numberOf(first.value.bytes), last: numberOf(last.value.bytes) }
  if (first.value.family !== last.value.family || ends.first > ends.last)
    return fail(`"${text}" does not begin before it ends`)
  return ok({ text, family: first.value.family, ...ends })
}

/** The lowest address that nobody holds. */
export function lowestFree(pool: Pool, held: ReadonlySet<string>): string | undefined {
  for (const { family, first, last } of pool.ranges)
    for (let at = first; at <= last; at++) {
      const text = addressOf(at, family)
      if (!held.has(text)) return text
    }
  return undefined
}

export const holds = (pool: Pool, address: Address): boolean => {
  const number = numberOf(address.bytes)
  return pool.ranges.some(
    ({ family, first, last }) => family === address.family && number >= first && number <= last,
  )
}

/** Each `NAME=RANGE,...`. */
export function parsePools(texts: readonly string[]): Result<readonly Pool[], string> {
  const pools: Pool[] = []
  for (const text of texts) {
    const [, name, list = ''] = /^([a-z0-9][-a-z0-9]*)=(.+)$/.exec(text) ?? []
    if (name === undefined)
      return fail(`"${text}" is no pool; write NAME=RANGE, such as home=192.168.1.240-192.168.1.250`)
    const ranges: PoolRange[] = []
    for (const each of list.split(',')) {
      const range = parseRange(each.trim())
      if (!range.ok) return range
      ranges.push(range.value)
    }
    pools.push({ name, ranges })
  }
  const trouble = poolTrouble(pools)
  return trouble === undefined ? ok(pools) : fail(trouble)
}

/** What is wrong with pools that stand together: a name or an address that two of them have. */
function poolTrouble(pools: readonly Pool[]): string | undefined {
  if (pools.length === 0) return 'there is no pool'
  for (const [at, pool] of pools.entries())
    for (const other of pools.slice(0, at)) {
      if (other.name === pool.name) return `two pools have the name ${pool.name}`
      const [one, two] = shared(pool, other) ?? []
      if (one !== undefined && two !== undefined)
        return `pools ${other.name} and ${pool.name} share addresses: ${two.text} and ${one.text}`
    }
  return undefined
}

function shared(pool: Pool, other: Pool): readonly [PoolRange, PoolRange] | undefined {
  for (const a of pool.ranges)
    for (const b of other.ranges)
      if (a.family === b.family && a.first <= b.last && b.first <= a.last) return [a, b]
  return undefined
}

const numberOf = (bytes: readonly number[]): bigint =>
  bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)

export function addressOf(number: bigint, family: IpFamily): string {
  const [size, count] = family === 'IPv4' ? [8n, 4] : [16n, 8]
  const parts = Array.from({ length: count }, (_, at) =>
    Number((number >> (size * BigInt(count - 1 - at))) & ((1n << size) - 1n)),
  )
  if (family === 'IPv4') return parts.join('.')
  const address = parseAddress(parts.map((part) => part.toString(16)).join(':'))
  return address.ok ? address.value.text : ''
}
