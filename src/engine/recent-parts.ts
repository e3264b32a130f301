import type { Observed, Part, PartChange, Parts } from '../plan/resource.ts'

interface Recent {
  readonly at: number
  /** Undefined: it was removed. */
  readonly part: Part | undefined
}

/**
 * Parts that we wrote so lately that a read may not show them yet. Many clouds answer a read of an object's parts from
 * the same late copy as their lists; taken at its word, a rule that was just made would be forgotten.
 */
export class RecentParts {
  /** kind/id -> part key -> what was written */
  readonly #written = new Map<string, Map<string, Recent>>()

  /** Our write of these parts was answered; `object` is how it stands since. */
  note(object: Observed, changes: readonly PartChange[]): void {
    if (changes.length === 0) return
    const written = this.#written.get(keyOf(object)) ?? new Map<string, Recent>()
    for (const { key, action } of changes) {
      const part = object.parts?.[key]
      // One request carries out some of the changes: the others left their parts as they were.
      if ((action === 'remove') === (part === undefined)) written.set(key, { at: object.asOf, part })
    }
    this.#written.set(keyOf(object), written)
  }

  /** What a read showed, with what it may not show yet. */
  over(read: Observed, settleMs: number): Observed {
    const written = this.#written.get(keyOf(read))
    if (written === undefined || read.parts === undefined) return read
    const parts: Record<string, Part> = { ...read.parts }
    for (const [key, { at, part }] of written) {
      if (at + settleMs <= read.asOf) written.delete(key)
      else if (part === undefined) delete parts[key]
      else parts[key] ??= part
    }
    if (written.size === 0) this.#written.delete(keyOf(read))
    return { ...read, parts: parts satisfies Parts }
  }
}

const keyOf = (object: Observed): string => `${object.kind}/${object.id}`
