import {
  addressOfPod,
  at,
  families,
  machines,
  podNamed,
  podRanges,
  targetPort,
  type Family,
  type NodeName,
} from './addresses.ts'
import type { Protocol } from './orders.ts'
import { ranges, states, zones, type ServiceRow } from './cases.ts'
import type { EndpointState, To } from './contract.ts'

/** Kubernetes objects, as the tests write them. */
export interface Written {
  readonly metadata: { readonly name: string; readonly [field: string]: unknown }
  readonly [field: string]: unknown
}

export interface ServiceSketch {
  readonly name: string
  /** Decides all its addresses and its NodePort: 1 to 99. */
  readonly number: number
  readonly endpoints: readonly EndpointState[]
  readonly spec?: object
  readonly metadata?: object
  /** What the load balancer's status holds instead of one address of each family. */
  readonly ingress?: readonly object[]
  readonly protocols?: readonly Protocol[]
}

export const servicePort = 80

export function addressOf(number: number, to: To, family: Family, nodeHost: number = machines.n1[0]): string {
  if (to === 'node-port') return at('lan', nodeHost, family)
  return at(to === 'cluster' ? 'cluster' : to === 'external' ? 'external' : 'balancer', number, family)
}

export const nodePortOf = (number: number): number => 30_000 + number
export const portOf = (number: number, to: To): number =>
  to === 'node-port' ? nodePortOf(number) : servicePort

const portName = (protocol: Protocol) => (protocol === 'TCP' ? 'over-tcp' : 'over-udp')

export function serviceOf(sketch: ServiceSketch): Written {
  const { name, number, spec, metadata, protocols = ['TCP', 'UDP'] } = sketch
  const all = (to: To) => families.map((family) => addressOf(number, to, family))
  return {
    metadata: { name, namespace: 'default', ...metadata },
    spec: {
      type: 'LoadBalancer',
      ipFamilyPolicy: 'RequireDualStack',
      ipFamilies: families,
      clusterIP: all('cluster')[0],
      clusterIPs: all('cluster'),
      externalIPs: all('external'),
      ports: protocols.map((protocol) => ({
        name: portName(protocol),
        protocol,
        port: servicePort,
        targetPort,
        nodePort: nodePortOf(number),
      })),
      ...spec,
    },
  }
}

export const statusOf = ({ number, ingress }: ServiceSketch) => ({
  status: {
    loadBalancer: {
      ingress:
        ingress ??
        families.map((family) => ({ ip: addressOf(number, 'load-balancer', family), ipMode: 'VIP' })),
    },
  },
})

export const slicesOf = (sketch: ServiceSketch): readonly Written[] =>
  families.map((family) => sliceOf(sketch.name, family, sketch.endpoints, sketch.protocols))

export function sliceOf(
  service: string,
  family: Family,
  endpoints: readonly EndpointState[],
  protocols: readonly Protocol[] = ['TCP', 'UDP'],
): Written {
  return {
    metadata: {
      name: `${service}-${family.toLowerCase()}`,
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': service },
    },
    addressType: family,
    ports: protocols.map((protocol) => ({ name: portName(protocol), protocol, port: targetPort })),
    endpoints: endpoints.map((one) => endpointOf(one, family)),
  }
}

function endpointOf({ pod, node, nodeHint, zoneHint, ...conditions }: EndpointState, family: Family) {
  return {
    addresses: [addressOfPod(podNamed(pod), family)],
    conditions,
    nodeName: node,
    zone: zones[node],
    hints: {
      ...(nodeHint === undefined ? {} : { forNodes: [{ name: nodeHint }] }),
      ...(zoneHint === undefined ? {} : { forZones: [{ name: zoneHint }] }),
    },
  }
}

/** A row of the table as a Service; its number is its place. */
export function sketchOf(row: ServiceRow, number: number): ServiceSketch {
  return {
    name: row.name,
    number,
    endpoints: states[row.state] ?? [],
    spec: {
      externalTrafficPolicy: row.external,
      internalTrafficPolicy: row.internal,
      ...(row.ranges === undefined ? {} : { loadBalancerSourceRanges: ranges[row.ranges] }),
      ...(row.affinity === true ? { sessionAffinity: 'ClientIP' } : {}),
    },
  }
}

export function nodeOf(name: NodeName): Written {
  return {
    metadata: {
      name,
      labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': zones[name] },
    },
    spec: { podCIDR: podRanges[name][0], podCIDRs: podRanges[name] },
    status: {
      addresses: [
        ...families.map((family) => ({ type: 'InternalIP', address: at('lan', machines[name][0], family) })),
        { type: 'Hostname', address: name },
      ],
    },
  }
}
