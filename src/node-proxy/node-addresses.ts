import { networkInterfaces } from 'node:os'
import { parseCidr, type IpFamily } from '../lib/ip.ts'
import type { ListenAt } from './health/answer-server.ts'
import { within } from './table/ranges.ts'
import type { ProxyTable } from './table/row.ts'

/** Addresses of this machine that others can reach: neither loopback nor of one link only. */
export function machineAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.filter(({ internal, scopeid }) => !internal && !scopeid).map(({ address }) => address)
}

/** Families that this machine can serve. */
export function machineFamilies(): readonly IpFamily[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.some(({ family }) => family === 'IPv6') ? ['IPv4', 'IPv6'] : ['IPv4']
}

const everywhere: Readonly<Record<IpFamily, string>> = { IPv4: '0.0.0.0', IPv6: '::' }

/**
 * Where healthCheckNodePorts are answered: on the addresses that NodePorts are. One that NodePorts name and the machine
 * lacks is asked for all the same, so that whoever looks at the events learns it.
 */
export function healthCheckHosts(
  { families }: Pick<ProxyTable, 'families'>,
  machine: readonly string[],
): readonly ListenAt['host'][] {
  const wanted = Object.entries(families) as [IpFamily, NonNullable<(typeof families)[IpFamily]>][]
  if (wanted.length === 2 && wanted.every(([, { nodePorts }]) => nodePorts.ranges === 'all'))
    return [undefined]
  return wanted.flatMap(([family, { nodePorts }]) =>
    nodePorts.ranges === 'all' ? [everywhere[family]] : hostsIn(nodePorts.ranges, machine),
  )
}

function hostsIn(ranges: readonly string[], machine: readonly string[]): readonly string[] {
  const found = ranges.flatMap((text) => {
    const range = parseCidr(text)
    if (!range.ok) return []
    const [address = ''] = range.value.text.split('/')
    if (range.value.prefix === range.value.bytes.length * 8) return [address]
    return machine.filter((own) => within(own, [text]))
  })
  return [...new Set(found)]
}
