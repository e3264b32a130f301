import { isActive } from '../apps/pod-state.ts'
import type { PodObject } from '../workload-objects.ts'
import { keyOf } from './follow.ts'
import { controllerOf } from './owners.ts'
import type { Load } from './placement.ts'

interface Counts {
  all: number
  readonly byOwner: Map<string, number>
}

/** How many pods each node has, all and of each owner, kept up to date one pod at a time. */
export class NodeLoads {
  readonly #byNode = new Map<string, Counts>()
  readonly #counted = new Map<string, { readonly node: string; readonly owner: string | undefined }>()

  see(pod: PodObject, gone: boolean): void {
    const key = keyOf(pod)
    const node = pod.spec?.nodeName
    const before = this.#counted.get(key)
    const counts = !gone && node !== undefined && isActive(pod)
    if (before?.node === (counts ? node : undefined)) return
    if (before !== undefined) this.#add(before.node, before.owner, -1)
    this.#counted.delete(key)
    if (!counts) return
    const owner = controllerOf(pod)?.uid
    this.#counted.set(key, { node, owner })
    this.#add(node, owner, 1)
  }

  of(pod: PodObject): (node: string) => Load {
    const owner = controllerOf(pod)?.uid
    return (node) => {
      const counts = this.#byNode.get(node)
      return {
        siblings: owner === undefined ? 0 : (counts?.byOwner.get(owner) ?? 0),
        all: counts?.all ?? 0,
      }
    }
  }

  #add(node: string, owner: string | undefined, by: number): void {
    const counts = this.#byNode.get(node) ?? { all: 0, byOwner: new Map<string, number>() }
    this.#byNode.set(node, counts)
    counts.all += by
    if (owner === undefined) return
    const left = (counts.byOwner.get(owner) ?? 0) + by
    if (left === 0) counts.byOwner.delete(owner)
    else counts.byOwner.set(owner, left)
  }
}
