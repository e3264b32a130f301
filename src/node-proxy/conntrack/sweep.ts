import { parseCidr, type IpFamily } from '../../lib/ip.ts'
import type { TrackedFlow } from './flow-index.ts'
import { hostRange, nodePortHosts, within } from '../table/ranges.ts'
import type { ProxyTable, Row } from '../table/row.ts'

/** Addresses of these lengths and no shorter ones stand for many: a list of more would be one of the whole table. */
const widest: Readonly<Record<IpFamily, number>> = { IPv4: 16, IPv6: 64 }

/**
 * Ranges that together hold every address where UDP rows answer: the service ranges, and what lies outside of them by
 * itself, or by its /16 (IPv6: /64) where there are many.
 */
export function sweepRanges(
  family: IpFamily,
  rows: Iterable<Row>,
  families: ProxyTable['families'],
  most = 8,
): readonly string[] {
  const settings = families[family]
  if (settings === undefined) return []
  const addresses = new Set<string>()
  for (const row of rows) {
    if (row.family !== family || row.protocol !== 'UDP') continue
    if (row.clusterAddress !== undefined) addresses.add(row.clusterAddress)
    for (const address of row.externalAddresses) addresses.add(address)
    for (const address of row.loadBalancerAddresses) addresses.add(address)
    if (row.nodePort !== undefined) for (const address of nodePortHosts(settings)) addresses.add(address)
  }
  const known = settings.serviceRanges
  const outside = [...addresses].filter((address) => !within(address, known))
  const single = outside.map(hostRange)
  const wide = outside.flatMap((address) => {
    const parsed = parseCidr(`${address}/${widest[family]}`)
    return parsed.ok ? [parsed.value.text] : []
  })
  return [...known, ...new Set(single.length > most ? wide : single)]
}

const line = /^udp .*?src=\S+ dst=(\S+) sport=\d+ dport=(\d+) .*?src=(\S+) dst=\S+ sport=(\d+) dport=\d+/

/** A line of `conntrack -L`. Undefined: it is of another form or protocol. */
export function parseFlow(family: IpFamily, text: string): TrackedFlow | undefined {
  const [, address, port, by, byPort] = line.exec(text) ?? []
  if (address === undefined || by === undefined) return undefined
  return { family, to: { address, port: Number(port) }, by: { address: by, port: Number(byPort) } }
}
