import type { ClusterState } from '../../localstack/kubernetes/state.ts'
import { podStateText } from '../../localstack/kubernetes/table/pod-state-text.ts'
import type { LocalTargetHealth } from '../../providers/local/api.ts'
import type { EndpointSliceObject, NodeObject, ServiceObject } from '../model/objects.ts'
import { serviceOfSlice } from '../node-proxy/table/table.ts'
import type { Place } from './net/translation.ts'
import type { PathListener, PathNode, PathPod, TrafficPath } from '../page/traffic-path.ts'

/** What a balancer knows beyond the objects of the cluster. */
export interface BalancerView {
  /** Counters and failures, by `ADDRESS PORT PROTOCOL`; where load balancers have names, in lower case, by these too. */
  readonly listeners: ReadonlyMap<string, Pick<PathListener, 'counters' | 'failure' | 'reachedAt'>>
  /** How targets of a listener are, by the same and then by `ADDRESS:PORT`. */
  readonly targets: ReadonlyMap<string, Readonly<Record<string, LocalTargetHealth>>>
  /** Where each listens, by the same. */
  readonly places: ReadonlyMap<string, Place>
}

export const keyOf = (host: string, port: number, protocol = 'TCP'): string =>
  `${host.toLowerCase()} ${port} ${protocol}`

/** The way from a Service's addresses to its pods. */
export function trafficPath(state: ClusterState, service: ServiceObject, view: BalancerView): TrafficPath {
  const { namespace = 'default', name } = service.metadata
  const slices = (
    state.list('endpointslices', { namespace }).items as unknown as readonly EndpointSliceObject[]
  ).filter((slice) => serviceOfSlice(slice) === `${namespace}/${name}`)
  const listeners = listenersOf(service, view)
  const health = new Map<string, Health>(
    listeners.flatMap(({ address, port, protocol }) =>
      Object.entries(view.targets.get(keyOf(address, port, protocol)) ?? {}).map(
        ([target, { healthy, message }]) => [
          target.slice(0, target.lastIndexOf(':')),
          { healthy, reason: message },
        ],
      ),
    ),
  )
  const pods = slices.flatMap((slice) => podsOf(state, slice))
  // A cluster address leads to the pods from anywhere: no node stands between.
  if (service.spec?.type !== 'LoadBalancer' && service.spec?.type !== 'NodePort')
    return { listeners, nodes: [], pods }
  return { listeners, nodes: state.list('nodes').items.map((node) => nodeOf(node, health)), pods }
}

function listenersOf({ spec, status }: ServiceObject, view: BalancerView): readonly PathListener[] {
  const { type, clusterIP = 'None' } = spec ?? {}
  if (type === 'NodePort')
    return (spec?.ports ?? []).flatMap(({ nodePort: port, protocol = 'TCP' }) =>
      port === undefined ? [] : [{ address: 'each node', port, protocol }],
    )
  const inner = type === 'LoadBalancer' || clusterIP === 'None' ? [] : [clusterIP]
  const addresses = (status?.loadBalancer?.ingress ?? [])
    .map(({ ip, hostname }) => ip ?? hostname ?? '')
    .concat(inner)
  return addresses.flatMap((address) =>
    (spec?.ports ?? []).map(({ port, protocol = 'TCP', nodePort }) => ({
      address,
      port,
      protocol,
      ...(nodePort === undefined ? {} : { nodePort }),
      ...view.listeners.get(keyOf(address, port, protocol)),
    })),
  )
}

type Health = Pick<PathNode, 'healthy' | 'reason'>

function nodeOf({ metadata, status }: NodeObject, health: ReadonlyMap<string, Health>): PathNode {
  const address = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? ''
  return { name: metadata.name, address, healthy: undefined, ...health.get(address) }
}

const podsOf = (state: ClusterState, { metadata, endpoints }: EndpointSliceObject): readonly PathPod[] =>
  (endpoints ?? []).flatMap(({ addresses, nodeName = '', conditions, targetRef }) => {
    const [address] = addresses
    if (address === undefined) return []
    const name = targetRef?.name ?? address
    const pod = state.find('pods', { namespace: metadata.namespace ?? 'default', name })
    const status = pod === undefined ? {} : { status: podStateText(pod) }
    return [{ name, node: nodeName, address, ready: conditions?.ready !== false, ...status }]
  })
