/**
 * What a kubelet and the EndpointSlice controller do, as far as load balancers can tell: pods become ready when their
 * containers and their readiness gates are, they end after a grace, and slices follow. Nothing schedules pods and nothing
 * replaces them: a test says which there are.
 */
import { hash } from '../../src/lib/hash.ts'
import { equal } from '../../src/lib/json.ts'
import type { EndpointSliceObject, ServiceObject, ServicePort } from '../../src/model/objects.ts'
import type { AnyObject } from './object.ts'
import type { ClusterState } from './state.ts'
import type { WatchEvent } from './watch.ts'

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

/** Holds a pod until its grace is over: without it a deletion would be done at once. */
const heldByKubelet = 'kubelet.localstack/grace'

interface Condition {
  readonly type: string
  readonly status: string
}

interface Pod extends AnyObject {
  readonly spec?: {
    readonly nodeName?: string
    readonly readinessGates?: readonly { readonly conditionType: string }[]
    readonly containers?: readonly { readonly ports?: readonly { name: string; containerPort: number }[] }[]
  }
  readonly status?: {
    readonly phase?: string
    readonly podIPs?: readonly { readonly ip: string }[]
    readonly conditions?: readonly Condition[]
  }
}

const isTrue = (pod: Pod, type: string): boolean =>
  pod.status?.conditions?.some((one) => one.type === type && one.status === 'True') === true

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

export interface WorkloadOptions {
  /** From the deletion of a pod until it is gone. Default 30 s. */
  readonly graceMs?: number
  /** How many endpoints one slice holds. Default 100. */
  readonly perSlice?: number
}

/** Runs until the answer is called. */
export function runWorkloads(state: ClusterState, options: WorkloadOptions = {}): () => void {
  const { graceMs = 30_000, perSlice = 100 } = options
  const ending = new Set<string>()
  const dirty = new Set<string>()
  let stopped = false
  const flush = () => {
    if (stopped) return
    for (const namespace of dirty) writeSlices(state, namespace, perSlice)
    dirty.clear()
  }
  // What others are told of a change, they are told before anything follows from it.
  const touched = (namespace: string) => {
    if (dirty.size === 0) queueMicrotask(flush)
    dirty.add(namespace)
  }
  const seen = (pod: Pod) => {
    const { uid = '', deletionTimestamp } = pod.metadata
    queueMicrotask(() => !stopped && judge(state, pod))
    if (deletionTimestamp === undefined || ending.has(uid)) return
    ending.add(uid)
    state.clock.after(graceMs, () => !stopped && end(state, pod))
  }
  const stops = [
    state.watch('pods', {}, (event) => {
      if (!isChange(event)) return
      if (event.type !== 'DELETED') seen(event.object)
      touched(event.object.metadata.namespace ?? '')
    }),
    state.watch('services', {}, (event) => {
      if (isChange(event)) touched(event.object.metadata.namespace ?? '')
    }),
  ]
  return () => {
    stopped = true
    for (const stop of stops) stop()
  }
}

type Seen = Extract<WatchEvent, { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' }>

const isChange = (event: WatchEvent): event is Seen => event.type !== 'ERROR' && event.type !== 'BOOKMARK'

/** A pod is ready when its containers and all its gates are. */
function judge(state: ClusterState, { metadata }: Pod): void {
  const pod: Pod | undefined = state.find('pods', metadata)
  if (pod === undefined) return
  const gates = pod.spec?.readinessGates ?? []
  const ready =
    isTrue(pod, 'ContainersReady') && gates.every(({ conditionType }) => isTrue(pod, conditionType))
  const status = { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] }
  if (isTrue(pod, 'Ready') === ready && pod.status?.conditions?.some(({ type }) => type === 'Ready')) return
  state.patch('pods', metadata, { status }, { type: 'strategic', subresource: 'status' })
}

function end(state: ClusterState, { metadata }: Pod): void {
  if (state.find('pods', metadata)?.metadata.uid !== metadata.uid) return
  state.edit('pods', metadata, (draft) => (draft.metadata.finalizers = []))
}

