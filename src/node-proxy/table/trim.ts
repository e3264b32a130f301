import { serviceNameLabel } from '../../model/endpoints.ts'
import type {
  EndpointSliceObject,
  NodeObject,
  ObjectMeta,
  ServiceCidrObject,
  ServiceObject,
} from '../../model/objects.ts'
import { headlessLabel, otherProxyLabel } from './endpoints.ts'

/** When a controller first saw what changed a slice: what programming the network is measured from. */
export const triggerTimeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time'

const zoneLabel = 'topology.kubernetes.io/zone'

/** What the proxy's stores keep of an object: there may be very many, on every node. Each answers the same, lighter. */
export function trimService({ metadata, spec, status }: ServiceObject): ServiceObject {
  const kept = metaOf(metadata, [otherProxyLabel, headlessLabel])
  if (spec === undefined) return { metadata: kept }
  const ingress = status?.loadBalancer?.ingress ?? []
  return {
    metadata: kept,
    spec: {
      ...pick(
        spec,
        'type',
        'clusterIP',
        'clusterIPs',
        'externalIPs',
        'sessionAffinity',
        'sessionAffinityConfig',
        'loadBalancerSourceRanges',
        'externalTrafficPolicy',
        'internalTrafficPolicy',
        'healthCheckNodePort',
      ),
      ports: (spec.ports ?? []).map((port) => pick(port, 'name', 'protocol', 'port', 'nodePort')),
    },
    ...(ingress.length === 0
      ? {}
      : { status: { loadBalancer: { ingress: ingress.map((one) => pick(one, 'ip', 'ipMode')) } } }),
  }
}

export function trimSlice(slice: EndpointSliceObject): EndpointSliceObject {
  const { metadata, addressType, endpoints, ports } = slice
  const meta = metaOf(metadata, [serviceNameLabel, otherProxyLabel, headlessLabel])
  const trigger = metadata.annotations?.[triggerTimeAnnotation]
  return {
    metadata: trigger === undefined ? meta : { ...meta, annotations: { [triggerTimeAnnotation]: trigger } },
    addressType,
    endpoints: (endpoints ?? []).map((endpoint) => ({
      addresses: endpoint.addresses.slice(0, 1),
      ...pick(endpoint, 'conditions', 'nodeName', 'zone', 'hints'),
    })),
    ports: (ports ?? []).map((port) => pick(port, 'name', 'port', 'protocol')),
  }
}

/** Drops heartbeats, images and capacity, so that a node that only says it lives is no news. */
export function trimOwnNode({ metadata, spec, status }: NodeObject): NodeObject {
  return {
    metadata: metaOf(metadata, [zoneLabel]),
    spec: pick(spec ?? {}, 'podCIDRs', 'taints'),
    status: pick(status ?? {}, 'addresses'),
  }
}

export const trimServiceCidr = ({ metadata, spec }: ServiceCidrObject): ServiceCidrObject => ({
  metadata: metaOf(metadata, []),
  ...(spec === undefined ? {} : { spec: pick(spec, 'cidrs') }),
})

function metaOf(metadata: ObjectMeta, labels: readonly string[]): ObjectMeta {
  const kept = labels.flatMap((label) => {
    const value = metadata.labels?.[label]
    return value === undefined ? [] : [[label, value]]
  })
  return {
    ...pick(
      metadata,
      'name',
      'namespace',
      'uid',
      'resourceVersion',
      'creationTimestamp',
      'deletionTimestamp',
    ),
    ...(kept.length === 0 ? {} : { labels: Object.fromEntries(kept) as Record<string, string> }),
  }
}

/** Leaves out what is absent, null or empty: each costs a slot in every object of a store. */
function pick<T extends object, K extends keyof T>(object: T, ...keys: readonly K[]): Pick<T, K> {
  const kept: Partial<T> = {}
  for (const key of keys) {
    const value: unknown = object[key]
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) continue
    kept[key] = object[key]
  }
  return kept as Pick<T, K>
}
