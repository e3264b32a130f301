import type { Clock } from '../lib/clock.ts'

/** A token bucket: `burst` at once, then one every `everyMs`. */
export class Bucket {
  readonly #clock: Clock
  readonly #burst: number
  readonly #everyMs: number
  #tokens: number
  #at: number

  constructor(clock: Clock, burst: number, everyMs: number) {
    this.#clock = clock
    this.#burst = burst
    this.#everyMs = everyMs
    this.#tokens = burst
    this.#at = clock.now()
  }

  /** Takes one, if there is one. */
  take(): boolean {
    const now = this.#clock.now()
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, now - this.#at) / this.#everyMs)
    this.#at = now
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}
