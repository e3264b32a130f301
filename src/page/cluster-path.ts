import type { Endpoints } from '../model/endpoints.ts'
import { targetNodes } from '../model/nodes.ts'
import type { NodeObject, ServiceObject } from '../model/objects.ts'
import { addressesOf } from './service-row.ts'
import type { PathNode, PathPod, TrafficPath } from './traffic-path.ts'

export interface ClusterView {
  readonly nodes: Iterable<NodeObject>
  /** The pods that the load balancer sends to; undefined for one that sends to nodes. */
  readonly targetPods: Endpoints | undefined
}

/** As much of a Service's way as the cluster alone tells: whether it is healthy is known in the cloud. */
export function clusterPath(
  service: ServiceObject,
  { nodes, targetPods }: ClusterView,
): TrafficPath | undefined {
  const { spec = {} } = service
  if (spec.type !== 'LoadBalancer') return undefined
  const listeners = addressesOf(service).flatMap((address) =>
    (spec.ports ?? []).map(({ port, protocol = 'TCP', nodePort }) => ({
      address,
      port,
      protocol,
      ...(nodePort === undefined ? {} : { nodePort }),
    })),
  )
  if (targetPods !== undefined) return { listeners, nodes: [], pods: podsOf(targetPods) }
  return { listeners, nodes: targetNodes(nodes).map(pathNode), pods: undefined }
}

const pathNode = ({ name, addresses }: ReturnType<typeof targetNodes>[number]): PathNode => ({
  name,
  address: addresses.find(({ type }) => type === 'InternalIP')?.address ?? '',
  healthy: undefined,
})

/** An endpoint for each port is one pod. */
function podsOf(endpoints: Endpoints): readonly PathPod[] {
  const pods = new Map<string, PathPod>()
  for (const { address, pod, node = '', ready, terminating } of endpoints) {
    const before = pods.get(address)
    pods.set(address, {
      name: pod?.slice(pod.indexOf('/') + 1) ?? address,
      node,
      address,
      ready: ready && before?.ready !== false,
      ...(terminating ? { status: 'Terminating' } : {}),
    })
  }
  return [...pods.values()]
}
