/**
 * What exists, as far as we know: filled by lists, corrected by reads, written through by every step (law 8).
 * A list is late and may miss what is new, so it never overwrites what was written or read since `settleMs` before it
 * began, and a miss drops only entries older than that. Deletes leave tombstones for as long.
 */
import { equal } from '../lib/json.ts'
import type { Identity, Observed, Owner, PartChange, Parts, Resource } from '../plan/resource.ts'
import { refKey } from '../plan/resource.ts'
import type { Kind, ReadResult } from '../provider/kind.ts'
import { ObservedIndex } from './observed-index.ts'
import { RecentParts } from './recent-parts.ts'

interface Suspicion {
  readonly uids: ReadonlySet<string>
  /** Clock ms of the last such write. */
  readonly at: number
}

/** A list under way. */
export interface Listing {
  readonly kind: string
  readonly began: number
  readonly seen: Set<string>
}

export type Changed = (object: Observed) => void

export class Inventory {
  readonly #kinds: Readonly<Record<string, Kind>>
  readonly #index: ObservedIndex
  /** kind/id -> clock ms of the delete. */
  readonly #tombstones = new Map<string, number>()
  /** refKey -> what a create wanted whose answer was lost */
  readonly #doubts = new Map<string, Resource>()
  /** kind/id -> for whom a write of then may have put something into the object that no read has shown or ruled out */
  readonly #suspects = new Map<string, Suspicion>()
  readonly #recent: RecentParts
  readonly #listedAt = new Map<string, number>()
  readonly #changed: Changed

  /** `changed` hears of what lists and reads showed to be otherwise than we knew; not of our own writes. */
  constructor(kinds: Readonly<Record<string, Kind>>, changed: Changed = () => {}) {
    this.#kinds = kinds
    this.#index = new ObservedIndex((object) => kinds[object.kind])
    this.#recent = new RecentParts(Math.max(0, ...Object.values(kinds).map(({ settleMs }) => settleMs)))
    this.#changed = changed
  }

