import { annotationPath } from '../model/problem.ts'
import { leaveKey } from '../model/shared-annotations.ts'
import type { Hold, Step } from './plan.ts'
import type { Owner } from './resource.ts'
import { isGoing, type StackView } from './view.ts'

/** What interrupts traffic waits until everybody whose traffic it is has given leave (law 4). Who goes has none to lose. */
export function withoutLeave(
  view: Pick<StackView, 'leave' | 'ownerState'>,
  outage: string,
  owners: readonly Owner[],
): Hold | undefined {
  const asked = owners.filter((owner) => !isGoing(view.ownerState(owner)) && !view.leave(owner))
  if (asked.length === 0) return undefined
  const names = asked.map(({ name }) => name).join(', ')
  return {
    for: `leave of ${names} to interrupt traffic: ${outage}`,
    recheckMs: 600_000,
    problem: {
      code: 'LB_OUTAGE_NOT_ALLOWED',
      severity: 'error',
      path: annotationPath(leaveKey),
      message: `a change waits because it interrupts traffic: ${outage}`,
      accepted: 'true, while that may happen',
      hint: `set ${leaveKey}: "true" to have it carried out, or take the edit back; what is in place keeps serving`,
    },
  }
}

/** The step, held if it interrupts traffic without leave. */
export function awaitingLeave(view: Pick<StackView, 'leave' | 'ownerState'>, step: Step): Step {
  const { outage, owners } = step
  const hold = step.hold ?? (outage === undefined ? undefined : withoutLeave(view, outage, owners))
  return hold === undefined ? step : { ...step, hold }
}
