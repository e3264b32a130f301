import type { Clock } from '../lib/clock.ts'

/** Slower than this nothing is done in time, and others who call too fast would slow us for ever. */
const slowest = 1

/** A cloud that lets us call faster than this many times a second need not be measured better. */
const mostRecent = 256

/**
 * How fast a cloud lets us call. Without limits until it first throttles; then the rate at that moment is halved,
 * and grows by a tenth with every second of granted calls.
 */
export class Pace {
  readonly #clock: Clock
  /** Calls a second; undefined while nothing was ever refused. */
  #rate: number | undefined
  #free = 0
  #recent: number[] = []
  #slowedAt = -Infinity

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get rate(): number | undefined {
    return this.#rate
  }

  /** Resolves when the next call may be sent. */
  async turn(signal: AbortSignal): Promise<void> {
    const now = this.#clock.now()
    const at = Math.max(now, this.#free)
    if (this.#rate !== undefined) this.#free = at + 1000 / this.#rate
    if (at > now) await this.#clock.sleep(at - now, signal)
    this.#recent.push(at)
    if (this.#recent.length > 2 * mostRecent) this.#recent = this.#recent.slice(-mostRecent)
  }

  granted(): void {
    if (this.#rate === undefined) return
    this.#rate = Math.min(this.#rate + 0.1, 1000)
  }

  throttled(retryAfterMs: number | undefined): void {
    const now = this.#clock.now()
    const lately = this.#recent.filter((sent) => sent > now - 1000).length
    // Calls that were under way together and are refused together say one thing, and say it once.
    if (this.#rate === undefined || now >= this.#slowedAt + 1000) {
      this.#rate = Math.max(slowest, (this.#rate ?? Math.max(lately, 2)) / 2)
      this.#slowedAt = now
    }
    this.#free = Math.max(this.#free, now + (retryAfterMs ?? 1000 / this.#rate))
  }
}
