import type { Clock } from '../lib/clock.ts'
import type { ServiceObject } from '../model/objects.ts'
import { movingSince } from './conditions.ts'
import type { Decision } from './decide.ts'
import type { Progress } from './progress.ts'
import { servingOf, type PublishParts } from './publish.ts'
import { isUnread, lacksOf, type Move, type Serving } from './takeover.ts'

const servingAgainMs = 15_000
/** After this a move is told to have stalled. It goes on all the same, and is looked at less often. */
const giveUpMs = 600_000
const stalledAgainMs = 60_000

interface MoveWatchParts extends Pick<PublishParts, 'provider' | 'inventory'> {
  readonly clock: Clock
  readonly wakeStack: (stack: string, uid: string, rank: number) => void
  readonly again: (uid: string, ms: number) => void
}

/** Looks how far the moves of Services are, by reads that were made for it. */
export class MoveWatch {
  readonly #parts: MoveWatchParts
  /** uid -> clock ms when its move began, and when its objects were last looked at for it */
  readonly #moves = new Map<string, { readonly began: number; readonly lookedAt: number }>()

  constructor(parts: MoveWatchParts) {
    this.#parts = parts
  }

  forget(uid: string): void {
    this.#moves.delete(uid)
  }

  /** How far a move is: what the new set lacks before it can take over. Looks again soon while there is something. */
  move(service: ServiceObject, decision: Decision, progress: Progress): Move {
    const { uid = '' } = service.metadata
    if (!decision.moving) {
      this.#moves.delete(uid)
      return { serves: true }
    }
    const { clock, again } = this.#parts
    const now = clock.now()
    const began = movingSince(service) ?? now
    const move = this.#moves.get(uid) ?? { began, lookedAt: -Infinity }
    this.#moves.set(uid, move)
    const stalled = now >= move.began + giveUpMs
    if (!progress.converged) return { serves: false, stalled }
    const everyMs = stalled ? stalledAgainMs : servingAgainMs
    again(uid, everyMs)
    const [fresh, old] = [servingOf(this.#parts, decision.live), servingOf(this.#parts, decision.before)]
    if (now >= move.lookedAt + everyMs && this.#look([...fresh, ...old], uid)) {
      this.#moves.set(uid, { ...move, lookedAt: now })
      return { serves: false, stalled }
    }
    const lacks = lacksOf(fresh, old)
    return lacks.length === 0 ? { serves: true } : { serves: false, stalled, lacks }
  }

  /** Has read whatever tells whether traffic passes: an answer to a write does not. False: nothing does. */
  #look(serving: readonly Serving[], uid: string): boolean {
    const { inventory, wakeStack, clock } = this.#parts
    const telling = serving.flatMap((one) =>
      one.seen !== undefined &&
      (one.seen.healthy !== undefined || one.seen.serving === false || isUnread(one))
        ? [one.seen]
        : [],
    )
    for (const seen of telling) inventory.doubt(seen, clock.now())
    for (const stack of new Set(telling.map((seen) => seen.stack))) wakeStack(stack, uid, 0)
    return telling.length > 0
  }
}
