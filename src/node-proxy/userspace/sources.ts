import { contains, parseAddress, parseCidr, type Cidr, type IpFamily } from '../../lib/ip.ts'
import type { FamilySettings, Row } from '../row.ts'

export const loopbackRange: Readonly<Record<IpFamily, string>> = { IPv4: '127.0.0.0/8', IPv6: '::1/128' }

/**
 * Ranges whose clients are near: this node itself and its pods. With policy Local they still reach every endpoint of
 * the cluster. `address`: where they connect to; a program that connects to an address of its own machine comes from
 * that same address. Pods count only where they are told by range: a process sees no interface.
 */
export function nearSources(family: IpFamily, settings: FamilySettings, address?: string): readonly string[] {
  const own = [...settings.nodeAddresses, ...(address === undefined ? [] : [address])]
  const pods = settings.pods.by === 'ranges' ? settings.pods.ranges : []
  return [...new Set([...own.map(hostRange), loopbackRange[family], ...pods])]
}

/**
 * Who may use a load balancer address. Undefined: everybody; empty: nobody. Where a range holds an address of this
 * node, its own programs may come, and they come from the load balancer address itself.
 */
export function allowedSources(
  row: Row,
  settings: FamilySettings,
  address: string,
): readonly string[] | undefined {
  const ranges = row.allowedSources
  if (ranges === undefined) return undefined
  const own = settings.nodeAddresses.some((node) => within(hostRange(node), ranges))
  return own ? [...new Set([...ranges, hostRange(address)])] : ranges
}

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
