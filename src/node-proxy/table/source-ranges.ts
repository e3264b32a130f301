import type { IpFamily } from '../../lib/ip.ts'
import type { ServiceSpec } from '../../model/objects.ts'
import { readRange } from './address.ts'
import { noteOn, type ProxyNote, type Whose } from './note.ts'

/**
 * Who may use the load balancer addresses, by family. Undefined: nobody was named, so everybody. A range that cannot be
 * read lets nobody in, and a family for which no range is left lets nobody in: nothing is widened (decision 0023).
 */
export function rangesOf(
  { loadBalancerSourceRanges }: ServiceSpec,
  whose: Whose,
  families: readonly IpFamily[],
  notes: ProxyNote[],
): Readonly<Record<IpFamily, readonly string[]>> | undefined {
  const texts = loadBalancerSourceRanges ?? []
  if (texts.length === 0) return undefined
  const ranges = { IPv4: new Set<string>(), IPv6: new Set<string>() }
  for (const [at, text] of texts.entries()) {
    const range = readRange(text)
    if (range === undefined)
      notes.push(
        noteOn(
          whose,
          'LB_PROXY_RANGE_IGNORED',
          `spec.loadBalancerSourceRanges[${at}]`,
          `${JSON.stringify(text)} is no range, so it lets nobody in`,
          { value: text, accepted: 'ranges such as 10.0.0.0/8 or 2001:db8::/32' },
        ),
      )
    else ranges[range.family].add(range.text)
  }
  for (const family of families)
    if (ranges[family].size === 0)
      notes.push(
        noteOn(
          whose,
          'LB_PROXY_RANGES_CLOSED',
          'spec.loadBalancerSourceRanges',
          `no range is of ${family}, so the ${family} load balancer addresses let nobody in`,
          { hint: `add the ${family} ranges that may connect, such as ${everybody[family]} for everybody` },
        ),
      )
  return { IPv4: [...ranges.IPv4].toSorted(), IPv6: [...ranges.IPv6].toSorted() }
}

const everybody = { IPv4: '0.0.0.0/0', IPv6: '::/0' }
