/**
 * What a kubelet and the EndpointSlice controller do, as far as load balancers can tell: pods become ready when their
 * containers and their readiness gates are, they end after a grace, and slices follow. Nothing schedules pods and nothing
 * replaces them: a test says which there are.
 */
import { EndpointSliceController, type SliceOptions } from './controllers/endpoint-slices.ts'
import { heldByKubelet } from './apps/pod-grace.ts'
import { Kubelet, type KubeletOptions } from './controllers/kubelet.ts'
import type { ClusterState } from './state.ts'

export interface PodSketch {
  readonly namespace?: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** One of each family that it has. */
  readonly ips: readonly string[]
  readonly node?: string
  /** Condition types that somebody must write before it is ready. */
  readonly gates?: readonly string[]
  /** Named ports of its container. */
  readonly ports?: Readonly<Record<string, number>>
  /** Default true. */
  readonly containersReady?: boolean
}

/** A pod that runs. */
export function addPod(state: ClusterState, sketch: PodSketch): void {
  const { namespace = 'default', name, labels, ips, node, gates = [], ports = {} } = sketch
  const reference = { namespace, name }
  state.create('pods', {
    metadata: { ...reference, labels, finalizers: [heldByKubelet] },
    spec: {
      ...(node === undefined ? {} : { nodeName: node }),
      ...(gates.length === 0 ? {} : { readinessGates: gates.map((conditionType) => ({ conditionType })) }),
      containers: [
        {
          name: 'app',
          image: 'app',
          ports: Object.entries(ports).map(([port, containerPort]) => ({ name: port, containerPort })),
        },
      ],
    },
  })
  setContainersReady(state, reference, sketch.containersReady ?? true, {
    phase: 'Running',
    podIP: ips[0],
    podIPs: ips.map((ip) => ({ ip })),
  })
}

/** Its containers pass their probes, or fail them. */
export function setContainersReady(
  state: ClusterState,
  reference: { readonly namespace?: string; readonly name: string },
  ready: boolean,
  more: object = {},
): void {
  const conditions = [{ type: 'ContainersReady', status: ready ? 'True' : 'False' }]
  const status = { ...more, conditions }
  state.patch('pods', reference, { status }, { type: 'strategic', subresource: 'status' })
}

export type WorkloadOptions = SliceOptions & Pick<KubeletOptions, 'graceMs'>

/** Runs until the answer is called. */
export function runWorkloads(state: ClusterState, options: WorkloadOptions = {}): () => void {
  const running = new AbortController()
  new Kubelet(state, options).start(running.signal)
  new EndpointSliceController(state, options).start(running.signal)
  return () => running.abort()
}
