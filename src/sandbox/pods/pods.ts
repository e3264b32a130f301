import { heldByKubelet } from '../../../localstack/kubernetes/apps/pod-grace.ts'
import { follow, keyOf } from '../../../localstack/kubernetes/controllers/follow.ts'
import { podAddresses } from '../../../localstack/kubernetes/controllers/pod-addresses.ts'
import { record } from '../../../localstack/kubernetes/controllers/recorder.ts'
import type { PodRunner } from '../../../localstack/kubernetes/controllers/run.ts'
import { ApiFault } from '../../../localstack/kubernetes/fault.ts'
import type { ClusterState } from '../../../localstack/kubernetes/state.ts'
import { equal } from '../../lib/json.ts'
import type { NodeObject } from '../../model/objects.ts'
import type { Launcher } from './launch.ts'
import type { Pod, PodStatus } from './objects.ts'
import { NodeOutage, type OutageOptions } from './node-outage.ts'
import { PodLife, type PodPlace, type PodTools } from './pod-life.ts'

/** Runs the pods of all nodes, and writes their status as kubelets do. */
export class SandboxPods implements PodRunner {
  readonly #state: ClusterState
  readonly #tools: PodTools
  readonly #addresses = podAddresses()
  /** By uid. */
  readonly #lives = new Map<string, PodLife>()
  readonly #byKey = new Map<string, string>()
  /** Pods whose node is not there yet. */
  readonly #homeless = new Set<string>()
  readonly #ending = new Set<string>()
  readonly #outage: NodeOutage
  #signal: AbortSignal = AbortSignal.abort()

