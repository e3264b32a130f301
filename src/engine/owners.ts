import type { Owner } from '../plan/resource.ts'
import type { Cause, OwnerState } from '../plan/view.ts'

/** What the service loop knows of an owner, for those who plan objects of several owners. */
export interface OwnerEntry {
  readonly owner: Owner
  readonly state: OwnerState
  readonly causes: readonly Cause[]
  /** The live wish is the accepted one: what was not read yet may be taken to be as it was left. */
  readonly trusted: boolean
  /** The finalizer is on the stored object. */
  readonly armed: boolean
}

export class Owners {
  readonly #entries = new Map<string, OwnerEntry>()

  get(uid: string): OwnerEntry | undefined {
    return this.#entries.get(uid)
  }

  set(entry: OwnerEntry): void {
    this.#entries.set(entry.owner.uid, entry)
  }

  forget(uid: string): void {
    this.#entries.delete(uid)
  }

  state = (owner: Owner): OwnerState => this.#entries.get(owner.uid)?.state ?? 'unknown'

  all(): Iterable<OwnerEntry> {
    return this.#entries.values()
  }

  get size(): number {
    return this.#entries.size
  }
}
