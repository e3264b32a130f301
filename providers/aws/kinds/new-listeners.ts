import type { Clock } from '../../../src/lib/clock.ts'
import { ProviderError } from '../../../src/provider/errors.ts'
import { isNotFound, settleMs } from './shared.ts'

/** A listener that was just made may be unknown to parts of AWS for a moment. */
export const notYet = (error: ProviderError): ProviderError =>
  new ProviderError({
    kind: 'busy',
    code: error.code,
    op: error.op,
    sent: 'no',
    message: error.message,
    cause: error,
  })

/** Remembers listeners while they are new: that AWS does not find one of those is no reason to make another. */
export class NewListeners {
  readonly #clock: Clock
  /** ARN -> clock ms at which it was made. */
  readonly #made = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  made(arn: string): void {
    this.#made.set(arn, this.#clock.now())
  }

  async patient<T>(arn: string, call: Promise<T>): Promise<T> {
    try {
      return await call
    } catch (error) {
      throw isNotFound(error) && this.#isNew(arn) ? notYet(error as ProviderError) : error
    }
  }

  #isNew(arn: string): boolean {
    const now = this.#clock.now()
    for (const [other, at] of this.#made) if (at + settleMs <= now) this.#made.delete(other)
    return this.#made.has(arn)
  }
}