function writeSlices(state: ClusterState, namespace: string, perSlice: number): void {
  const pods = state.list('pods', { namespace }).items as readonly Pod[]
  const wanted = new Map<string, EndpointSliceObject>()
  for (const service of state.list('services', { namespace }).items)
    for (const slice of slicesOf(service, pods, perSlice)) wanted.set(slice.metadata.name, slice)
  const there = state.list('endpointslices', {
    namespace,
    labelSelector: 'endpointslice.kubernetes.io/managed-by=endpointslice-controller.k8s.io',
  })
  for (const { metadata } of there.items)
    if (!wanted.has(metadata.name)) state.delete('endpointslices', metadata)
  for (const slice of wanted.values()) {
    const held = state.find('endpointslices', slice.metadata) as unknown as EndpointSliceObject | undefined
    if (held === undefined) state.create('endpointslices', slice as unknown as AnyObject)
    else if (!equal(held.endpoints, slice.endpoints) || !equal(held.ports, slice.ports))
      state.update('endpointslices', slice as unknown as AnyObject)
  }
}

/** Pods whose named ports have other numbers stand in slices of their own. */
function slicesOf(
  service: ServiceObject,
  pods: readonly Pod[],
  perSlice: number,
): readonly EndpointSliceObject[] {
  const { metadata, spec = {} } = service
  const { selector, ports = [], ipFamilies = ['IPv4'] } = spec
  if (selector === undefined) return []
  const matching = pods.filter(
    ({ metadata: { labels = {} }, status }) =>
      Object.entries(selector).every(([key, value]) => labels[key] === value) && status?.phase === 'Running',
  )
  return ipFamilies.flatMap((addressType) => {
    const groups = Map.groupBy(matching, (pod) => JSON.stringify(ports.map((port) => numberOf(port, pod))))
    return [...groups].flatMap(([numbers, group]) => {
      const resolved = JSON.parse(numbers) as (number | null)[]
      const shown = ports.flatMap(({ name = '', protocol = 'TCP' }, at) => {
        const port = resolved[at]
        return typeof port === 'number' ? [{ name, protocol, port }] : []
      })
      const endpoints = group.flatMap((pod) =>
        endpointOf(pod, addressType, spec.publishNotReadyAddresses === true),
      )
      const chunks = Array.from({ length: Math.ceil(endpoints.length / perSlice) }, (_, at) =>
        endpoints.slice(at * perSlice, (at + 1) * perSlice),
      )
      return chunks.map((chunk, at): EndpointSliceObject => ({
        metadata: {
          name: `${metadata.name}-${hash([addressType, numbers], 5)}${at}`,
          namespace: metadata.namespace ?? 'default',
          labels: {
            'kubernetes.io/service-name': metadata.name,
            'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          },
        },
        addressType,
        endpoints: chunk,
        ports: shown,
      }))
    })
  })
}

function numberOf({ targetPort, port }: ServicePort, { spec }: Pod): number | null {
  if (typeof targetPort !== 'string') return targetPort ?? port
  const named = (spec?.containers ?? []).flatMap(({ ports = [] }) => ports)
  return named.find(({ name }) => name === targetPort)?.containerPort ?? null
}

function endpointOf(pod: Pod, addressType: string, notReadyToo: boolean) {
  const address = pod.status?.podIPs?.find(({ ip }) => ip.includes(':') === (addressType === 'IPv6'))?.ip
  if (address === undefined) return []
  const serving = isTrue(pod, 'Ready')
  const terminating = pod.metadata.deletionTimestamp !== undefined
  return [
    {
      addresses: [address],
      conditions: {
        ready: notReadyToo || (serving && !terminating),
        serving: notReadyToo || serving,
        terminating,
      },
      targetRef: { kind: 'Pod', name: pod.metadata.name, namespace: pod.metadata.namespace ?? '' },
      ...(pod.spec?.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
    },
  ]
}
