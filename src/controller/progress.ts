import { equal } from '../lib/json.ts'
import type { Problem } from '../model/problem.ts'
import { isCommon } from '../plan/resource.ts'
import type { Step } from '../plan/plan.ts'
import type { ProviderError } from '../provider/errors.ts'
import type { Inventory } from '../engine/inventory.ts'
import type { Parking } from '../engine/parking.ts'
import type { StackRunner } from '../engine/stack-runner.ts'
import type { Wishes } from '../engine/wishes.ts'

/** How far the road to one Service's objects is. */
export interface Progress {
  /** Every stack with something of this Service was planned since the last change and has nothing left to do for it. */
  readonly converged: boolean
  /** Stacks that have yet to be planned on what is wanted now. */
  readonly open: readonly string[]
  /** What is left to do for it. */
  readonly steps: readonly Step[]
  /** Refused changes and lost conflicts. */
  readonly problems: readonly Problem[]
  readonly failure?: ProviderError
}

export interface ProgressParts {
  readonly runner: StackRunner
  readonly wishes: Wishes
  readonly inventory: Inventory
  readonly parking: Parking
}

/** Every stack in which a Service wants or has something. */
export function stacksOf(
  { wishes, inventory }: Pick<ProgressParts, 'wishes' | 'inventory'>,
  uid: string,
): ReadonlySet<string> {
  return new Set([...wishes.stacksOf(uid), ...inventory.ofOwner(uid).map((object) => object.stack)])
}

/** What the members of a group had in common is removed for whoever left it, so that the last one does not go before. */
const goesWithLast = ({ action, owners }: Step): boolean => action === 'delete' && owners.every(isCommon)

export function progressOf(parts: ProgressParts, uid: string): Progress {
  const { runner, parking } = parts
  const steps: Step[] = []
  const problems: Problem[] = [...parking.problems(uid)]
  let failure: ProviderError | undefined
  const open: string[] = []
  const left = new Set(parts.wishes.leftBy(uid))
  for (const stack of stacksOf(parts, uid)) {
    if (runner.isOpen(stack)) open.push(stack)
    const report = runner.report(stack)
    if (report === undefined) continue
    const own = [...(report.stepsOf.get(uid) ?? [])]
    if (left.has(stack)) own.push(...report.steps.filter(goesWithLast))
    for (const step of own) steps.push(step)
    for (const { loser, problem } of report.conflicts) if (loser.uid === uid) problems.push(problem)
    // A failed read in a stack of its own concerns its owner though no step was named.
    const concerns =
      report.failed.length === 0 ? own.length > 0 || stack === uid : report.failed.some((o) => o.uid === uid)
    if (report.failure !== undefined && concerns) failure = report.failure
  }
  for (const { hold } of steps)
    if (hold?.problem !== undefined && !problems.some((one) => equal(one, hold.problem)))
      problems.push(hold.problem)
  const converged = open.length === 0 && steps.length === 0 && failure === undefined
  return { converged, open, steps, problems, ...(failure === undefined ? {} : { failure }) }
}
