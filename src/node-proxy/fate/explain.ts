import type { IpFamily } from '../../lib/ip.ts'
import type { EndpointSliceObject, ServiceObject } from '../../model/objects.ts'
import {
  endpointsFor,
  type Here,
  hereOf,
  type KnownEndpoint,
  topologyOf,
  usableAmong,
} from '../table/endpoints.ts'
import { destinationsOfRow, fateOf } from './fate-of.ts'
import type { Destination, Fate, SourceKind } from './fate.ts'
import type { Protocol, ProxyTable } from '../table/row.ts'
import type { ProxyNote } from '../table/note.ts'
import type { TableSettings } from '../table/settings.ts'
import { whyIgnored } from '../table/wish.ts'
import { inUserspace, seenFromUserspace, userspaceDifferences } from '../userspace/fate.ts'

export interface ExplainInput {
  readonly service: ServiceObject
  /** Of this Service. */
  readonly slices: readonly EndpointSliceObject[]
  readonly table: ProxyTable
  readonly settings: TableSettings
  readonly zone?: string
  readonly dataPlane: 'nftables' | 'userspace'
  /** Those of other Services are left out. */
  readonly notes: readonly ProxyNote[]
}

export interface ExplainedDestination extends Destination {
  readonly portName: string
  /** What becomes of a new connection from another machine, a pod of this node, this node itself. */
  readonly fates: Readonly<Record<SourceKind, Fate>>
}

export interface ExplainedEndpoint {
  readonly portName: string
  readonly protocol: Protocol
  readonly family: IpFamily
  readonly address: string
  readonly port: number
  readonly node?: string
  readonly zone?: string
  /** `ending` ones still serve; `dead` ones end and do not. */
  readonly state: 'ready' | 'not ready' | 'ending' | 'dead'
  /** Among those that policy Cluster chooses from on this node. */
  readonly cluster: boolean
  /** Among those that policy Local chooses from on this node. */
  readonly local: boolean
  /** Why policy Cluster leaves it out. */
  readonly why?: string
}

/** What `node-proxy --explain svc/NAME -o json` prints. Fields are added, never renamed. */
export interface Explanation {
  readonly service: string
  readonly node: string
  readonly zone?: string
  readonly dataPlane: 'nftables' | 'userspace'
  /** Why the Service is none of this proxy's. Absent: it is served. */
  readonly ignored?: string
  readonly destinations: readonly ExplainedDestination[]
  readonly endpoints: readonly ExplainedEndpoint[]
  /** What a load balancer learns on the health check port, while the proxy itself is healthy. */
  readonly healthCheck?: {
    readonly port: number
    readonly localEndpoints: number
    readonly status: 200 | 503
  }
  /** How this data plane differs from the kernel's. */
  readonly differences?: readonly string[]
  readonly notes: readonly ProxyNote[]
}

/** Where a packet to each address of a Service would go, from everywhere, and why. */
export function explainService(input: ExplainInput): Explanation {
  const { service, settings, dataPlane, zone, notes } = input
  const { namespace = 'default', name } = service.metadata
  const key = `${namespace}/${name}`
  const ignored = whyIgnored(service, settings)
  const health = input.table.healthChecks.get(key)
  return {
    service: key,
    node: settings.nodeName,
    ...(zone === undefined ? {} : { zone }),
    dataPlane,
    ...(ignored === undefined ? {} : { ignored }),
    destinations: destinations(input, namespace, name),
    endpoints: endpoints(input, namespace, name),
    ...(health === undefined
      ? {}
      : {
          healthCheck: {
            port: health.port,
            localEndpoints: health.localEndpoints,
            status: health.localEndpoints > 0 ? 200 : 503,
          },
        }),
    ...(dataPlane === 'userspace' ? { differences: userspaceDifferences } : {}),
    notes: notes.filter((note) => note.namespace === namespace && note.name === name),
  }
}

function destinations(
  { table, dataPlane }: ExplainInput,
  namespace: string,
  name: string,
): readonly ExplainedDestination[] {
  const relayed = dataPlane === 'userspace'
  const seen = relayed ? seenFromUserspace(table) : table
  return [...seen.rows.values()].flatMap((row) => {
    if (row.namespace !== namespace || row.name !== name) return []
    return destinationsOfRow(row, seen.families[row.family]).map((destination) => {
      const from = (kind: SourceKind): Fate => {
        if (relayed && row.protocol === 'SCTP') return { verdict: 'pass', why: 'a relay cannot carry SCTP' }
        const fate = fateOf(seen, { kind }, destination)
        return relayed ? inUserspace(fate) : fate
      }
      const fates = { outside: from('outside'), pod: from('pod'), node: from('node') }
      return { ...destination, portName: row.portName, fates }
    })
  })
}

function endpoints(
  { table, slices, settings, zone }: ExplainInput,
  namespace: string,
  name: string,
): readonly ExplainedEndpoint[] {
  const here = hereOf(settings, zone)
  return [...table.rows.values()].flatMap((row) => {
    if (row.namespace !== namespace || row.name !== name) return []
    const known = endpointsFor(slices, row, here)
    const usable = usableAmong(known)
    const local = new Set(usableAmong(known.filter(({ at }) => at.local)))
    return known.map((one): ExplainedEndpoint => {
      const why = whyLeftOut(one, usable, here)
      return {
        portName: row.portName,
        protocol: row.protocol,
        family: row.family,
        address: one.at.address,
        port: one.at.port,
        ...(one.node === undefined ? {} : { node: one.node }),
        ...(one.zone === undefined ? {} : { zone: one.zone }),
        state: stateOf(one),
        cluster: why === undefined,
        local: local.has(one),
        ...(why === undefined ? {} : { why }),
      }
    })
  })
}

function stateOf({ ready, serving, terminating }: KnownEndpoint): ExplainedEndpoint['state'] {
  if (ready) return 'ready'
  if (!terminating) return 'not ready'
  return serving ? 'ending' : 'dead'
}

function whyLeftOut(one: KnownEndpoint, usable: readonly KnownEndpoint[], here: Here): string | undefined {
  if (!usable.includes(one))
    return {
      ready: '',
      'not ready': 'it is not ready',
      ending: 'it is terminating, and others are ready',
      dead: 'it is terminating and does not serve any more',
    }[stateOf(one)]
  const topology = topologyOf(usable, here)
  if (topology === 'node' && !one.nodeHints.includes(here.node))
    return `its hints are for other nodes: ${one.nodeHints.join(', ')}`
  if (topology === 'zone' && !one.zoneHints.includes(here.zone ?? ''))
    return `its hints are for other zones: ${one.zoneHints.join(', ')}`
  return undefined
}
