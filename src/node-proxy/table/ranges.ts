import { contains, parseAddress, parseCidr, type Cidr, type IpFamily } from '../../lib/ip.ts'
import type { FamilySettings } from './row.ts'

/** What both lists hold. Of two ranges one holds the other, or they have nothing in common. */
export function bothOf(left: readonly string[], right: readonly string[]): readonly string[] {
  const inRight = left.filter((range) => within(range, right))
  const inLeft = right.filter((range) => within(range, left))
  return [...new Set([...inRight, ...inLeft])]
}

/** Whether an address or range lies in one of the ranges. What is not readable lies nowhere. */
export function within(inner: string, ranges: readonly string[]): boolean {
  const range = cidr(inner.includes('/') ? inner : hostRange(inner))
  return range !== undefined && ranges.some((text) => holds(cidr(text), range))
}

export const hostRange = (address: string): string => `${address}/${address.includes(':') ? 128 : 32}`

export const familyOf = (address: string): IpFamily | undefined => {
  const parsed = parseAddress(address)
  return parsed.ok ? parsed.value.family : undefined
}

const holds = (outer: Cidr | undefined, inner: Cidr): boolean => outer !== undefined && contains(outer, inner)

function cidr(text: string): Cidr | undefined {
  const parsed = parseCidr(text)
  return parsed.ok ? parsed.value : undefined
}

/** This node's addresses where node ports answer, loopback aside. */
export const nodePortHosts = ({ nodeAddresses, nodePorts: { ranges } }: FamilySettings): readonly string[] =>
  ranges === 'all' ? nodeAddresses : nodeAddresses.filter((address) => within(address, ranges))

/** Canonical ranges without those that another holds. */
export function disjoint(ranges: readonly string[]): readonly string[] {
  const kept: Cidr[] = []
  for (const range of ranges.map(cidr)) {
    if (range === undefined || kept.some((other) => contains(other, range))) continue
    const rest = kept.filter((other) => !contains(range, other))
    kept.splice(0, kept.length, ...rest, range)
  }
  return kept.map(({ text }) => text)
}
