import { contains, parseAddress, parseCidr, type Cidr } from '../../src/lib/ip.ts'
import { addressOf, holds, parseRange } from './server/pools.ts'

/** What the internet does not lead to: this machine, private networks, those of carriers, the link. */
const ranges: readonly Cidr[] = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
].flatMap((text) => {
  const parsed = parseCidr(text)
  return parsed.ok ? [parsed.value] : []
})

const rangeOf = (text: string): Cidr | undefined => {
  const parsed = parseAddress(text)
  return parsed.ok ? ranges.find((range) => contains(range, parsed.value)) : undefined
}

export const isPrivateAddress = (text: string): boolean => rangeOf(text) !== undefined

/** A range of a pool, in any of the ways to write one. */
export function isPrivateRange(text: string): boolean {
  const parsed = parseRange(text)
  if (!parsed.ok) return false
  const { family, first, last } = parsed.value
  const [from, to] = [rangeOf(addressOf(first, family)), rangeOf(addressOf(last, family))]
  return from !== undefined && from === to
}

export function isWithin(range: string, address: string): boolean {
  const [outer, inner] = [parseRange(range), parseAddress(address)]
  return outer.ok && inner.ok && holds({ name: '', ranges: [outer.value] }, inner.value)
}