  constructor(state: ClusterState, launcher: Launcher, options: OutageOptions = {}) {
    this.#state = state
    this.#outage = new NodeOutage(state, options)
    this.#tools = {
      clock: state.clock,
      launcher,
      report: (pod, status) => this.#write(pod, status),
      tell: (pod, type, reason, message) => {
        this.#attempt(() =>
          record(state, { apiVersion: 'v1', kind: 'Pod', ...pod }, 'kubelet', { type, reason, message }),
        )
      },
    }
  }

  start(signal: AbortSignal): void {
    this.#signal = signal
    follow(this.#state, 'nodes', signal, (node, gone) => this.#meetNode(node, gone))
    for (const kind of ['configmaps', 'secrets'] as const)
      follow(this.#state, kind, signal, ({ metadata }) => this.#refresh(metadata.namespace ?? 'default'))
    follow(this.#state, 'pods', signal, (pod, gone) => this.#meet(pod as unknown as Pod, gone))
    signal.addEventListener('abort', () => {
      for (const life of this.#lives.values()) life.vanish()
      this.#lives.clear()
      this.#outage.close()
      this.#tools.launcher.close()
    })
  }

  /** The pod as it runs here, if it does. */
  life(namespace: string, name: string): PodLife | undefined {
    return this.#lives.get(this.#byKey.get(`${namespace}/${name}`) ?? '')
  }

  /** Whether there is such a pod, running here or not. */
  knows(namespace: string, name: string): boolean {
    return this.#state.find('pods', { namespace, name }) !== undefined
  }

  /** SIGKILL for all of a pod's containers, or one. False: nothing runs there. */
  kill(namespace: string, name: string, container?: string): boolean {
    return this.life(namespace, name)?.kill(container) ?? false
  }

  /** The node falls silent: its pods vanish at once, and the cluster notices after a while. False: no such node. */
  stopNode(name: string): boolean {
    if (this.#state.find('nodes', { name }) === undefined) return false
    if (this.#outage.isSilent(name)) return true
    this.#outage.begin(name)
    for (const life of this.#livesOn(name)) life.vanish()
    return true
  }

  /** The node is back: it begins what it still has, and ends what was deleted meanwhile. */
  startNode(name: string): boolean {
    if (this.#state.find('nodes', { name }) === undefined) return false
    if (!this.#outage.isSilent(name)) return true
    this.#outage.end(name)
    for (const life of this.#livesOn(name)) {
      if (life.pod.metadata.deletionTimestamp === undefined) life.begin()
      else void this.#end(life)
    }
    this.#retryHomeless()
    return true
  }

  #livesOn(node: string): readonly PodLife[] {
    return [...this.#lives.values()].filter(({ pod }) => pod.spec?.nodeName === node)
  }

  #meet(pod: Pod, gone: boolean): void {
    const { uid = '', deletionTimestamp } = pod.metadata
    const life = this.#lives.get(uid)
    if (gone) return this.#forget(pod)
    if (life === undefined) {
      if (deletionTimestamp === undefined && pod.spec?.nodeName !== undefined && !isOver(pod))
        this.#begin(pod)
      return
    }
    life.update(pod)
    if (deletionTimestamp === undefined || this.#ending.has(uid)) return
    if (!this.#outage.isSilent(pod.spec?.nodeName ?? '')) void this.#end(life)
  }

  #begin(pod: Pod): void {
    const { uid = '' } = pod.metadata
    const place = this.#placeOf(pod)
    if (place === undefined) return void this.#homeless.add(keyOf(pod))
    this.#homeless.delete(keyOf(pod))
    const life = new PodLife(pod, place, this.#tools)
    this.#lives.set(uid, life)
    this.#byKey.set(keyOf(pod), uid)
    // Not from inside of the event: whoever bound the pod has more to say of it.
    queueMicrotask(() => {
      if (this.#signal.aborted || this.#lives.get(uid) !== life) return
      this.#attempt(() => {
        const { finalizers = [] } = this.#state.get('pods', pod.metadata).metadata
        if (!finalizers.includes(heldByKubelet))
          this.#state.patch('pods', pod.metadata, {
            metadata: { finalizers: [...finalizers, heldByKubelet] },
          })
      })
      life.begin()
    })
  }

  #placeOf(pod: Pod): PodPlace | undefined {
    const node = this.#state.find('nodes', { name: pod.spec?.nodeName ?? '' })
    const hostIp = node?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address
    if (node === undefined || this.#outage.isSilent(node.metadata.name)) return undefined
    if (pod.spec?.hostNetwork === true && hostIp !== undefined) return { ips: [hostIp], hostIp }
    const { podCIDRs = [] } = node.spec ?? {}
    const ips = this.#addresses.assign(pod.metadata.uid ?? '', podCIDRs)
    return ips.length === 0 ? undefined : { ips, hostIp }
  }

  async #end(life: PodLife): Promise<void> {
    const { metadata, spec } = life.pod
    const { uid = '' } = metadata
    this.#ending.add(uid)
    const seconds = metadata.deletionGracePeriodSeconds || (spec?.terminationGracePeriodSeconds ?? 30)
    await life.end(seconds * 1000)
    if (!this.#signal.aborted) this.#release(life.pod)
  }

  /** Nothing of it runs: the API server may let it go. */
  #release({ metadata }: Pod): void {
    this.#attempt(() => {
      if (this.#state.find('pods', metadata)?.metadata.uid !== metadata.uid) return
      this.#state.edit('pods', metadata, (draft) => {
        draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((one) => one !== heldByKubelet)
      })
    })
  }

  #forget(pod: Pod): void {
    const { uid = '' } = pod.metadata
    this.#lives.get(uid)?.vanish()
    if (this.#lives.delete(uid)) this.#tools.launcher.forget(pod)
    this.#ending.delete(uid)
    this.#homeless.delete(keyOf(pod))
    if (this.#byKey.get(keyOf(pod)) === uid) this.#byKey.delete(keyOf(pod))
    this.#addresses.release(uid)
  }

  /** What pods of a namespace have mounted may have changed. Only those with a folder look. */
  #refresh(namespace: string): void {
    for (const { self } of this.#lives.values())
      if ((self.pod.metadata.namespace ?? 'default') === namespace) this.#tools.launcher.refresh(self)
  }

  #meetNode({ metadata: { name } }: NodeObject, gone: boolean): void {
    if (!gone) return this.#retryHomeless()
    for (const life of this.#livesOn(name)) life.vanish()
    // Later: others have to hear of the node first.
    queueMicrotask(() => this.#collect(name))
  }

  /** Pods of a node that is deleted are nowhere: nobody else would let them go. */
  #collect(node: string): void {
    if (this.#state.find('nodes', { name: node }) !== undefined) return
    for (const pod of this.#state.list('pods').items as readonly Pod[]) {
      if (pod.spec?.nodeName !== node) continue
      this.#release(pod)
      this.#attempt(() => {
        if (this.#state.find('pods', pod.metadata)?.metadata.uid === pod.metadata.uid)
          this.#state.delete('pods', pod.metadata)
      })
    }
  }

  #retryHomeless(): void {
    for (const key of this.#homeless) {
      const pod = this.#state.find('pods', key) as Pod | undefined
      if (pod !== undefined) this.#begin(pod)
    }
  }

  #write({ metadata }: Pod, status: PodStatus): void {
    this.#attempt(() => {
      const latest = this.#state.find('pods', metadata) as Pod | undefined
      if (latest === undefined || latest.metadata.uid !== metadata.uid) return
      const own = new Set(status.conditions?.map(({ type }) => type))
      const others = latest.status?.conditions?.filter(({ type }) => !own.has(type)) ?? []
      const next = { ...latest.status, ...status, conditions: [...others, ...(status.conditions ?? [])] }
      if (equal(latest.status, next)) return
      this.#state.update('pods', { ...latest, status: next }, { subresource: 'status' })
    })
  }

  /** A refusal of the API server (the namespace ends, the pod has gone) is no failure of the pod. */
  #attempt(run: () => void): void {
    try {
      run()
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error
    }
  }
}

const isOver = ({ status }: Pod): boolean => ['Succeeded', 'Failed'].includes(status?.phase ?? '')
