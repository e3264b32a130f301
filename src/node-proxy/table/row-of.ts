import { equal } from '../../lib/json.ts'
import type { EndpointSliceObject } from '../../model/objects.ts'
import { endpointsFor, type Here, servingAmong, usableOf } from './endpoints.ts'
import type { HealthCheckPort, Row } from './row.ts'
import { addressClaim, type Claims, nodePortClaim } from './claims.ts'
import { noteOn, type ProxyNote } from './note.ts'
import type { RowWish, ServiceWish } from './wish.ts'

/** What one Service becomes on this node. */
export interface ServiceRows {
  readonly rows: readonly Row[]
  readonly healthCheck?: HealthCheckPort
  readonly notes: readonly ProxyNote[]
}

/** What a Service gets of what it asks for: claims that others hold are taken out, endpoints are looked up. */
export function rowsOf(
  wish: ServiceWish,
  service: string,
  slices: readonly EndpointSliceObject[],
  claims: Claims,
  here: Here,
): ServiceRows {
  const notes = [...wish.notes]
  const local = { IPv4: new Set<string>(), IPv6: new Set<string>() }
  const taken = new Set<string>()
  const rows: Row[] = []
  for (const wanted of wish.rows) {
    const row = granted(wanted, wish, service, claims, taken, notes)
    const endpoints = endpointsFor(slices, row, here)
    for (const { at, ready, terminating } of endpoints)
      if (at.local && ready && !terminating) local[row.family].add(at.address)
    const reachable =
      row.externalAddresses.length > 0 || row.loadBalancerAddresses.length > 0 || row.nodePort !== undefined
    if (!reachable && row.clusterAddress === undefined) continue
    const externalLocal = reachable && row.externalLocal
    const all = !row.internalLocal || reachable || here.everyNode === true
    const uses = { cluster: all, local: row.internalLocal || externalLocal }
    const usable = usableOf(endpoints, uses, here)
    const serving = row.protocol === 'UDP' ? { serving: servingAmong(endpoints, usable.cluster) } : {}
    rows.push({ ...row, externalLocal, ...usable, ...serving })
  }
  const { namespace, name } = wish.whose
  const { healthPort } = wish
  if (healthPort === undefined) return { rows, notes }
  const holds = holder(
    nodePortClaim('TCP', healthPort),
    'spec.healthCheckNodePort',
    wish,
    service,
    claims,
    notes,
  )
  if (!holds) return { rows, notes }
  const localEndpoints = Math.max(local.IPv4.size, local.IPv6.size)
  return { rows, notes, healthCheck: { namespace, name, port: healthPort, localEndpoints } }
}

/** The wish without what others hold. A Service that names one address and port twice has it in its first row. */
function granted(
  wanted: RowWish,
  wish: ServiceWish,
  service: string,
  claims: Claims,
  taken: Set<string>,
  notes: ProxyNote[],
): RowWish {
  const has = (claim: string, path: string): boolean => {
    const once = `${wanted.family} ${claim}`
    if (taken.has(once)) return false
    taken.add(once)
    return holder(claim, path, wish, service, claims, notes)
  }
  const { clusterAddress, nodePort, ...rest } = wanted
  const cluster = clusterAddress !== undefined && has(addressClaim(clusterAddress, wanted), 'spec.clusterIPs')
  const node = nodePort !== undefined && has(nodePortClaim(wanted.protocol, nodePort), 'spec.ports')
  return {
    ...rest,
    ...(cluster ? { clusterAddress } : {}),
    externalAddresses: rest.externalAddresses.filter((address) =>
      has(addressClaim(address, wanted), 'spec.externalIPs'),
    ),
    loadBalancerAddresses: rest.loadBalancerAddresses.filter((address) =>
      has(addressClaim(address, wanted), 'status.loadBalancer.ingress'),
    ),
    ...(node ? { nodePort } : {}),
  }
}

function holder(
  claim: string,
  path: string,
  { whose }: ServiceWish,
  service: string,
  claims: Claims,
  notes: ProxyNote[],
): boolean {
  const by = claims.holderOf(claim)
  if (by === service) return true
  const message = `${claim} belongs to Service ${by ?? 'of nobody yet'}, so this Service does not answer there`
  if (!notes.some((note) => note.message === message))
    notes.push(
      noteOn(whose, 'LB_PROXY_ADDRESS_TAKEN', path, message, {
        value: claim,
        hint: 'give one of the two another address or port; who holds it keeps it, else the older Service has it',
      }),
    )
  return false
}

export const sameRow = (a: Row, b: Row): boolean => equal(a, b)
