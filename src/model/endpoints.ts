import type { EndpointSliceObject, ServicePort, SliceEndpoint } from './objects.ts'

/** One address behind a port of a Service, trimmed from an EndpointSlice. */
export interface Endpoint {
  readonly address: string
  readonly port: number
  /** Of the Service's port. */
  readonly portName: string
  readonly node?: string
  readonly zone?: string
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
  /** Its containers are ready, and it waits for its target to be healthy before it is ready itself. */
  readonly gated?: true
  /** `namespace/name` of the pod. */
  readonly pod?: string
}

/** All endpoints of one Service, in a stable order. */
export type Endpoints = readonly Endpoint[]

/** Names the Service of a slice. */
export const serviceNameLabel = 'kubernetes.io/service-name'

/** Whether new connections may go there. One that ends gets none, though it may still serve those it has. */
export const takesTraffic = ({ ready, gated, terminating }: Endpoint): boolean =>
  (ready || gated === true) && !terminating

/**
 * The endpoints of one Service out of all its slices. A slice of names (FQDN) has no address to send to. While an
 * endpoint moves from slice to slice it may be in both: the better of the two counts, once. `gated` tells whether the
 * pod of that name waits for nothing but its targets.
 */
export function endpointsOf(
  slices: Iterable<EndpointSliceObject>,
  gated: (pod: string) => boolean = () => false,
): Endpoints {
  const found = new Map<string, Endpoint>()
  for (const slice of slices) {
    if (slice.addressType !== 'IPv4' && slice.addressType !== 'IPv6') continue
    for (const { name, port } of slice.ports ?? []) {
      // No number means every port: nothing that a target could be made of.
      if (port === undefined || port === null) continue
      for (const endpoint of slice.endpoints ?? []) {
        const read = readEndpoint(endpoint, slice.metadata.namespace ?? '', name ?? '', port, gated)
        if (read === undefined) continue
        const key = `${read.address} ${port} ${read.portName}`
        const other = found.get(key)
        if (other === undefined || worth(read) > worth(other)) found.set(key, read)
      }
    }
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, endpoint]) => endpoint)
}

const worth = (endpoint: Endpoint): number =>
  takesTraffic(endpoint) ? 2 : endpoint.serving && !endpoint.terminating ? 1 : 0

/** Conditions that are left out mean: ready, serving as it is ready, not terminating. */
function readEndpoint(
  { addresses, conditions = {}, nodeName, zone, targetRef }: SliceEndpoint,
  namespace: string,
  portName: string,
  port: number,
  gated: (pod: string) => boolean,
): Endpoint | undefined {
  // The API gives no meaning to further ones.
  const [address] = addresses
  if (address === undefined) return undefined
  const ready = conditions.ready ?? true
  const terminating = conditions.terminating ?? false
  const pod = targetRef?.kind === 'Pod' ? targetRef.name : undefined
  return {
    address,
    port,
    portName,
    ready,
    serving: conditions.serving ?? ready,
    terminating,
    ...(nodeName === undefined ? {} : { node: nodeName }),
    ...(zone === undefined ? {} : { zone }),
    ...(!ready && pod !== undefined && gated(pod) ? { gated: true } : {}),
    ...(pod === undefined ? {} : { pod: `${namespace}/${pod}` }),
  }
}

const portKey = ({ port, protocol = 'TCP' }: ServicePort): string => `${port}/${protocol}`

/**
 * Live endpoints for an input from before. Slices name their ports as the Service does now, and that name may be what
 * changed: the number and the protocol say which port is meant.
 */
export function endpointsAt(
  endpoints: Endpoints,
  live: readonly ServicePort[],
  before: readonly ServicePort[],
): Endpoints {
  const names = new Map(before.map((port) => [portKey(port), port.name ?? '']))
  const renamed = new Map(live.map((port) => [port.name ?? '', names.get(portKey(port))]))
  if ([...renamed].every(([now, then]) => then === undefined || now === then)) return endpoints
  return endpoints.flatMap((endpoint) => {
    const portName = renamed.get(endpoint.portName)
    return portName === undefined ? [] : [{ ...endpoint, portName }]
  })
}
