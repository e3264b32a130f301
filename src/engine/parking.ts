import type { Clock } from '../lib/clock.ts'
import type { Problem } from '../model/problem.ts'
import { followsNode } from '../plan/parts.ts'
import { refKey, type Identity, type Owner } from '../plan/resource.ts'
import type { Hold, Step } from '../plan/plan.ts'

interface Parked {
  readonly at: Identity
  readonly until: number
  readonly hold: string
  /** The cloud had no room, or somebody else had the thing: worth another try when something of the kind goes. */
  readonly full: boolean
  readonly problem?: Problem
}

export interface Refusal {
  readonly hold: string
  readonly ms: number
  readonly full?: boolean
  readonly problem?: Problem
}

/** Ten minutes: how long a refused change waits before it is tried again without a new input. */
export const parkMs = 600_000

type Change = Pick<Step, 'action' | 'fields' | 'parts'>

/** Changes of one sort are refused together: a bad attribute, or part, keeps no node from being registered. */
function sortOf({ action, fields = [], parts = [] }: Change): string {
  if (action !== 'update') return action
  if (fields.length > 0) return 'fields'
  const sort = parts.length > 0 && parts.every((part) => part.action === 'remove') ? 'shrink' : 'parts'
  return parts.length > 0 && parts.every(followsNode) ? `${sort} of nodes` : sort
}

const placeOf = (at: Identity, change: Change): string => `${refKey(at)} ${sortOf(change)}`

/**
 * Changes that the cloud refused, by object, sort and owner. They wait until the owner's input or facts change, or their
 * time is over; other owners' changes to the same object go on.
 */
export class Parking {
  readonly #clock: Clock
  /** uid -> place -> what */
  readonly #parked = new Map<string, Map<string, Parked>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  park(at: Identity & Change, owners: readonly Owner[], refusal: Refusal): void {
    const { hold, ms, full = false, problem } = refusal
    const until = this.#clock.now() + ms
    for (const { uid } of owners) {
      const places = this.#parked.get(uid) ?? new Map<string, Parked>()
      places.set(placeOf(at, at), {
        at,
        until,
        hold,
        full,
        ...(problem === undefined ? {} : { problem }),
      })
      this.#parked.set(uid, places)
    }
  }

  /** Why such a change to this object must wait: it was refused for every one of these owners. */
  hold(at: Identity, owners: readonly Owner[], change: Change): Hold | undefined {
    if (this.#parked.size === 0) return undefined
    let soonest: Parked | undefined
    for (const { uid } of owners) {
      const parked = this.#parked.get(uid)?.get(placeOf(at, change))
      if (parked === undefined || parked.until <= this.#clock.now()) return undefined
      if (soonest === undefined || parked.until < soonest.until) soonest = parked
    }
    return soonest && { for: soonest.hold, recheckMs: soonest.until - this.#clock.now() }
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

  /** Something of this kind went: what found no room may find it now. Answers with the stacks that should look. */
  madeRoom(kind: string): ReadonlySet<string> {
    const stacks = new Set<string>()
    for (const places of this.#parked.values())
      for (const [place, parked] of places) {
        if (!parked.full || parked.at.kind !== kind) continue
        places.delete(place)
        stacks.add(parked.at.stack)
      }
    return stacks
  }
}
