import { ApiFault } from '../fault.ts'

/**
 * Keys to look at again. Each is looked at once after whoever watches has been told of the change, however often it was
 * marked meanwhile. A refusal by the API (a namespace that ends, say) is left until the next change.
 */
export class Queue {
  readonly #keys = new Set<string>()
  readonly #look: (key: string) => void
  readonly #signal: AbortSignal

  constructor(look: (key: string) => void, signal: AbortSignal) {
    this.#look = look
    this.#signal = signal
  }

  add(key: string): void {
    if (this.#keys.size === 0) queueMicrotask(() => this.#flush())
    this.#keys.add(key)
  }

  #flush(): void {
    const keys = [...this.#keys]
    this.#keys.clear()
    for (const key of keys) if (!this.#signal.aborted) this.#try(key)
  }

  #try(key: string): void {
    try {
      this.#look(key)
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error
    }
  }
}
