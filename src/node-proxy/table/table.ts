import type {
  EndpointSliceObject,
  NodeObject,
  ServiceCidrObject,
  ServiceObject,
} from '../../model/objects.ts'
import { serviceNameLabel } from '../../model/endpoints.ts'
import type { ProxyTable } from './row.ts'
import { addressClaim, nodePortClaim } from './claims.ts'
import type { ProxyNote } from './note.ts'
import type { TableSettings } from './settings.ts'
import { TableTracker, type World } from './tracker.ts'

export interface TableInput {
  readonly services: readonly ServiceObject[]
  readonly slices: readonly EndpointSliceObject[]
  readonly node?: NodeObject
  readonly serviceCidrs?: readonly ServiceCidrObject[]
  readonly machineAddresses?: readonly string[]
  /** Whoever holds an address in it keeps it. */
  readonly previous?: ProxyTable
}

export interface TableBuilt {
  readonly table: ProxyTable
  readonly notes: readonly ProxyNote[]
}

/** The whole table at once. A proxy that runs follows changes with a `TableTracker` instead. */
export function tableOf(input: TableInput, settings: TableSettings): TableBuilt {
  const held = input.previous === undefined ? undefined : holdersIn(input.previous)
  const { table, news } = new TableTracker(worldOf(input), settings, held).flush()
  return { table, notes: news }
}

/** Claim -> `namespace/name` of the Service that holds it. */
export function holdersIn({ rows, healthChecks }: ProxyTable): ReadonlyMap<string, string> {
  const holders = new Map<string, string>()
  for (const row of rows.values()) {
    const service = `${row.namespace}/${row.name}`
    const addresses = [...row.externalAddresses, ...row.loadBalancerAddresses]
    if (row.clusterAddress !== undefined) addresses.push(row.clusterAddress)
    for (const address of addresses) holders.set(addressClaim(address, row), service)
    if (row.nodePort !== undefined) holders.set(nodePortClaim(row.protocol, row.nodePort), service)
  }
  for (const [service, { port }] of healthChecks) holders.set(nodePortClaim('TCP', port), service)
  return holders
}

/** A world that stands still. */
export function worldOf(input: Omit<TableInput, 'previous'>): World {
  const services = new Map(input.services.map((service) => [keyOf(service.metadata), service]))
  const slices = Map.groupBy(input.slices, (slice) => serviceOfSlice(slice) ?? '')
  return {
    serviceKeys: () => services.keys(),
    service: (key) => services.get(key),
    slicesOf: (key) => slices.get(key) ?? [],
    node: () => input.node,
    serviceCidrs: () => input.serviceCidrs ?? [],
    machineAddresses: () => input.machineAddresses ?? [],
  }
}

/** `namespace/name` of the Service that a slice belongs to; undefined: it names none. */
export function serviceOfSlice({ metadata }: EndpointSliceObject): string | undefined {
  const name = metadata.labels?.[serviceNameLabel]
  return name === undefined || name === '' ? undefined : keyOf({ ...metadata, name })
}

const keyOf = ({ namespace = 'default', name }: { namespace?: string; name: string }): string =>
  `${namespace}/${name}`
