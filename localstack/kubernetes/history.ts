import type { AnyObject, ResourceName } from './object.ts'
import { expired } from './fault.ts'

export interface Change {
  readonly version: number
  readonly resource: ResourceName
  readonly key: string
  /** The object before and after; no `after` is a deletion. */
  readonly before: AnyObject | undefined
  readonly after: AnyObject | undefined
}

interface Listener {
  seen: number
  readonly tell: (change: Change) => void
}

/**
 * The last changes of the cluster, in order, and those who follow them. A listener may change the cluster while it is
 * being told: the new change waits its turn, so everybody sees the same order.
 */
export class History {
  readonly #limit: number
  readonly #listeners = new Set<Listener>()
  #changes: Change[] = []
  #compacted = 0
  #untold: Change[] = []
  #telling = false

  constructor(limit: number) {
    this.#limit = limit
  }

  record(change: Change): void {
    this.#changes.push(change)
    // Cut in steps, so that a long run does not copy the list on every change.
    if (this.#changes.length > this.#limit * 1.25) this.compact(this.#changes.at(-this.#limit - 1)?.version)
    this.#untold.push(change)
    this.#inTurn(() => undefined)
  }

  /** The changes after `version`, oldest first; 410 when some of them are forgotten. */
  after(version: number): readonly Change[] {
    if (version < this.#compacted) throw expired(`too old resource version: ${version} (${this.#compacted})`)
    return this.#changes.filter((change) => change.version > version)
  }

  /** Tells every change after `version`, those of the past at once. */
  follow(version: number, tell: (change: Change) => void): () => void {
    const past = this.after(version)
    const listener = { seen: version, tell }
    this.#listeners.add(listener)
    this.#inTurn(() => {
      for (const change of past) this.#tell(listener, change)
    })
    return () => this.#listeners.delete(listener)
  }

  /** Forgets all changes up to `version`, by default all. */
  compact(version = this.#changes.at(-1)?.version): void {
    if (version === undefined) return
    this.#compacted = Math.max(this.#compacted, version)
    this.#changes = this.#changes.filter((change) => change.version > version)
  }

  #inTurn(first: () => void): void {
    if (this.#telling) return first()
    this.#telling = true
    try {
      first()
      for (let next = this.#untold.shift(); next !== undefined; next = this.#untold.shift())
        for (const listener of this.#listeners) this.#tell(listener, next)
    } finally {
      this.#telling = false
    }
  }

  #tell(listener: Listener, change: Change): void {
    if (!this.#listeners.has(listener) || change.version <= listener.seen) return
    listener.seen = change.version
    listener.tell(change)
  }
}
