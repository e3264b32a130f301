import { isProtected } from '../plan/protection.ts'
import type { Step } from '../plan/plan.ts'
import type { StackPlan } from '../plan/stack-plan.ts'
import { isOurs } from './execute.ts'
import type { Priority } from './gates.ts'
import type { RunnerParts } from './stack-runner.ts'

/** A busy object is looked at again no sooner than this. */
const busyAgainMs = 1_500
/** One that may not be deleted, no sooner than this. */
const protectedAgainMs = 55_000

/** What must be looked at in the cloud before a stack can be planned. */
export class StackReads {
  readonly #parts: Pick<RunnerParts, 'inventory' | 'cloud' | 'clock' | 'kinds'>

  constructor(parts: Pick<RunnerParts, 'inventory' | 'cloud' | 'clock' | 'kinds'>) {
    this.#parts = parts
  }

  /** What was busy when we last looked may be ready by now (law 12), and what could not be deleted may be by now. */
  async busy(stack: string, steps: readonly Step[], rank: Priority, signal: AbortSignal): Promise<void> {
    const { inventory, cloud, clock, kinds } = this.#parts
    const goes = new Set(
      steps.flatMap(({ action, target }) => (action === 'delete' && target ? [target] : [])),
    )
    for (const object of inventory.inStack(stack)) {
      const form = kinds[object.kind]
      const stays = form !== undefined && goes.has(object.id) && isProtected(form, object.spec)
      const againMs = object.state === 'busy' ? busyAgainMs : stays ? protectedAgainMs : Infinity
      if (object.asOf + againMs > clock.now()) continue
      inventory.read(object, await cloud.read(object, rank, signal))
    }
  }

  /** A create whose answer was lost: look whether it is there before anything else. */
  async doubtful(stack: string, rank: Priority, signal: AbortSignal): Promise<void> {
    const { inventory, cloud } = this.#parts
    for (const want of inventory.doubtsIn(stack)) {
      const found = await cloud.find(want, rank, signal)
      if (found !== undefined && isOurs(found.object, want)) inventory.read(undefined, found)
      inventory.doubtless(want)
    }
  }

  /** Reads what a plan must know first, and tells whether anything was learned. */
  async asked(reads: StackPlan['reads'], rank: Priority, signal: AbortSignal): Promise<boolean> {
    const { inventory, cloud } = this.#parts
    const learned = await Promise.all(
      reads.map(async (read) => {
        if ('seen' in read) {
          inventory.read(read.seen, await cloud.read(read.seen, rank, signal))
          return true
        }
        const found = await cloud.find(read.want, rank, signal)
        if (found !== undefined) inventory.read(undefined, found)
        return found !== undefined
      }),
    )
    return learned.includes(true)
  }
}
