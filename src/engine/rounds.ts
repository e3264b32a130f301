import { equal } from '../lib/json.ts'
import type { Step } from '../plan/plan.ts'
import { ProviderError } from '../provider/errors.ts'
import type { Executed } from './execute.ts'

/** A plan that goes stale under our hands is made anew this often before it counts as a failure. */
const staleRounds = 3

/** Reads in a row, with no step between them, that a run may need to know what there is. */
const readRounds = 10

/** Watches that a run gets somewhere: a step that was done and is planned again unchanged would go on for ever. */
export class Rounds {
  #done = 0
  #stale = 0
  #reads = 0
  readonly #last = new Map<string, readonly unknown[]>()

  /** uids of everybody for whom something was done. */
  readonly owners = new Set<string>()

  get done(): number {
    return this.#done
  }

  /** The plan asked for reads. Throws when it asks for ever. */
  looked(stack: string): void {
    if (++this.#reads <= readRounds) return
    const op = `read stack ${stack}`
    const message = 'the cloud does not show what the plan must know'
    throw new ProviderError({ kind: 'unknown', code: 'Unreadable', op, sent: 'no', message })
  }

  /** Why the run must end now, if it must. */
  count(step: Step, outcome: Executed['outcome']): ProviderError | undefined {
    this.#reads = 0
    if (outcome instanceof ProviderError) return outcome
    if (outcome === 'stale') {
      this.#stale++
      return this.#stale > staleRounds
        ? stop(step, 'Stale', 'the object kept changing while it was written')
        : undefined
    }
    if (outcome === 'parked') return undefined
    this.#done++
    for (const { uid } of step.owners) this.owners.add(uid)
    const changes = [step.fields, step.parts]
    if (equal(this.#last.get(step.id), changes))
      return stop(step, 'NoEffect', 'the cloud accepted the change and shows the object as before')
    this.#last.set(step.id, changes)
    return undefined
  }
}

const stop = (step: Step, code: string, message: string): ProviderError =>
  new ProviderError({
    kind: 'stale',
    code,
    op: `${step.action} ${step.kind} ${step.key}`,
    sent: 'no',
    message,
  })
