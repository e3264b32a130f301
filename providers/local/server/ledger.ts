import type { Records, Written } from './records.ts'

interface Batch {
  readonly done: Promise<void>
  /** It stood on another one that could not be kept. */
  failed?: Error
}

/**
 * The records, and their way to where they are kept. What is answered is kept; writes that come while one is being kept
 * are kept together. If keeping fails, the records are those that were kept last, and every write since then is refused.
 */
export class Ledger {
  readonly #save: (records: Records) => Promise<void>
  readonly #onKept: (records: Records) => void
  #kept: Records
  #newest: Records
  #running: Promise<void> = Promise.resolve()
  #waiting: Batch | undefined

  constructor(
    records: Records,
    save: (records: Records) => Promise<void> = () => Promise.resolve(),
    onKept: (records: Records) => void = () => {},
  ) {
    this.#kept = records
    this.#newest = records
    this.#save = save
    this.#onKept = onKept
  }

  /** What is kept. */
  get records(): Records {
    return this.#kept
  }

  /** Rejects with what `act` throws, or with what kept it from being kept. */
  async write<T>(act: (records: Records) => Written<T>): Promise<T> {
    const { records, value } = act(this.#newest)
    if (records === this.#newest) {
      await (this.#waiting?.done ?? this.#running)
      return value
    }
    this.#newest = records
    this.#waiting ??= this.#queue()
    await this.#waiting.done
    return value
  }

  #queue(): Batch {
    const batch: { -readonly [Key in keyof Batch]: Batch[Key] } = { done: Promise.resolve() }
    batch.done = this.#running.catch(() => {}).then(() => this.#keep(batch))
    this.#running = batch.done
    return batch
  }

  async #keep(batch: Batch): Promise<void> {
    if (this.#waiting === batch) this.#waiting = undefined
    if (batch.failed !== undefined) throw batch.failed
    const records = this.#newest
    try {
      await this.#save(records)
    } catch (error) {
      this.#newest = this.#kept
      const next = this.#waiting
      this.#waiting = undefined
      const failed = error instanceof Error ? error : new Error(String(error))
      if (next !== undefined) (next as { failed?: Error }).failed = failed
      throw failed
    }
    this.#kept = records
    this.#onKept(records)
  }
}
