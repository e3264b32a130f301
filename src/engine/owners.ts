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
  readonly #clusterUid: string | undefined
  readonly #allDecided: () => boolean
  /** How many may not be judged. */
  #unjudged = 0

  /**
   * What all Services share is owned by the cluster: it may go when nobody wants it and everybody was asked, that is
   * when every Service of the store was decided on and none of them is frozen.
   */
  constructor(clusterUid?: string, allDecided: () => boolean = () => true) {
    this.#clusterUid = clusterUid
    this.#allDecided = allDecided
  }

  get(uid: string): OwnerEntry | undefined {
    return this.#entries.get(uid)
  }

  set(entry: OwnerEntry): void {
    this.#count(entry.owner.uid, -1)
    this.#entries.set(entry.owner.uid, entry)
    this.#count(entry.owner.uid, 1)
  }

  forget(uid: string): void {
    this.#count(uid, -1)
    this.#entries.delete(uid)
  }

  state = (owner: Owner): OwnerState => {
    if (owner.uid === this.#clusterUid) return this.clusterState
    return this.#entries.get(owner.uid)?.state ?? 'unknown'
  }

  /** Whether what the cluster owns may be judged. */
  get clusterState(): OwnerState {
    return this.#unjudged === 0 && this.#allDecided() ? 'settled' : 'pending'
  }

  #count(uid: string, by: 1 | -1): void {
    const state = this.#entries.get(uid)?.state
    if (state === 'frozen' || state === 'pending') this.#unjudged += by
  }

  all(): Iterable<OwnerEntry> {
    return this.#entries.values()
  }

  get size(): number {
    return this.#entries.size
  }
}
