import { ApiFault } from '../fault.ts'
import type { ClusterState } from '../state.ts'
import { follow, keyOf } from './follow.ts'

/** As long as an API server keeps an event that nobody writes any more, unless it is set otherwise. */
const ttlMs = 3_600_000

/** Lets events go an hour after they were last written: a cluster that runs for days does not grow by them. */
export class EventExpiry {
  readonly #state: ClusterState
  /** When each is due. Always the same time after a write: the first is due first. */
  readonly #due = new Map<string, number>()
  #cancel: (() => void) | undefined

  constructor(state: ClusterState) {
    this.#state = state
  }

  start(signal: AbortSignal): void {
    follow(this.#state, 'events', signal, (event, gone) => {
      const key = keyOf(event)
      this.#due.delete(key)
      if (!gone) this.#due.set(key, this.#state.clock.now() + ttlMs)
      if (!signal.aborted) this.#cancel ??= this.#next()
    })
    signal.addEventListener('abort', () => this.#cancel?.(), { once: true })
  }

  #next(): (() => void) | undefined {
    const [first] = this.#due.values()
    if (first === undefined) return undefined
    return this.#state.clock.after(Math.max(0, first - this.#state.clock.now()), () => this.#expire())
  }

  #expire(): void {
    for (const [key, at] of this.#due) {
      if (at > this.#state.clock.now()) break
      this.#drop(key)
    }
    this.#cancel = this.#next()
  }

  #drop(key: string): void {
    this.#due.delete(key)
    const [namespace = '', name = ''] = key.split('/')
    try {
      this.#state.delete('events', { namespace, name })
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error
    }
  }
}
