/**
 * Time as a value that is handed in. Production code never calls `Date.now` or `setTimeout` itself, so a test can
 * run an hour in a millisecond and every wait can be cut short by a signal.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms`, or at once when `signal` aborts. It never rejects: callers look at the signal. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls `run` once after `ms`; the answer cancels it. */
  after(ms: number, run: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve()
      const done = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal?.addEventListener('abort', done, { once: true })
    }),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

/** Time that nobody can set: it starts with the process and only goes on. For how long things take, never for dates. */
export const monotonicClock: Clock = { ...systemClock, now: () => performance.now() }

interface Waiter {
  at: number
  order: number
  run: () => void
}

/** A clock that moves only when told to. `advance` runs what falls due in order, letting promises settle in between. */
export class VirtualClock implements Clock {
  #now: number
  #order = 0
  #waiting: Waiter[] = []

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve()
      const cancel = this.after(ms, resolve)
      signal?.addEventListener(
        'abort',
        () => {
          cancel()
          resolve()
        },
        { once: true },
      )
    })
  }

  after(ms: number, run: () => void): () => void {
    const waiter = { at: this.#now + Math.max(0, ms), order: this.#order++, run }
    this.#waiting.push(waiter)
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== waiter)
    }
  }

  /** When the next waiter falls due, or undefined when nothing waits. */
  get nextAt(): number | undefined {
    return this.#next()?.at
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await settle()
    for (let next = this.#next(); next !== undefined && next.at <= end; next = this.#next()) {
      this.#now = Math.max(this.#now, next.at)
      this.#waiting = this.#waiting.filter((other) => other !== next)
      next.run()
      await settle()
    }
    this.#now = end
    await settle()
  }

  #next(): Waiter | undefined {
    let first: Waiter | undefined
    for (const waiter of this.#waiting) {
      if (
        first === undefined ||
        waiter.at < first.at ||
        (waiter.at === first.at && waiter.order < first.order)
      )
        first = waiter
    }
    return first
  }
}

/** Lets everything that is already runnable run: microtasks, then the event loop's next turn, a few times over. */
export async function settle(turns = 3): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
}
