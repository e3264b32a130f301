import { type Cidr, contains as holds, parseAddress, parseCidr } from '../../lib/ip.ts'

/** False also for what is no address or range: it lets nobody in. */
export function contains(range: string, address: string): boolean {
  const [outer, inner] = [parseCidr(range), parseAddress(address)]
  return outer.ok && inner.ok && holds(outer.value, inner.value)
}

/** Canonical ranges without those that another holds: nft refuses overlaps. */
export function disjoint(ranges: readonly string[]): readonly string[] {
  const kept: Cidr[] = []
  for (const range of ranges) {
    const cidr = parseCidr(range)
    if (!cidr.ok || kept.some((other) => holds(other, cidr.value))) continue
    const rest = kept.filter((other) => !holds(cidr.value, other))
    kept.splice(0, kept.length, ...rest, cidr.value)
  }
  return kept.map(({ text }) => text)
}
