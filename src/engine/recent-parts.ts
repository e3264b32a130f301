import type { Observed, Part, PartChange, Parts } from '../plan/resource.ts'

/** One write. What holds of its keys since stands in `parts`, which the object itself shared when it was written. */
interface Recent {
  readonly at: number
  readonly keys: readonly string[]
  readonly parts: Parts
}

/**
 * Parts that we wrote so lately that a read may not show them yet. Many clouds answer a read of an object's parts from
 * the same late copy as their lists; taken at its word, a rule that was just made would be forgotten.
 */
export class RecentParts {
  /** kind/id -> writes, the oldest first */
  readonly #written = new Map<string, readonly Recent[]>()
  readonly #keepMs: number

  /** `keepMs`: the longest that any read may lag. */
  constructor(keepMs: number) {
    this.#keepMs = keepMs
  }

  /** Our write of these parts was answered; `object` is how it stands since. */
  note(object: Observed, changes: readonly PartChange[]): void {
    if (changes.length === 0) return
    this.#expire(object.asOf)
    const { parts = {}, asOf: at } = object
    // One request carries out some of the changes: the others left their parts as they were.
    const done = changes.filter(({ key, action }) => (action === 'remove') === (parts[key] === undefined))
    const key = keyOf(object)
    const before = (this.#written.get(key) ?? []).filter((one) => one.at + this.#keepMs > at)
    // The one written last stands last, so that what is over stands first.
    this.#written.delete(key)
    this.#written.set(key, [...before, { at, keys: done.map((change) => change.key), parts }])
  }

  /** What a read showed, with what it may not show yet. */
  over(read: Observed, settleMs: number): Observed {
    const written = this.#written.get(keyOf(read))
    if (written === undefined || read.parts === undefined) return read
    const young = written.filter(({ at }) => at + settleMs > read.asOf)
    if (young.length === 0) this.#written.delete(keyOf(read))
    const latest = new Map<string, Part | undefined>()
    for (const { keys, parts } of young) for (const key of keys) latest.set(key, parts[key])
    const has = read.parts
    const differs = [...latest].some(([key, part]) => (part === undefined) === key in has)
    if (!differs) return read
    const parts: Record<string, Part> = { ...has }
    for (const [key, part] of latest)
      if (part === undefined) delete parts[key]
      else parts[key] ??= part
    return { ...read, parts }
  }

  /** Objects that were written once and are not read again would be kept for ever. */
  #expire(now: number): void {
    for (const [key, written] of this.#written) {
      if (written.some(({ at }) => at + this.#keepMs > now)) return
      this.#written.delete(key)
    }
  }
}

const keyOf = (object: Observed): string => `${object.kind}/${object.id}`
