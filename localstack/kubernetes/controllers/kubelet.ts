import { heldByKubelet } from '../apps/pod-grace.ts'
import { isEnding, isReady, hasCondition } from '../apps/pod-state.ts'
import { timeText } from '../metadata.ts'
import type { ClusterState } from '../state.ts'
import type { PodObject } from '../workload-objects.ts'
import { follow, keyOf } from './follow.ts'
import { podAddresses, type AddressBook } from './pod-addresses.ts'
import { Queue } from './queue.ts'

export interface KubeletOptions {
  /** From the deletion of a pod until it is gone. Default 30 s. */
  readonly graceMs?: number
  /** Whether pods that have a node get an address and run. Default false: whoever makes a pod says what it does. */
  readonly starts?: boolean
}

/** Plays the kubelets of all nodes: nothing runs, but pods go through the life that others see of them. */
export class Kubelet {
  readonly #state: ClusterState
  readonly #graceMs: number
  readonly #starts: boolean
  readonly #addresses: AddressBook = podAddresses()
  readonly #ending = new Set<string>()

  constructor(state: ClusterState, { graceMs = 30_000, starts = false }: KubeletOptions = {}) {
    this.#state = state
    this.#graceMs = graceMs
    this.#starts = starts
  }

  start(signal: AbortSignal): void {
    const queue = new Queue((key) => this.#look(key), signal)
    follow(this.#state, 'pods', signal, (pod: PodObject, gone) => {
      const { uid = '' } = pod.metadata
      if (gone) {
        this.#ending.delete(uid)
        this.#addresses.release(uid)
        return
      }
      queue.add(keyOf(pod))
      if (!isEnding(pod) || this.#ending.has(uid)) return
      this.#ending.add(uid)
      this.#state.clock.after(this.#graceMs, () => !signal.aborted && this.#end(pod))
    })
  }

  #look(key: string): void {
    const pod = this.#state.find('pods', key) as PodObject | undefined
    if (pod === undefined) return
    const isNew = pod.spec?.nodeName !== undefined && pod.status?.phase === 'Pending' && !isEnding(pod)
    if (isNew && this.#starts) this.#begin(pod)
    else this.#judge(pod)
  }

  #begin(pod: PodObject): void {
    const { metadata, spec } = pod
    const node = this.#state.find('nodes', { name: spec?.nodeName ?? '' })
    const ips =
      node === undefined ? [] : this.#addresses.assign(metadata.uid ?? '', node.spec?.podCIDRs ?? [])
    if (ips.length === 0) return
    const { finalizers = [] } = metadata
    this.#state.patch('pods', metadata, { metadata: { finalizers: [...finalizers, heldByKubelet] } })
    const time = timeText(this.#state.clock.now())
    const containerStatuses = (spec?.containers ?? []).map(({ name, image = '' }) => ({
      name,
      image,
      imageID: '',
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: time } },
      lastState: {},
    }))
    const conditions = ['Initialized', 'ContainersReady'].map((type) => ({
      type,
      status: 'True',
      lastTransitionTime: time,
    }))
    const hostIP = node?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address
    this.#write(pod, {
      phase: 'Running',
      startTime: time,
      ...(hostIP === undefined ? {} : { hostIP, hostIPs: [{ ip: hostIP }] }),
      podIP: ips[0],
      podIPs: ips.map((ip) => ({ ip })),
      containerStatuses,
      conditions,
    })
  }

  /** A pod is ready when its containers and all its gates are. */
  #judge(pod: PodObject): void {
    const gates = pod.spec?.readinessGates ?? []
    const ready =
      hasCondition(pod, 'ContainersReady') &&
      gates.every(({ conditionType }) => hasCondition(pod, conditionType))
    const isKnown = pod.status?.conditions?.some(({ type }) => type === 'Ready') === true
    if (isKnown && isReady(pod) === ready) return
    const lastTransitionTime = timeText(this.#state.clock.now())
    this.#write(pod, {
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime }],
    })
  }

  #write({ metadata }: PodObject, status: object): void {
    this.#state.patch('pods', metadata, { status }, { type: 'strategic', subresource: 'status' })
  }

  #end({ metadata }: PodObject): void {
    const pod = this.#state.find('pods', metadata)
    if (pod?.metadata.uid !== metadata.uid) return
    this.#state.edit('pods', metadata, (draft) => {
      draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((one) => one !== heldByKubelet)
    })
  }
}
