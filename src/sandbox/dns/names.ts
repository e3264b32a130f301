import type { EndpointSliceObject, ServiceObject, SliceEndpoint, SlicePort } from '../../model/objects.ts'

/** What there is to be found. Keys are `namespace/name`. */
export interface Names {
  service(key: string): ServiceObject | undefined
  slicesOf(key: string): readonly EndpointSliceObject[]
  hasNamespace(name: string): boolean
  /** Services with this cluster address. */
  servicesAt(address: string): readonly ServiceObject[]
  /** Addresses of a name outside of the cluster that is answered all the same, such as a load balancer's. In lower case. */
  outside(name: string): readonly string[] | undefined
}

export const zone = 'cluster.local'
/** Names that no cluster may go without for long: what is told holds for so many seconds. */
export const ttl = 5

export type Data =
  | Alias
  | { readonly type: 'A' | 'AAAA' | 'PTR' | 'NS' | 'TXT'; readonly data: string }
  | {
      readonly type: 'SRV'
      readonly data: {
        readonly priority: number
        readonly weight: number
        readonly port: number
        readonly target: string
      }
    }
  | { readonly type: 'SOA'; readonly data: Soa }

/** Another name for another name. */
export interface Alias {
  readonly type: 'CNAME'
  readonly data: string
}

export interface Soa {
  readonly mname: string
  readonly rname: string
  readonly serial: number
  readonly refresh: number
  readonly retry: number
  readonly expire: number
  readonly minimum: number
}

/** An endpoint that is found by name, and the ports of its slice. */
export interface Found {
  readonly label: string
  readonly address: string
  readonly ports: readonly SlicePort[]
}

export const keyOf = ({ metadata }: ServiceObject): string =>
  `${metadata.namespace ?? 'default'}/${metadata.name}`

export const nameOf = ({ metadata }: ServiceObject): string =>
  `${metadata.name}.${metadata.namespace ?? 'default'}.svc.${zone}`

export const isHeadless = ({ spec }: ServiceObject): boolean => spec?.clusterIP === 'None'

export const clusterAddresses = ({ spec = {} }: ServiceObject): readonly string[] =>
  (spec.clusterIPs ?? [spec.clusterIP ?? '']).filter((address) => address !== '' && address !== 'None')

/** Those that are ready, or all where the Service publishes all, each once. */
export function endpointsOf(service: ServiceObject, names: Names): readonly Found[] {
  const found = new Map<string, Found>()
  for (const { addressType, endpoints, ports } of names.slicesOf(keyOf(service))) {
    if (addressType !== 'IPv4' && addressType !== 'IPv6') continue
    for (const endpoint of endpoints ?? []) {
      const [address] = endpoint.addresses
      if (address === undefined || !isPublished(endpoint, service)) continue
      const before = found.get(address)
      const more = [...(before?.ports ?? []), ...(ports ?? [])]
      found.set(address, { label: endpoint.hostname ?? dashed(address), address, ports: more })
    }
  }
  return [...found.values()]
}

const isPublished = ({ conditions }: SliceEndpoint, { spec }: ServiceObject): boolean =>
  spec?.publishNotReadyAddresses === true || (conditions?.ready ?? true)

const dashed = (address: string): string => address.replaceAll(/[.:]/g, '-')

export const addressData = (address: string): Data => ({
  type: address.includes(':') ? 'AAAA' : 'A',
  data: address,
})
