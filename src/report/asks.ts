import type { AnnotationTable } from '../model/annotations.ts'
import { cloudOf } from '../model/known-keys.ts'
import type { ServiceObject, ServicePort, ServiceSpec } from '../model/objects.ts'
import { portableOf } from '../model/portable-of-key.ts'
import { portablePrefix } from '../model/portable.ts'
import { annotationPath } from '../model/problem.ts'
import { sourceRangeKeys } from '../model/shared-annotations.ts'
import { indexOf } from '../model/table-index.ts'

/** One thing that a Service asks for beyond being there, as a row of a comparison. */
export interface Ask {
  readonly id: string
  /** `port 443/TCP`, `source ranges`, `internal`. */
  readonly label: string
  /** As it is written: `spec.sessionAffinity: ClientIP`. */
  readonly written: string
  /** What the Service's author wrote for it; a problem there is this ask's. */
  readonly paths: readonly string[]
  /** Paths at which others have to suffer for it: ports without a NodePort, where none were asked for. */
  readonly blamedAt?: RegExp
  /** Set for an annotation. */
  readonly key?: string
  /** Set for a port: what is left without it may be nothing. */
  readonly port?: number
}

/** How the author would write the Service without an ask. */
type Strip = (service: ServiceObject) => ServiceObject

interface FieldAsk {
  readonly id: string
  readonly label: string
  readonly paths: readonly string[]
  readonly blamedAt?: RegExp
  /** As written, where the Service asks for it at all. */
  readonly asks: (spec: ServiceSpec) => string | undefined
  readonly without: (spec: ServiceSpec) => ServiceSpec
}

const isMixed = (ports: readonly ServicePort[]): boolean => new Set(ports.map(protocolOf)).size > 1
const protocolOf = ({ protocol }: ServicePort): string => protocol ?? 'TCP'
const portsIn = ({ ports }: ServiceSpec): readonly ServicePort[] => (Array.isArray(ports) ? ports : [])

export const mixedProtocols = 'mixed-protocols'

/** Fields that ask for something: those whose value is what Kubernetes fills in anyway do not. */
const fieldAsks: readonly FieldAsk[] = [
  {
    id: mixedProtocols,
    label: 'mixed protocols',
    paths: ['spec.ports'],
    asks: (spec) =>
      isMixed(portsIn(spec)) ? [...new Set(portsIn(spec).map(protocolOf))].join(' and ') : undefined,
    without: (spec) => {
      const [first] = portsIn(spec)
      return first === undefined
        ? spec
        : { ...spec, ports: portsIn(spec).filter((port) => protocolOf(port) === protocolOf(first)) }
    },
  },
  {
    id: 'source-ranges',
    label: 'source ranges',
    paths: ['spec.loadBalancerSourceRanges'],
    asks: ({ loadBalancerSourceRanges: ranges }) =>
      (ranges ?? []).length === 0 ? undefined : listText(ranges ?? []),
    without: ({ loadBalancerSourceRanges: _gone, ...spec }) => spec,
  },
  {
    id: 'traffic-policy',
    label: 'traffic policy',
    paths: ['spec.externalTrafficPolicy', 'spec.healthCheckNodePort'],
    asks: ({ externalTrafficPolicy: policy }) => (policy === 'Local' ? policy : undefined),
    without: ({ externalTrafficPolicy: _gone, healthCheckNodePort: _port, ...spec }) => spec,
  },
  {
    id: 'families',
    label: 'address families',
    paths: ['spec.ipFamilies', 'spec.ipFamilyPolicy'],
    asks: ({ ipFamilies = [], ipFamilyPolicy: policy = 'SingleStack' }) =>
      policy === 'SingleStack' && ipFamilies.every((family) => family === 'IPv4')
        ? undefined
        : [listText(ipFamilies), policy].filter((text) => text !== '').join(', '),
    without: ({ ipFamilies: _gone, ipFamilyPolicy: _policy, ...spec }) => spec,
  },
  {
    id: 'affinity',
    label: 'session affinity',
    paths: ['spec.sessionAffinity', 'spec.sessionAffinityConfig'],
    asks: ({ sessionAffinity: affinity = 'None' }) => (affinity === 'None' ? undefined : affinity),
    without: ({ sessionAffinity: _gone, sessionAffinityConfig: _config, ...spec }) => spec,
  },
  {
    id: 'address',
    label: 'requested address',
    paths: ['spec.loadBalancerIP'],
    asks: ({ loadBalancerIP: address = '' }) => (address === '' ? undefined : address),
    without: ({ loadBalancerIP: _gone, ...spec }) => spec,
  },
  {
    id: 'class',
    label: 'class',
    paths: ['spec.loadBalancerClass'],
    asks: ({ loadBalancerClass }) => loadBalancerClass,
    without: ({ loadBalancerClass: _gone, ...spec }) => spec,
  },
  {
    id: 'node-ports',
    label: 'no NodePorts',
    paths: ['spec.allocateLoadBalancerNodePorts'],
    blamedAt: /^spec\.ports\[\d+\]\.nodePort$/,
    asks: ({ allocateLoadBalancerNodePorts: allocate }) => (allocate === false ? 'false' : undefined),
    without: ({ allocateLoadBalancerNodePorts: _gone, ...spec }) => spec,
  },
]

