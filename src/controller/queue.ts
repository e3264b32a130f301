/**
 * Keys to work on. A key stands in the queue once, is never worked on twice at a time, and is worked on again when it
 * was added meanwhile. Higher ranks go first, equal ones in order of arrival. The key carries no event and no object:
 * whoever takes it looks at how things are now.
 */
import type { Clock } from '../lib/clock.ts'

export interface QueueOptions {
  readonly clock: Clock
  readonly workers: number
}

export class Queue {
  readonly #options: QueueOptions
  /** key -> rank */
  readonly #waiting = new Map<string, number>()
  /** rank -> keys in order of arrival */
  readonly #ranks = new Map<number, Set<string>>()
  readonly #running = new Set<string>()
  readonly #again = new Map<string, number>()
  /** key -> the timer of a later add */
  readonly #later = new Map<string, { readonly at: number; readonly cancel: () => void }>()
  #wake: () => void = () => {}

  constructor(options: QueueOptions) {
    this.#options = options
  }

  get depth(): number {
    return this.#waiting.size
  }

  /** Nothing waits and nothing runs; later adds do not count. */
  get idle(): boolean {
    return this.#waiting.size === 0 && this.#running.size === 0
  }

  /** When a later add is due, clock ms. */
  dueAt(key: string): number | undefined {
    return this.#later.get(key)?.at
  }

  isRunning(key: string): boolean {
    return this.#running.has(key)
  }

  add(key: string, rank: number): void {
    this.#later.get(key)?.cancel()
    this.#later.delete(key)
    if (this.#running.has(key)) {
      this.#again.set(key, Math.max(rank, this.#again.get(key) ?? rank))
      return
    }
    const held = this.#waiting.get(key)
    if (held !== undefined && held >= rank) return
    if (held !== undefined) this.#ranks.get(held)?.delete(key)
    this.#waiting.set(key, rank)
    const keys = this.#ranks.get(rank)
    if (keys === undefined) this.#ranks.set(rank, new Set([key]))
    else keys.add(key)
    this.#wake()
  }

  /** Adds the key in `ms`, unless it is added before. The earliest of several times counts. */
  addAfter(key: string, ms: number, rank: number): void {
    if (this.#waiting.has(key)) return
    const at = this.#options.clock.now() + ms
    const other = this.#later.get(key)
    if (other !== undefined && other.at <= at) return
    other?.cancel()
    this.#later.set(key, { at, cancel: this.#options.clock.after(ms, () => this.add(key, rank)) })
  }

  /** Runs `work` on keys until the signal aborts, then lets what is running end. `work` must not throw. */
  async run(work: (key: string, rank: number) => Promise<void>, signal: AbortSignal): Promise<void> {
    const stopped = Promise.withResolvers<void>()
    const stop = () => {
      this.#wake()
      stopped.resolve()
    }
    signal.addEventListener('abort', stop, { once: true })
    const running = new Set<Promise<void>>()
    const start = () => {
      while (!signal.aborted && running.size < this.#options.workers) {
        const next = this.#take()
        if (next === undefined) return
        const job = this.#work(next, work).finally(() => {
          running.delete(job)
          start()
        })
        running.add(job)
      }
    }
    this.#wake = start
    start()
    if (!signal.aborted) await stopped.promise
    this.#wake = () => {}
    for (const later of this.#later.values()) later.cancel()
    this.#later.clear()
    while (running.size > 0) await Promise.all(running)
  }

  async #work(
    next: { key: string; rank: number },
    work: (key: string, rank: number) => Promise<void>,
  ): Promise<void> {
    this.#running.add(next.key)
    await work(next.key, next.rank)
    this.#running.delete(next.key)
    const again = this.#again.get(next.key)
    this.#again.delete(next.key)
    if (again !== undefined) this.add(next.key, again)
  }

  #take(): { key: string; rank: number } | undefined {
    const rank = Math.max(...[...this.#ranks].filter(([, keys]) => keys.size > 0).map(([known]) => known))
    for (const key of this.#ranks.get(rank) ?? []) {
      this.#ranks.get(rank)?.delete(key)
      this.#waiting.delete(key)
      return { key, rank }
    }
    return undefined
  }
}
