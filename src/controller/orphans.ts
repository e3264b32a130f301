import type { Log } from '../observe/log.ts'
import type { Observed } from '../plan/resource.ts'

/** Objects with our tags whose Service nobody has seen: told once each, and left to whoever looks after them. */
export class Orphans {
  readonly #log: Log
  readonly #told = new Set<string>()

  constructor(log: Log) {
    this.#log = log
  }

  tell({ kind, id, owners }: Observed): void {
    if (this.#told.has(id)) return
    this.#told.add(id)
    const service = owners.map((owner) => owner.name).join(', ')
    this.#log.warn('an object of ours has no Service', { kind, id, service })
  }
}