function listText(items: readonly unknown[]): string {
  const shown = items.slice(0, 3).map(String).join(', ')
  return items.length > 3 ? `${shown} and ${items.length - 3} more` : shown
}

/** Everything that a Service asks for. An annotation is one of them if any of these clouds, or any controller, knows it. */
export function asksOf(
  { metadata, spec = {} }: ServiceObject,
  tables: readonly AnnotationTable[],
): readonly Ask[] {
  const ports = portsIn(spec).map((port, at): Ask => ({
    id: `port ${at}`,
    label: `port ${port.port}/${protocolOf(port)}`,
    written: port.name ?? '',
    paths: [`spec.ports[${at}]`],
    port: at,
  }))
  const fields = fieldAsks.flatMap(({ asks, without: _not, ...ask }): readonly Ask[] => {
    const written = asks(spec)
    return written === undefined ? [] : [{ ...ask, written }]
  })
  const annotations = Object.entries(metadata.annotations ?? {})
    .filter(([key]) => isAsk(key, tables))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]): Ask => {
      const label = shortName(portableOf(key) ?? key)
      return {
        id: `annotation ${key}`,
        label,
        // The value first: where there is no room, the key of one cloud is what can be done without.
        written: `${JSON.stringify(value)}${label === shortName(key) ? '' : ` (${shortName(key)})`}`,
        paths: [annotationPath(key)],
        key,
      }
    })
  return [...ports, ...fields, ...annotations]
}

/** Without what stands before its slash, and without what all keys of that cloud begin with. */
const shortName = (key: string): string =>
  key.slice(key.indexOf('/') + 1).replace(/^(aws|azure|openstack)-(load-balancer-)?/, '')

/** Where nobody but load balancer controllers writes; a slip there was meant to ask for something. */
const namespaces = ['service.beta.kubernetes.io/', 'service.kubernetes.io/', portablePrefix]

const isAsk = (key: string, tables: readonly AnnotationTable[]): boolean =>
  key !== `${portablePrefix}accepted` &&
  (sourceRangeKeys.includes(key) ||
    cloudOf(key) !== undefined ||
    namespaces.some((prefix) => key.startsWith(prefix)) ||
    tables.some((table) => indexOf(table).nameOf(key) !== undefined))

/** The Service as its author would write it without these. A Service has to have a port: the last one becomes a plain one. */
export function stripped(service: ServiceObject, asks: readonly Ask[]): ServiceObject {
  const gone = new Set(asks.map(({ id }) => id))
  const steps: readonly Strip[] = [
    withoutPorts(asks),
    withoutKeys(asks),
    ...fieldAsks
      .filter(({ id }) => gone.has(id))
      .map(({ without }): Strip => (one) => ({ ...one, spec: without(one.spec ?? {}) })),
  ]
  return steps.reduce((one, strip) => strip(one), service)
}

const withoutPorts =
  (asks: readonly Ask[]): Strip =>
  (service) => {
    const indexes = new Set(asks.map(({ port }) => port))
    const ports = portsIn(service.spec ?? {})
    const kept = ports.filter((_port, at) => !indexes.has(at))
    if (kept.length === ports.length) return service
    return { ...service, spec: { ...service.spec, ports: kept.length > 0 ? kept : [plainPort] } }
  }

const plainPort: ServicePort = { port: 80, protocol: 'TCP' }

const withoutKeys =
  (asks: readonly Ask[]): Strip =>
  (service) => {
    const keys = new Set(asks.map(({ key }) => key))
    const annotations = Object.entries(service.metadata.annotations ?? {}).filter(([key]) => !keys.has(key))
    return { ...service, metadata: { ...service.metadata, annotations: Object.fromEntries(annotations) } }
  }

/** The Service with another value of an annotation. */
export const withValue = (service: ServiceObject, key: string, value: string): ServiceObject => ({
  ...service,
  metadata: { ...service.metadata, annotations: { ...service.metadata.annotations, [key]: value } },
})
