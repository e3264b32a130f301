import { isActive } from '../apps/pod-state.ts'
import { timeText } from '../metadata.ts'
import type { ClusterState } from '../state.ts'
import type { PodObject } from '../workload-objects.ts'
import { follow, keyOf } from './follow.ts'
import { NodeLoads } from './node-loads.ts'
import { placementOf } from './placement.ts'
import { Queue } from './queue.ts'
import { record } from './recorder.ts'

/** Gives each pod a node. One that fits nowhere waits until a node changes. */
export class Scheduler {
  readonly #state: ClusterState
  readonly #waiting = new Set<string>()
  readonly #loads = new NodeLoads()

  constructor(state: ClusterState) {
    this.#state = state
  }

  start(signal: AbortSignal): void {
    const queue = new Queue((key) => this.#place(key), signal)
    follow(this.#state, 'pods', signal, (pod: PodObject, gone) => {
      this.#loads.see(pod, gone)
      if (gone) this.#waiting.delete(keyOf(pod))
      else if (pod.spec?.nodeName === undefined && isActive(pod) && !this.#waiting.has(keyOf(pod)))
        queue.add(keyOf(pod))
    })
    follow(this.#state, 'nodes', signal, () => {
      for (const key of this.#waiting) queue.add(key)
    })
  }

  #place(key: string): void {
    const pod = this.#state.find('pods', key) as PodObject | undefined
    this.#waiting.delete(key)
    if (pod === undefined || pod.spec?.nodeName !== undefined || !isActive(pod)) return
    const placement = placementOf(pod, this.#state.list('nodes').items, this.#loads.of(pod))
    const time = timeText(this.#state.clock.now())
    const condition = { type: 'PodScheduled', lastTransitionTime: time }
    const name = `${pod.metadata.namespace ?? 'default'}/${pod.metadata.name}`
    if ('why' in placement) {
      this.#waiting.add(key)
      const found = { ...condition, status: 'False', reason: 'Unschedulable', message: placement.why }
      this.#report(key, found)
      record(this.#state, pod, 'default-scheduler', {
        reason: 'FailedScheduling',
        message: placement.why,
        type: 'Warning',
      })
      return
    }
    this.#state.patch('pods', key, { spec: { nodeName: placement.node } })
    this.#report(key, { ...condition, status: 'True' })
    record(this.#state, pod, 'default-scheduler', {
      reason: 'Scheduled',
      message: `Successfully assigned ${name} to ${placement.node}`,
    })
  }

  #report(key: string, condition: object): void {
    this.#state.patch(
      'pods',
      key,
      { status: { conditions: [condition] } },
      { type: 'strategic', subresource: 'status' },
    )
  }
}
