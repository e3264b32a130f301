import type { IpFamily } from '../../lib/ip.ts'
import type { RelayFrontend, RelayRoute, RelayTarget } from '../../relay/frontend.ts'
import type { AddressKind } from '../fate/fate.ts'
import type { FamilySettings, ProxyEndpoint, ProxyTable, Row } from '../table/row.ts'
import { bothOf, familyOf, nodePortHosts, within } from '../table/ranges.ts'
import { allowedSources, loopbackRange, nearSources } from './sources.ts'

export interface UserspaceSettings {
  /** NodePorts are served here and nowhere else, `0.0.0.0` and `::` included. Default: the node port addresses. */
  readonly bindAddresses?: readonly string[]
  /** Of a UDP flow without a datagram. Default: the relay's. */
  readonly udpIdleTimeoutMs?: number
  /** Addresses of these kinds only. Default: all. */
  readonly serves?: readonly AddressKind[]
  /**
   * What endpoints see, where client and endpoint are addresses of this very machine: the client, as with policy Local
   * and at cluster addresses, else this one. Default: whatever address the system chooses.
   */
  readonly masqueradeAs?: string
  /** False where all the cluster is on loopback: of its addresses only this node's and those of pods are near then. */
  readonly loopbackIsNear?: boolean
  /** How long clients wait where no endpoint takes them. Default 0. */
  readonly redialMs?: number
  /** For a proxy that many nodes share: the range of each one's pods, who reach only each other with policy Local. */
  readonly podsByNode?: readonly string[]
}

/** All that the relay is to serve for the table. */
export const frontendsOf = (table: ProxyTable, settings: UserspaceSettings): readonly RelayFrontend[] =>
  [...table.rows.values()].flatMap((row) => rowFrontends(row, table.families[row.family], settings))

/**
 * One frontend for each address that the row answers on. Where nobody at all would be forwarded there is none: the
 * machine then refuses, which is what REJECT means; the silence of DROP cannot be had, such clients are reset.
 */
export function rowFrontends(
  row: Row,
  family: FamilySettings | undefined,
  settings: UserspaceSettings,
): readonly RelayFrontend[] {
  if (family === undefined || row.protocol === 'SCTP') return []
  const made: RelayFrontend[] = []
  const listen = (kind: AddressKind, address: string, port: number) => {
    if (settings.serves?.includes(kind) === false) return
    const routes = routesOf(row, family, kind, address, settings).filter(
      (route) => route.sources?.length !== 0,
    )
    if (routes.some((route) => route.targets.length > 0))
      made.push(frontend(row, kind, { address, port, routes }, settings))
  }
  if (row.clusterAddress !== undefined) listen('cluster', row.clusterAddress, row.port)
  for (const address of row.externalAddresses) listen('external', address, row.port)
  for (const address of row.loadBalancerAddresses) listen('load-balancer', address, row.port)
  const { nodePort } = row
  if (nodePort !== undefined)
    for (const address of nodePortAddresses(row.family, family, settings))
      listen('node-port', address, nodePort)
  return made
}

function frontend(
  row: Row,
  kind: AddressKind,
  at: Pick<RelayFrontend, 'address' | 'port' | 'routes'>,
  settings: UserspaceSettings,
): RelayFrontend {
  const dialFrom = dialFromOf(row, kind, settings)
  const idle = row.protocol === 'UDP' ? settings.udpIdleTimeoutMs : undefined
  return {
    id: frontendId(row.key, at.address, at.port),
    protocol: row.protocol === 'UDP' ? 'UDP' : 'TCP',
    ...at,
    scheduler: 'random',
    ...(row.affinitySeconds === undefined ? {} : { affinitySeconds: row.affinitySeconds }),
    ...(idle === undefined ? {} : { idleTimeoutMs: idle }),
    ...(dialFrom === undefined ? {} : { dialFrom }),
    ...(settings.redialMs === undefined || row.protocol === 'UDP' ? {} : { redialMs: settings.redialMs }),
  }
}