  /** Kinds that have lists of their own. */
  get listable(): readonly string[] {
    const absorbed = new Set(Object.values(this.#kinds).flatMap((kind) => kind.absorbs))
    return Object.keys(this.#kinds).filter((name) => !absorbed.has(name))
  }

  find = (to: Identity): Observed | undefined => this.#index.find(to)
  referrers = (id: string): readonly Observed[] => this.#index.referrers(id)
  inStack = (stack: string): readonly Observed[] => this.#index.inStack(stack)

  /** What a Service has, and what it may have because a write for it was never answered. */
  ofOwner = (uid: string): readonly Observed[] => {
    const found = this.#index.ofOwner(uid)
    if (this.#suspects.size === 0) return found
    const all = new Set(found)
    for (const [key, { uids }] of this.#suspects) {
      const object = uids.has(uid) ? this.#index.at(key) : undefined
      if (object !== undefined) all.add(object)
    }
    return [...all]
  }

  all = (): Iterable<Observed> => this.#index.all()
  get(kind: string, id: string): Observed | undefined {
    return this.#index.get(kind, id)
  }

  /** Every kind was listed to the end, in lists that began at or after `since`. */
  listedSince(since: number): boolean {
    return this.listable.every((kind) => (this.#listedAt.get(kind) ?? -1) >= since)
  }

  /** What our own call answered: `asOf` is when the answer came, for whatever was asked before may not show it. */
  wrote(object: Observed, changes: readonly PartChange[] = []): void {
    this.#index.put(object)
    this.#recent.note(object, changes)
    this.#doubts.delete(refKey(object))
    this.#tombstones.delete(keyOf(object))
  }

  deleted(object: Observed, at: number): void {
    for (const child of this.#within(object)) this.deleted(child, at)
    this.#index.remove(object)
    this.#suspects.delete(keyOf(object))
    this.#tombstones.set(keyOf(object), at)
  }

  /** A request was sent and nobody knows whether it took effect for `owners`: read before anything else there. */
  doubt(seen: Observed, at: number, owners: readonly Owner[] = []): void {
    this.#index.put({ ...seen, state: 'doubt', asOf: Math.max(seen.asOf, at) })
    if (owners.length > 0) this.suspect(seen, at, owners)
  }

  /** Something of these owners may be in there that reads do not show yet: only one that began `settleMs` later tells. */
  suspect(seen: Observed, at: number, owners: readonly Owner[]): void {
    const before = this.#suspects.get(keyOf(seen))?.uids ?? []
    this.#suspects.set(keyOf(seen), { uids: new Set([...before, ...owners.map((owner) => owner.uid)]), at })
  }

  /** What may hold something of this Service that was not seen, and from when on a read can tell. */
  suspectsOf(uid: string): readonly { readonly object: Observed; readonly tellsAt: number }[] {
    return [...this.#suspects].flatMap(([key, { uids, at }]) => {
      const object = uids.has(uid) ? this.#index.at(key) : undefined
      return object === undefined ? [] : [{ object, tellsAt: at + this.#settleMs(object.kind) }]
    })
  }

  #settleMs(kind: string): number {
    return this.#kinds[kind]?.settleMs ?? 0
  }

  /** A look that began late enough shows all that there is. */
  #clear(object: Observed, began: number): void {
    const suspicion = this.#suspects.get(keyOf(object))
    if (suspicion !== undefined && began >= suspicion.at + this.#settleMs(object.kind))
      this.#suspects.delete(keyOf(object))
  }

  /** A create was sent and its answer lost: what it wanted must be looked for, also when nobody wants it any more. */
  doubtCreate(want: Resource): void {
    this.#doubts.set(refKey(want), want)
  }

  doubtsIn(stack: string): readonly Resource[] {
    return [...this.#doubts.values()].filter((want) => want.stack === stack)
  }

  /** Whether something may have been made for this Service that was not found yet. */
  mayHaveMade(uid: string): boolean {
    return [...this.#doubts.values()].some((want) => want.owners.some((owner) => owner.uid === uid))
  }

  doubtless(want: Resource): void {
    this.#doubts.delete(refKey(want))
  }

  /** What a read showed; undefined means that the object is gone. */
  read(seen: Observed | undefined, result: ReadResult | undefined): void {
    if (result === undefined) {
      if (seen === undefined) return
      for (const child of this.#within(seen)) this.#index.remove(child)
      this.#index.remove(seen)
      this.#suspects.delete(keyOf(seen))
      this.#changed(seen)
      return
    }
    const { inside = [] } = result
    const object = this.#recent.over(result.object, this.#settleMs(result.object.kind))
    const before = this.get(object.kind, object.id)
    if (this.#isOlder(object)) return
    this.#clear(object, object.asOf)
    this.wrote(object)
    if (before !== undefined && !sameContent(before, object)) this.#changed(object)
    const shown = new Set(inside.map(keyOf))
    const absorbs = this.#kinds[object.kind]?.absorbs ?? []
    for (const child of this.#within(object)) {
      if (!absorbs.includes(child.kind) || shown.has(keyOf(child)) || child.asOf > object.asOf) continue
      this.#index.remove(child)
      this.#changed(child)
    }
    for (const child of inside) {
      const known = this.get(child.kind, child.id)
      if (this.#isOlder(child)) continue
      this.wrote(child)
      if (known === undefined || !sameContent(known, child)) this.#changed(child)
    }
  }

  /** A read that was sent before our last write or delete there was answered shows what was, not what is. */
  #isOlder(object: Observed): boolean {
    const gone = this.#tombstones.get(keyOf(object))
    if (gone !== undefined && gone >= object.asOf) return true
    const known = this.get(object.kind, object.id)
    return known !== undefined && known.asOf > object.asOf
  }

  beginList(kind: string, began: number): Listing {
    return { kind, began, seen: new Set() }
  }

  listed(listing: Listing, item: Observed): void {
    listing.seen.add(item.id)
    const settleMs = this.#settleMs(listing.kind)
    const tombstone = this.#tombstones.get(keyOf(item))
    if (tombstone !== undefined && tombstone + settleMs >= listing.began) return
    const known = this.get(item.kind, item.id)
    if (known === undefined) {
      this.#index.put(item)
      this.#changed(item)
      return
    }
    if (known.asOf + settleMs > listing.began || known.state === 'doubt') return
    const parts = this.#partsAfter(known, item)
    const merged: Observed = {
      ...known,
      ...item,
      spec: { ...known.spec, ...item.spec },
      out: { ...known.out, ...item.out },
      depth: known.depth === 'read' ? 'read' : item.depth,
      // What a list cannot tell is as it was read last.
      serving: item.serving === 'unreadable' ? known.serving : item.serving,
      ...(parts === undefined ? {} : { parts }),
    }
    this.#index.put(merged)
    if (!sameContent(known, merged)) this.#changed(merged)
  }

  /** The list was read to its end: what it lacks is gone, unless it is too young to show. */
  endList(listing: Listing): void {
    const settleMs = this.#settleMs(listing.kind)
    for (const known of this.#index.all()) {
      if (known.kind !== listing.kind || listing.seen.has(known.id)) continue
      if (known.asOf + settleMs > listing.began || known.state === 'doubt') continue
      if (known.body === 'foreign') this.#emptied(known)
      else this.read(known, undefined)
    }
    for (const [key, at] of this.#tombstones) if (at + settleMs < listing.began) this.#tombstones.delete(key)
    this.#listedAt.set(listing.kind, listing.began)
  }

  /** A foreign object does not vanish from a list of ours: only our parts do. */
  #emptied(known: Observed): void {
    const kept = Object.entries(known.parts ?? {}).filter(([, part]) => part.foreign === true)
    if (kept.length === Object.keys(known.parts ?? {}).length) return
    const after = { ...known, parts: Object.fromEntries(kept) }
    this.#index.put(after)
    this.#changed(after)
  }

  #partsAfter(known: Observed, item: Observed): Parts | undefined {
    if (this.#kinds[item.kind]?.partsListed !== true || item.parts === undefined) return known.parts
    const foreign = Object.entries(known.parts ?? {}).filter(([, part]) => part.foreign === true)
    return { ...Object.fromEntries(foreign), ...item.parts }
  }

  #within(parent: Observed): readonly Observed[] {
    const key = refKey(parent)
    return this.inStack(parent.stack).filter(
      (child) => child.within !== undefined && refKey(child.within) === key,
    )
  }
}

const keyOf = (object: { readonly kind: string; readonly id: string }): string =>
  `${object.kind}/${object.id}`

const sameContent = (a: Observed, b: Observed): boolean =>
  a.state === b.state && a.serving === b.serving && equal(a.spec, b.spec) && equal(a.parts, b.parts)
