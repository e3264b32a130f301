import type { IpFamily } from '../../lib/ip.ts'
import { hostRange, within } from '../table/ranges.ts'
import type { FamilySettings, Row } from '../table/row.ts'

export const loopbackRange: Readonly<Record<IpFamily, string>> = { IPv4: '127.0.0.0/8', IPv6: '::1/128' }

/**
 * Ranges whose clients are near: this node itself and its pods. With policy Local they still reach every endpoint of
 * the cluster. `address`: where they connect to; a program that connects to an address of its own machine comes from
 * that same address. Pods count only where they are told by range: a process sees no interface.
 */
export function nearSources(
  family: IpFamily,
  settings: FamilySettings,
  loopbackIsNear: boolean,
  address?: string,
): readonly string[] {
  const own = [...settings.nodeAddresses, ...(address === undefined ? [] : [address])]
  const pods = settings.pods.by === 'ranges' ? settings.pods.ranges : []
  const loopback = loopbackIsNear ? [loopbackRange[family]] : []
  return [...new Set([...own.map(hostRange), ...loopback, ...pods])]
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
