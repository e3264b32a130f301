import type { IpFamily } from '../../lib/ip.ts'
import type { EndpointSliceObject, SliceEndpoint } from '../../model/objects.ts'
import type { Protocol, ProxyEndpoint } from './row.ts'
import { readAddress } from './address.ts'
import type { TableSettings } from './settings.ts'

/** An endpoint of a service port with what decides whether it is used. */
export interface KnownEndpoint {
  readonly at: ProxyEndpoint
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
  readonly node?: string
  readonly zone?: string
  /** Nodes and zones that should use it. */
  readonly nodeHints: readonly string[]
  readonly zoneHints: readonly string[]
}

/** Where this proxy runs. */
export interface Here {
  readonly node: string
  readonly zone?: string
  /** Of this proxy, where it serves only Services that name it. */
  readonly proxyName?: string
  /** It serves other nodes too. */
  readonly everyNode?: true
}

export const hereOf = (
  {
    nodeName: node,
    serviceProxyName: proxyName,
    everyNode,
  }: Pick<TableSettings, 'nodeName' | 'serviceProxyName' | 'everyNode'>,
  zone?: string,
): Here => ({
  node,
  ...(everyNode === undefined ? {} : { everyNode }),
  ...(zone === undefined || zone === '' ? {} : { zone }),
  ...(proxyName === undefined ? {} : { proxyName }),
})

/** Which policies some address of a service port follows. */
export interface PoliciesUsed {
  readonly cluster: boolean
  readonly local: boolean
}

export interface UsableEndpoints {
  readonly cluster: readonly ProxyEndpoint[] | undefined
  readonly local: readonly ProxyEndpoint[] | undefined
  readonly anywhere: boolean
}

/** How the hints narrow the cluster set. */
export type Topology = 'node' | 'zone' | 'none'

/**
 * Which endpoints a service port may use on this node (kube-proxy's order of questions). Those that are ready; where
 * none is, those that end and still serve: decided for the cluster and for this node separately, so that a node whose
 * last pod is ending still serves it. Hints narrow the cluster set only, and only while all ready endpoints carry them.
 */
export function usableOf(
  endpoints: readonly KnownEndpoint[],
  uses: PoliciesUsed,
  here: Here,
): UsableEndpoints {
  const usable = usableAmong(endpoints)
  return {
    cluster: uses.cluster ? hinted(usable, here).map(({ at }) => at) : undefined,
    local: uses.local ? usableAmong(endpoints.filter(({ at }) => at.local)).map(({ at }) => at) : undefined,
    anywhere: usable.length > 0,
  }
}

/** Those that are ready; while none is, those that end and still serve. */
export function usableAmong(endpoints: readonly KnownEndpoint[]): readonly KnownEndpoint[] {
  const ready = endpoints.filter((one) => one.ready)
  return ready.length > 0 ? ready : endpoints.filter((one) => one.serving && one.terminating)
}

/** Those that answer, used or not; `shared` itself where it is the same list. One that is ready counts, whatever it says else. */
export function servingAmong(
  endpoints: readonly KnownEndpoint[],
  shared: readonly ProxyEndpoint[] | undefined,
): readonly ProxyEndpoint[] {
  const all = endpoints.filter(({ ready, serving }) => ready || serving).map(({ at }) => at)
  const same = shared?.length === all.length && shared.every((one, at) => one === all[at])
  return same ? shared : all
}

function hinted(usable: readonly KnownEndpoint[], here: Here): readonly KnownEndpoint[] {
  const topology = topologyOf(usable, here)
  if (topology === 'node') return usable.filter(({ nodeHints }) => nodeHints.includes(here.node))
  if (topology === 'zone') return usable.filter(({ zoneHints }) => zoneHints.includes(here.zone ?? ''))
  return usable
}

