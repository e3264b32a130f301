import { sweepDeep, sweepLists, type SweepOptions } from '../engine/sweep.ts'
import { aborted } from '../lib/aborted.ts'
import type { Log } from '../observe/log.ts'
import { ProviderError } from '../provider/errors.ts'

export interface SweepsParts extends Omit<SweepOptions, 'onError' | 'onListed'> {
  readonly log: Log
  /** A sweep of lists ended; `recovered`: the first ones, after failures. */
  readonly onListed: (recovered: boolean) => void
  /** What exists cannot be listed yet, for a reason that was not told before. */
  readonly onFailure: () => void
}

/**
 * The background reading of one term, and what it rests on: until the first lists are complete their failure is every
 * Service's, for nothing can be done for any of them.
 */
export class Sweeps {
  readonly #parts: SweepsParts
  readonly #listed = Promise.withResolvers<void>()
  readonly #told = Promise.withResolvers<void>()
  #failure: ProviderError | undefined

  constructor(parts: SweepsParts) {
    this.#parts = parts
  }

  /** Why what exists could not be listed yet. */
  get failure(): ProviderError | undefined {
    return this.#failure
  }

  /** The first lists are complete. */
  get listed(): Promise<void> {
    return this.#listed.promise
  }

  /** The first lists are complete, or cannot be had for now. */
  get told(): Promise<void> {
    return this.#told.promise
  }

  /** Reads until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const options: SweepOptions = {
      ...this.#parts,
      onError: (error) => this.#failed(error),
      onListed: () => this.#ended(),
    }
    const lists = sweepLists(options, signal)
    await Promise.race([this.told, aborted(signal)])
    await Promise.all([lists, sweepDeep(options, signal)])
  }

  #ended(): void {
    const recovered = this.#failure !== undefined
    this.#failure = undefined
    this.#listed.resolve()
    this.#told.resolve()
    this.#parts.onListed(recovered)
  }

  #failed(error: unknown): void {
    const { log, inventory, onFailure } = this.#parts
    log.warn('a sweep failed', { error })
    if (inventory.listedSince(0) || !(error instanceof ProviderError)) return
    const isNew = this.#failure?.code !== error.code
    this.#failure = error
    this.#told.resolve()
    if (isNew) onFailure()
  }
}
