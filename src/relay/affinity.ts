import type { Clock } from '../lib/clock.ts'

interface Pin<T> {
  readonly target: T
  readonly at: number
}

/**
 * Which target a client address had last, for a time that only its new connections renew. The clients who came longest
 * ago are forgotten first, when their time is over or there are too many.
 */
export class Affinity<T> {
  readonly #clock: Clock
  readonly #most: number
  /** In the order of `at`. */
  readonly #pins = new Map<string, Pin<T>>()

  constructor(clock: Clock, most = 100_000) {
    this.#clock = clock
    this.#most = most
  }

  get size(): number {
    return this.#pins.size
  }

  find(client: string, timeoutMs: number): T | undefined {
    const pin = this.#pins.get(client)
    return pin === undefined || this.#isOver(pin, timeoutMs) ? undefined : pin.target
  }

  pin(client: string, target: T, timeoutMs: number): void {
    this.#pins.delete(client)
    this.#pins.set(client, { target, at: this.#clock.now() })
    for (const [oldest, pin] of this.#pins) {
      if (this.#pins.size <= this.#most && !this.#isOver(pin, timeoutMs)) return
      this.#pins.delete(oldest)
    }
  }

  /** Those who came longest ago first. */
  *entries(timeoutMs: number): Iterable<readonly [client: string, target: T, ageMs: number]> {
    const now = this.#clock.now()
    for (const [client, pin] of this.#pins)
      if (!this.#isOver(pin, timeoutMs)) yield [client, pin.target, now - pin.at]
  }

  /** Who came before there was anybody here. Those who came longest ago first. */
  adopt(client: string, target: T, ageMs: number): void {
    this.#pins.set(client, { target, at: this.#clock.now() - ageMs })
  }

  /** Everything about these goes. */
  forget(isGone: (target: T) => boolean): void {
    for (const [client, pin] of this.#pins) if (isGone(pin.target)) this.#pins.delete(client)
  }

  #isOver(pin: Pin<T>, timeoutMs: number): boolean {
    const age = this.#clock.now() - pin.at
    // A clock that was set back must not keep a pin for longer than its time.
    return age >= timeoutMs || age < 0
  }
}
