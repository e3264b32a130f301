import { equal } from '../../../src/lib/json.ts'
import { selects } from '../apps/selector.ts'
import { availableAt, byWorth, isActive, isReady } from '../apps/pod-state.ts'
import type { AnyObject } from '../object.ts'
import type { ClusterState } from '../state.ts'
import type { PodObject, ReplicaSetObject } from '../workload-objects.ts'
import { follow, keyOf } from './follow.ts'
import { ObjectIndex } from './object-index.ts'
import { controlledBy, controllerOf } from './owners.ts'
import { Queue } from './queue.ts'
import { record } from './recorder.ts'
import { byController, ownedBy, unownedIn } from './terms.ts'

/** Keeps as many pods as each ReplicaSet asks for. */
export class ReplicaSetController {
  readonly #state: ClusterState
  readonly #pods: ObjectIndex<'pods'>
  readonly #waits = new Map<string, () => void>()

  constructor(state: ClusterState) {
    this.#state = state
    this.#pods = new ObjectIndex(state, 'pods', byController)
  }

  start(signal: AbortSignal): void {
    this.#pods.start(signal)
    const queue = new Queue((key) => this.#look(key, queue), signal)
    follow(this.#state, 'replicasets', signal, (set, gone) => {
      if (gone) this.#cancel(keyOf(set))
      else queue.add(keyOf(set))
    })
    follow(this.#state, 'pods', signal, (pod) => {
      const namespace = pod.metadata.namespace ?? 'default'
      const owner = controllerOf(pod)
      if (owner?.kind === 'ReplicaSet') queue.add(`${namespace}/${owner.name}`)
      else if (owner === undefined)
        for (const set of this.#state.list('replicasets', { namespace }).items)
          if (selects(set.spec?.selector, pod.metadata.labels)) queue.add(keyOf(set))
    })
    signal.addEventListener('abort', () => {
      for (const cancel of this.#waits.values()) cancel()
    })
  }

  #cancel(key: string): void {
    this.#waits.get(key)?.()
    this.#waits.delete(key)
  }

  #look(key: string, queue: Queue): void {
    const set = this.#state.find('replicasets', key)
    if (set === undefined) return
    if (set.metadata.deletionTimestamp === undefined) this.#balance(set, this.#podsOf(set))
    // Asked again: what was made and ended just now counts.
    this.#report(set, this.#podsOf(set), queue)
  }

  /** Its own pods, and those that match and have no owner, which it takes on. */
  #podsOf(set: ReplicaSetObject): readonly PodObject[] {
    const { namespace, uid, deletionTimestamp } = set.metadata
    const isOne = (pod: PodObject) => isActive(pod) && selects(set.spec?.selector, pod.metadata.labels)
    const own = (this.#pods.of(ownedBy(uid)) as readonly PodObject[]).filter(isOne)
    const found =
      deletionTimestamp === undefined ? (this.#pods.of(unownedIn(namespace)) as readonly PodObject[]) : []
    const adopted = found.filter(isOne)
    for (const { metadata } of adopted)
      this.#state.patch('pods', metadata, { metadata: { ownerReferences: [controlledBy(set)] } })
    return [...own, ...adopted]
  }

  #balance(set: ReplicaSetObject, pods: readonly PodObject[]): void {
    const missing = (set.spec?.replicas ?? 0) - pods.length
    for (let count = 0; count < missing; count++) this.#make(set)
    if (missing < 0)
      for (const pod of byWorth(pods).slice(0, -missing)) {
        this.#state.delete('pods', pod.metadata)
        this.#say(set, 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
      }
  }

  #make(set: ReplicaSetObject): void {
    const { metadata: { labels = {}, annotations = {} } = {}, spec } = set.spec?.template ?? {}
    const pod = this.#state.create('pods', {
      metadata: {
        name: '',
        generateName: `${set.metadata.name}-`,
        namespace: set.metadata.namespace ?? 'default',
        labels,
        annotations,
        ownerReferences: [controlledBy(set)],
      },
      spec,
    } as AnyObject)
    this.#say(set, 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`)
  }

  #say(set: ReplicaSetObject, reason: string, message: string): void {
    record(this.#state, set, 'replicaset-controller', { reason, message })
  }

  #report(set: ReplicaSetObject, pods: readonly PodObject[], queue: Queue): void {
    const key = keyOf(set)
    const times = pods.map((pod) => availableAt(pod, set.spec?.minReadySeconds ?? 0))
    const now = this.#state.clock.now()
    const waiting = times.filter((time) => time !== undefined && time > now) as number[]
    this.#cancel(key)
    if (waiting.length > 0)
      this.#waits.set(
        key,
        this.#state.clock.after(Math.min(...waiting) - now, () => queue.add(key)),
      )
    const labels = set.spec?.template?.metadata?.labels
    const status = {
      replicas: pods.length,
      fullyLabeledReplicas: pods.filter((pod) => selects({ matchLabels: labels ?? {} }, pod.metadata.labels))
        .length,
      readyReplicas: pods.filter(isReady).length,
      availableReplicas: times.filter((time) => time !== undefined && time <= now).length,
      observedGeneration: set.metadata.generation ?? 0,
    }
    const latest = this.#state.find('replicasets', key)
    if (latest === undefined || equal({ ...latest.status }, status)) return
    this.#state.update('replicasets', { ...latest, status }, { subresource: 'status' })
  }
}
