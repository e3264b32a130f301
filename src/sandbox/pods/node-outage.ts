import { record } from '../../../localstack/kubernetes/controllers/recorder.ts'
import type { ClusterState } from '../../../localstack/kubernetes/state.ts'
import { silenceNode } from './node-silence.ts'
import type { Pod } from './objects.ts'
import { timeText } from './pod-status.ts'

export interface OutageOptions {
  /** From a node's silence until the cluster says so. Default 2 s; a real cluster waits 50 s. */
  readonly noticeMs?: number
  /** From then until its pods are given up. Default 10 s; a real cluster waits 5 minutes. */
  readonly evictMs?: number
}

/** What the node controller of a cluster does when a kubelet says nothing any more. */
export class NodeOutage {
  readonly #state: ClusterState
  readonly #noticeMs: number
  readonly #evictMs: number
  readonly #silent = new Map<string, () => void>()
  readonly #told = new Map<string, () => void>()

  constructor(state: ClusterState, { noticeMs = 2000, evictMs = 10_000 }: OutageOptions = {}) {
    this.#state = state
    this.#noticeMs = noticeMs
    this.#evictMs = evictMs
  }

  isSilent(node: string): boolean {
    return this.#silent.has(node)
  }

  begin(node: string): void {
    const wait = (ms: number, then: () => void) => this.#silent.set(node, this.#state.clock.after(ms, then))
    wait(this.#noticeMs, () => {
      this.#notice(node)
      wait(this.#evictMs, () => this.#evict(node))
    })
  }

  end(node: string): void {
    this.#silent.get(node)?.()
    this.#silent.delete(node)
    this.#told.get(node)?.()
    this.#told.delete(node)
  }

  close(): void {
    for (const cancel of this.#silent.values()) cancel()
  }

  #podsOf(node: string): readonly Pod[] {
    return (this.#state.list('pods').items as readonly Pod[]).filter(({ spec }) => spec?.nodeName === node)
  }

  #notice(node: string): void {
    if (this.#state.find('nodes', { name: node }) === undefined) return
    this.#told.set(node, silenceNode(this.#state, node))
    const condition = {
      type: 'Ready',
      status: 'False',
      reason: 'NodeNotReady',
      lastTransitionTime: timeText(this.#state.clock.now()),
    }
    for (const pod of this.#podsOf(node)) {
      const isReady = pod.status?.conditions?.some(
        ({ type, status }) => type === 'Ready' && status === 'True',
      )
      if (isReady !== true) continue
      const how = { type: 'strategic', subresource: 'status' } as const
      this.#state.patch('pods', pod.metadata, { status: { conditions: [condition] } }, how)
      this.#tell(pod, 'Warning', 'NodeNotReady', 'Node is not ready')
    }
  }

  #evict(node: string): void {
    for (const pod of this.#podsOf(node)) {
      if (pod.metadata.deletionTimestamp !== undefined) continue
      this.#tell(
        pod,
        'Normal',
        'TaintManagerEviction',
        `Marking for deletion Pod ${pod.metadata.namespace}/${pod.metadata.name}`,
      )
      this.#state.delete('pods', pod.metadata)
    }
  }

  #tell(pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string): void {
    record(this.#state, { apiVersion: 'v1', kind: 'Pod', ...pod }, 'node-controller', {
      type,
      reason,
      message,
    })
  }
}
