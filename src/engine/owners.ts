import type { Problem } from '../model/problem.ts'
import { isCommon, type Owner } from '../plan/resource.ts'
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
  /** Changes that interrupt its traffic may be carried out. */
  readonly leave?: boolean
  /** Tells whether facts changed what is wanted. */
  readonly hash?: string
  /** Of its live input, warnings included. */
  readonly problems?: readonly Problem[]
}

export class Owners {
  readonly #entries = new Map<string, OwnerEntry>()
  readonly #clusterUid: string | undefined
  readonly #undecided: ReadonlySet<string>
  /** uids of owners that nobody has seen and whose objects are to go. */
  readonly #orphans = new Set<string>()
  /** Owners whose wish cannot be read. */
  readonly #frozen = new Map<string, Owner>()

  readonly #hasIn: (uid: string, stack: string) => boolean

  /**
   * What all Services share is owned by the cluster: it may go when nobody wants it and everybody was asked, that is
   * when every Service of the store was decided on and none of them is frozen. What a group shares is owned by its
   * stack, and only those count that have something there.
   */
  constructor(
    clusterUid?: string,
    undecided: ReadonlySet<string> = new Set(),
    hasIn: (uid: string, stack: string) => boolean = () => true,
  ) {
    this.#clusterUid = clusterUid
    this.#undecided = undecided
    this.#hasIn = hasIn
  }

  get(uid: string): OwnerEntry | undefined {
    return this.#entries.get(uid)
  }

  set(entry: OwnerEntry): void {
    this.#entries.set(entry.owner.uid, entry)
    this.#orphans.delete(entry.owner.uid)
    if (entry.state === 'frozen') this.#frozen.set(entry.owner.uid, entry.owner)
    else this.#frozen.delete(entry.owner.uid)
  }

  /** Nobody has seen this owner, and its objects are to go: as long as nobody sees it. */
  abandon(uid: string): void {
    if (this.#entries.has(uid) || this.#undecided.has(uid)) return
    this.#orphans.add(uid)
  }

  /** Its objects are the sweep's again. */
  keep(uid: string): void {
    this.#orphans.delete(uid)
  }

  get abandoned(): ReadonlySet<string> {
    return this.#orphans
  }

  forget(uid: string): void {
    this.#entries.delete(uid)
    this.#frozen.delete(uid)
  }

  state = (owner: Owner): OwnerState => {
    if (owner.uid === this.#clusterUid) return this.clusterState
    if (isCommon(owner)) return this.#stateOfGroup(owner.uid)
    const known = this.#entries.get(owner.uid)
    if (known !== undefined) return known.state
    if (this.#undecided.has(owner.uid)) return 'pending'
    return this.#orphans.has(owner.uid) ? 'orphan' : 'unknown'
  }

  #stateOfGroup(stack: string): OwnerState {
    if (this.undecided) return 'pending'
    return this.frozen.some(({ uid }) => this.#hasIn(uid, stack)) ? 'pending' : 'settled'
  }

  /** Another text when what several share may be judged otherwise than before. */
  get judgement(): string {
    return `${this.undecided} ${[...this.#frozen.keys()].join()}`
  }

  /** Whether what the cluster owns may be judged. */
  get clusterState(): OwnerState {
    return this.#frozen.size === 0 && !this.undecided ? 'settled' : 'pending'
  }

  /** Services of the store wait to be decided on. */
  get undecided(): boolean {
    return this.#undecided.size > 0
  }

  get frozen(): readonly Owner[] {
    return this.#frozen.size === 0 ? [] : [...this.#frozen.values()]
  }

  all(): Iterable<OwnerEntry> {
    return this.#entries.values()
  }

  get size(): number {
    return this.#entries.size
  }
}