/** One endpoint without a hint, or no endpoint for us, and hints do not count: nobody may be left without any. */
export function topologyOf(usable: readonly KnownEndpoint[], { node, zone }: Here): Topology {
  const allSay = (of: (one: KnownEndpoint) => readonly string[], name: string): boolean =>
    usable.every((one) => one.ready && of(one).length > 0) && usable.some((one) => of(one).includes(name))
  if (allSay(({ nodeHints }) => nodeHints, node)) return 'node'
  return zone !== undefined && allSay(({ zoneHints }) => zoneHints, zone) ? 'zone' : 'none'
}

export interface PortWanted {
  readonly portName: string
  readonly protocol: Protocol
  readonly family: IpFamily
}

const nothing: readonly string[] = []

/** Marks what belongs to another proxy, or to no proxy at all. */
export const otherProxyLabel = 'service.kubernetes.io/service-proxy-name'
export const headlessLabel = 'service.kubernetes.io/headless'

/**
 * All endpoints that the slices of one Service name for one of its ports, sorted by address and port, each once. Who
 * serves Services by name takes all their slices: the label of the Service decides, and not every slice has a copy.
 */
export function endpointsFor(
  slices: readonly EndpointSliceObject[],
  { portName, protocol, family }: PortWanted,
  { node: nodeName, proxyName }: Here,
): readonly KnownEndpoint[] {
  const found = new Map<string, KnownEndpoint>()
  for (const { metadata, addressType, ports, endpoints } of inOrder(slices)) {
    const { labels } = metadata
    if (addressType !== family || (labels !== undefined && isOthers(labels, proxyName))) continue
    for (const port of ports ?? []) {
      if (port.name !== portName || (port.protocol ?? 'TCP') !== protocol) continue
      // Neither 0 nor nothing is a port that a connection could go to.
      if (port.port === undefined || port.port === null || port.port === 0) continue
      for (const endpoint of endpoints ?? []) {
        const known = readEndpoint(endpoint, family, port.port, nodeName)
        if (known === undefined) continue
        const key = `${known.at.address} ${known.at.port}`
        const other = found.get(key)
        if (other === undefined || worth(known) > worth(other)) found.set(key, known)
      }
    }
  }
  return found.size < 2 ? [...found.values()] : [...found.values()].toSorted(byAddress)
}

const isOthers = (labels: Readonly<Record<string, string>>, proxyName: string | undefined): boolean =>
  (proxyName === undefined && otherProxyLabel in labels) || headlessLabel in labels

/** Which of two equal copies counts must not depend on the order in which they were seen. */
const inOrder = (slices: readonly EndpointSliceObject[]): readonly EndpointSliceObject[] =>
  slices.length < 2 ? slices : slices.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))

/**
 * While an endpoint moves from slice to slice it is in both: a copy on this node wins, then the one that serves more,
 * then the slice whose name comes first.
 */
const worth = ({ at, ready, serving, terminating }: KnownEndpoint): number =>
  (at.local ? 4 : 0) + (ready ? 2 : serving && terminating ? 1 : 0)

const byAddress = (a: KnownEndpoint, b: KnownEndpoint): number =>
  a.at.address < b.at.address ? -1 : a.at.address > b.at.address ? 1 : a.at.port - b.at.port

function readEndpoint(
  { addresses, conditions, nodeName: node, zone, hints }: SliceEndpoint,
  family: IpFamily,
  port: number,
  here: string,
): KnownEndpoint | undefined {
  // The API gives no meaning to further addresses.
  const [text] = addresses
  const address = text === undefined ? undefined : readAddress(text)
  if (address?.family !== family) return undefined
  return {
    at: { address: address.text, port, local: node !== undefined && node !== '' && node === here },
    ready: conditions?.ready ?? true,
    serving: conditions?.serving ?? true,
    terminating: conditions?.terminating ?? false,
    ...(node === undefined ? {} : { node }),
    ...(zone === undefined ? {} : { zone }),
    nodeHints: hints?.forNodes?.map(({ name }) => name) ?? nothing,
    zoneHints: hints?.forZones?.map(({ name }) => name) ?? nothing,
  }
}