function dialFromOf(
  row: Row,
  kind: AddressKind,
  { masqueradeAs: address }: UserspaceSettings,
): RelayFrontend['dialFrom'] {
  if (address === undefined) return undefined
  return kind === 'cluster' || row.externalLocal ? 'client' : { address }
}

/** Rows have no space in their keys, so a failure's id tells its row. */
export const frontendId = (key: string, address: string, port: number): string => `${key} ${address} ${port}`
export const rowKeyOf = (id: string): string => id.slice(0, id.indexOf(' '))

/** The first whose sources hold the client decides. */
function routesOf(
  row: Row,
  family: FamilySettings,
  kind: AddressKind,
  address: string,
  { loopbackIsNear = true, podsByNode }: UserspaceSettings,
): readonly RelayRoute[] {
  if (kind === 'cluster') {
    if (row.internalLocal && podsByNode !== undefined) return byNode(row, podsByNode)
    return [{ targets: targets(row.internalLocal ? row.local : row.cluster) }]
  }
  const wild = isWildcard(address)
  const near = nearSources(row.family, family, loopbackIsNear, wild ? undefined : address)
  if (kind === 'load-balancer') return byPolicy(row, near, allowedSources(row, family, address))
  const all = byPolicy(row, near, undefined)
  if (kind !== 'node-port') return all
  const { localhost } = family.nodePorts
  const ofLoopback = localhost ? onLoopback(row) : []
  if (localhost && address === loopbackAddress[row.family]) return [{ targets: ofLoopback }]
  return wild ? [{ sources: [loopbackRange[row.family]], targets: ofLoopback }, ...all] : all
}

/** As the forwarder beside nftables has it: TCP alone, and with policy Local only what runs here. */
const onLoopback = (row: Row): readonly RelayTarget[] =>
  row.protocol === 'TCP' ? targets(row.externalLocal ? row.local : row.cluster) : []

/** With policy Local those that are near reach the whole cluster, others only what runs here. */
function byPolicy(
  row: Row,
  near: readonly string[],
  allowed: readonly string[] | undefined,
): readonly RelayRoute[] {
  const all: RelayRoute =
    allowed === undefined
      ? { targets: targets(row.cluster) }
      : { sources: allowed, targets: targets(row.cluster) }
  if (!row.externalLocal) return [all]
  const first = { ...all, sources: allowed === undefined ? near : bothOf(near, allowed) }
  return [first, { ...all, targets: targets(row.local) }]
}

/** Who is no pod is on no node, and reaches all. */
function byNode(row: Row, podsByNode: readonly string[]): readonly RelayRoute[] {
  const all = row.cluster ?? []
  const routes = podsByNode.map((range) => ({
    sources: [range],
    targets: targets(all.filter(({ address }) => within(address, [range]))),
  }))
  const without = routes.filter((route) => route.targets.length === 0)
  return [
    ...routes.filter((route) => route.targets.length > 0),
    { sources: without.flatMap(({ sources }) => sources), targets: [] },
    { targets: targets(all) },
  ]
}

const targets = (endpoints: readonly ProxyEndpoint[] | undefined): readonly RelayTarget[] =>
  (endpoints ?? []).map(({ address, port }) => ({ address, port }))

export const loopbackAddress: Readonly<Record<IpFamily, string>> = { IPv4: '127.0.0.1', IPv6: '::1' }
const wildcard: Readonly<Record<IpFamily, string>> = { IPv4: '0.0.0.0', IPv6: '::' }
export const isWildcard = (address: string): boolean => address === '0.0.0.0' || address === '::'

/** Where node ports listen. A socket on all addresses leaves no room for another one on the same port. */
export function nodePortAddresses(
  family: IpFamily,
  settings: FamilySettings,
  { bindAddresses }: UserspaceSettings,
): readonly string[] {
  if (bindAddresses !== undefined) {
    const own = bindAddresses.filter((address) => familyOf(address) === family)
    return own.includes(wildcard[family]) ? [wildcard[family]] : own
  }
  const { ranges, localhost } = settings.nodePorts
  if (ranges === 'all') return [wildcard[family]]
  return [...new Set([...nodePortHosts(settings), ...(localhost ? [loopbackAddress[family]] : [])])]
}
