import type { Clock } from '../lib/clock.ts'
import { equal } from '../lib/json.ts'
import { targetNodes, type TargetNode } from '../model/nodes.ts'
import type { NodeObject } from '../model/objects.ts'

/** Events that follow within this time join the first one's answer (law 13). */
const joinMs = 1_000

/**
 * The eligible nodes as one array that stays the same object until the set changes, so that whoever computes from it
 * can remember by it. The first event counts at once; those within the next second are taken together.
 */
export class NodeSet {
  readonly #list: () => readonly NodeObject[]
  readonly #clock: Clock
  readonly #changed: (change: { readonly joined: number; readonly left: number }) => void
  #nodes: readonly TargetNode[] = []
  #quietUntil = 0
  #waiting: (() => void) | undefined

  constructor(
    list: () => readonly NodeObject[],
    clock: Clock,
    changed: (change: { readonly joined: number; readonly left: number }) => void,
  ) {
    this.#list = list
    this.#clock = clock
    this.#changed = changed
  }

  get nodes(): readonly TargetNode[] {
    return this.#nodes
  }

  /** A node changed somehow. */
  touched(): void {
    if (this.#waiting !== undefined) return
    const left = this.#quietUntil - this.#clock.now()
    if (left <= 0) this.refresh()
    else
      this.#waiting = this.#clock.after(left, () => {
        this.#waiting = undefined
        this.refresh()
      })
  }

  /** Looks at the nodes as they are now. */
  refresh(): void {
    this.#quietUntil = this.#clock.now() + joinMs
    const next = targetNodes(this.#list())
    const before = new Map(this.#nodes.map((node) => [node.name, node]))
    const joined = next.filter((node) => !equal(before.get(node.name), node)).length
    const names = new Set(next.map((node) => node.name))
    const left = this.#nodes.filter((node) => !names.has(node.name)).length
    if (joined === 0 && left === 0) return
    this.#nodes = next
    this.#changed({ joined, left })
  }

  stop(): void {
    this.#waiting?.()
    this.#waiting = undefined
  }
}
