import type { Clock } from '../lib/clock.ts'
import type { Problem } from '../model/problem.ts'
import { refKey, type Identity, type Owner } from '../plan/resource.ts'
import type { Hold } from '../plan/plan.ts'

interface Parked {
  readonly until: number
  readonly hold: string
  readonly problem?: Problem
}

/** Ten minutes: how long a refused change waits before it is tried again without a new input. */
export const parkMs = 600_000

/**
 * Changes that the cloud refused, by object and owner. They wait until the owner's input or facts change, or their
 * time is over; other owners' changes to the same object go on.
 */
export class Parking {
  readonly #clock: Clock
  /** uid -> refKey -> what */
  readonly #parked = new Map<string, Map<string, Parked>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  park(at: Identity, owners: readonly Owner[], hold: string, ms: number, problem?: Problem): void {
    for (const { uid } of owners) {
      const byObject = this.#parked.get(uid) ?? new Map<string, Parked>()
      byObject.set(refKey(at), {
        until: this.#clock.now() + ms,
        hold,
        ...(problem === undefined ? {} : { problem }),
      })
      this.#parked.set(uid, byObject)
    }
  }

  /** Why a change to this object for these owners must wait. */
  hold(at: Identity, owners: readonly Owner[]): Hold | undefined {
    for (const { uid } of owners) {
      const parked = this.#parked.get(uid)?.get(refKey(at))
      if (parked === undefined) continue
      const left = parked.until - this.#clock.now()
      if (left > 0) return { for: parked.hold, recheckMs: left }
      this.#parked.get(uid)?.delete(refKey(at))
    }
    return undefined
  }

  problems(uid: string): readonly Problem[] {
    const now = this.#clock.now()
    return [...(this.#parked.get(uid)?.values() ?? [])].flatMap((parked) =>
      parked.problem === undefined || parked.until <= now ? [] : [parked.problem],
    )
  }

  /** The owner's input or facts changed: what was refused may pass now. */
  release(uid: string): void {
    this.#parked.delete(uid)
  }
}
