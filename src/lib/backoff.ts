export interface BackoffOptions {
  /** Delay after the first failure. Default 5 s. */
  readonly baseMs?: number
  /** No delay is longer. Default 300 s. */
  readonly maxMs?: number
  /** The share of a delay that is left to chance, 0 to 1. Default 0.2: a delay is 80 to 100 % of its step. */
  readonly jitter?: number
  /** A number in [0, 1). */
  readonly random?: () => number
}

/** How long a key waits before it is tried again: doubling from failure to failure, forgotten on success. */
export class Backoff {
  readonly #failures = new Map<string, number>()
  readonly #baseMs: number
  readonly #maxMs: number
  readonly #jitter: number
  readonly #random: () => number

  constructor(opts: BackoffOptions = {}) {
    this.#baseMs = opts.baseMs ?? 5_000
    this.#maxMs = opts.maxMs ?? 300_000
    this.#jitter = opts.jitter ?? 0.2
    this.#random = opts.random ?? Math.random
  }

  /** Counts a failure of `key` and answers the delay in milliseconds. */
  failed(key: string): number {
    const failures = this.failures(key) + 1
    this.#failures.set(key, failures)
    const step = Math.min(this.#maxMs, this.#baseMs * 2 ** (failures - 1))
    return Math.round(step * (1 - this.#jitter * this.#random()))
  }

  succeeded(key: string): void {
    this.#failures.delete(key)
  }

  failures(key: string): number {
    return this.#failures.get(key) ?? 0
  }

  /** How many keys are failing now. */
  get size(): number {
    return this.#failures.size
  }
}
