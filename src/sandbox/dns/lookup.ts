import { parseAddress } from '../../lib/ip.ts'
import type { ServiceObject } from '../../model/objects.ts'
import {
  addressData,
  clusterAddresses,
  endpointsOf,
  isHeadless,
  nameOf,
  zone,
  type Data,
  type Found,
  type Names,
  type Soa,
} from './names.ts'

/**
 * All that stands at a name. An empty list: nothing, but there are names below it. Absent: no such name. Foreign: names
 * like it are others' to tell.
 */
export type Entry = readonly Data[] | 'absent' | 'foreign'

export const soa: Soa = {
  mname: `ns.dns.${zone}`,
  rname: `hostmaster.${zone}`,
  serial: 1,
  refresh: 7200,
  retry: 1800,
  expire: 86_400,
  // How long a name that is not there is believed not to be.
  minimum: 5,
}

/** As Kubernetes' specification of DNS-based service discovery, 1.1.0, has it. `name` is in lower case. */
export function lookup(name: string, names: Names): Entry {
  const labels = name.split('.').toReversed()
  const [top, second, ...rest] = labels
  if (top === 'local' && second === 'cluster') return inZone(rest, names)
  if (top === 'arpa' && second === 'in-addr') return reverse(rest, names)
  return names.outside(name)?.map(addressData) ?? 'foreign'
}

/** Labels below the zone, the last one first. */
function inZone([kind, namespace, ...rest]: readonly string[], names: Names): Entry {
  if (kind === undefined)
    return [
      { type: 'SOA', data: soa },
      { type: 'NS', data: soa.mname },
    ]
  if (namespace === undefined)
    return kind === 'dns-version' ? [{ type: 'TXT', data: '1.1.0' }] : isBranch(kind) ? [] : 'absent'
  if ((kind !== 'svc' && kind !== 'pod') || !names.hasNamespace(namespace)) return 'absent'
  const [name, ...below] = rest
  if (name === undefined) return []
  if (kind === 'pod') return below.length > 0 ? 'absent' : podNamed(name)
  const service = names.service(`${namespace}/${name}`)
  if (service === undefined) return 'absent'
  return below.length === 0 ? atService(service, names) : belowService(service, below, names)
}

const isBranch = (kind: string): boolean => kind === 'svc' || kind === 'pod'

/** `10-244-1-5` is 10.244.1.5, whether there is such a pod or not. */
function podNamed(label: string): Entry {
  const address = [label.replaceAll('-', '.'), label.replaceAll('-', ':')].find(
    (text) => parseAddress(text).ok,
  )
  return address === undefined ? 'absent' : [addressData(address)]
}

function atService(service: ServiceObject, names: Names): Entry {
  const { spec = {} } = service
  if (spec.type === 'ExternalName')
    return [{ type: 'CNAME', data: (spec.externalName ?? '').replace(/\.$/, '') }]
  const addresses = isHeadless(service)
    ? endpointsOf(service, names).map(({ address }) => address)
    : clusterAddresses(service)
  if (addresses.length === 0) return 'absent'
  const ports = [
    ...new Set((spec.ports ?? []).map(({ name, protocol }) => `${name ?? ''} ${protocol ?? 'TCP'}`)),
  ]
  return [
    ...addresses.map(addressData),
    ...ports.flatMap((port) => {
      const [name = '', protocol = ''] = port.split(' ')
      return srv(service, name, protocol, names)
    }),
  ]
}

/** `_port._protocol`, or the name of an endpoint. */
function belowService(service: ServiceObject, below: readonly string[], names: Names): Entry {
  const [first = '', port, ...more] = below
  if (service.spec?.type === 'ExternalName' || more.length > 0) return 'absent'
  if (!first.startsWith('_')) {
    if (port !== undefined) return 'absent'
    const found = endpointsOf(service, names).filter(({ label }) => label.toLowerCase() === first)
    return found.length === 0 ? 'absent' : found.map(({ address }) => addressData(address))
  }
  const protocol = first.slice(1).toUpperCase()
  const ports = (service.spec?.ports ?? []).filter((one) => (one.protocol ?? 'TCP') === protocol)
  if (port === undefined) return ports.some(({ name = '' }) => name !== '') ? [] : 'absent'
  const named = ports.find(({ name = '' }) => name !== '' && `_${name}` === port)
  if (named === undefined) return 'absent'
  const told = srv(service, named.name ?? '', protocol, names)
  return told.length === 0 ? 'absent' : told
}

/** Where a port of a Service is: at its cluster address, or of a headless one at each endpoint. */
function srv(service: ServiceObject, portName: string, protocol: string, names: Names): readonly Data[] {
  const isAsked = ({ name, protocol: own }: { name?: string | null; protocol?: string | null }) =>
    (name ?? '') === portName && (own ?? 'TCP') === protocol
  const places: readonly (readonly [target: string, port: number])[] = isHeadless(service)
    ? endpointsOf(service, names).flatMap((found: Found) => {
        const port = found.ports.find(isAsked)?.port
        const target = `${found.label}.${nameOf(service)}`
        return typeof port === 'number' ? [[target, port] as const] : []
      })
    : (service.spec?.ports ?? []).filter(isAsked).map(({ port }) => [nameOf(service), port] as const)
  const weight = Math.max(1, Math.floor(100 / places.length))
  return places.map(([target, port]) => ({ type: 'SRV', data: { priority: 0, weight, port, target } }))
}

/** `4.3.2.1.in-addr.arpa` for cluster addresses. */
function reverse(labels: readonly string[], names: Names): Entry {
  const services = labels.length === 4 ? names.servicesAt(labels.join('.')) : []
  return services.length === 0
    ? 'absent'
    : services.map((service) => ({ type: 'PTR', data: nameOf(service) }))
}
