/** Removal of what no Service has any more, on request: the ordinary plan, of which only that part is carried out. */
import { builds, type Hold, type Step } from '../plan/plan.ts'
import type { Observed } from '../plan/resource.ts'

const others: Hold = { for: 'it is not what was asked for', recheckMs: 600_000 }

/** Lets through what takes something of these owners away, and what hands a part of theirs on to those who need it. */
export const onlyOf =
  (uids: ReadonlySet<string>) =>
  (step: Step, seen: Observed | undefined): Hold | undefined => {
    if (!builds(step)) return step.owners.every(({ uid }) => uids.has(uid)) ? undefined : others
    return handsOn(step, uids, seen) ? undefined : others
  }

function handsOn(step: Step, uids: ReadonlySet<string>, seen: Observed | undefined): boolean {
  const { action, fields = [], parts = [] } = step
  if (action !== 'update' || fields.length > 0 || parts.length === 0) return false
  const held = seen?.parts ?? {}
  return parts.every(
    (part) => part.action === 'change' && held[part.key]?.owners.some(({ uid }) => uids.has(uid)),
  )
}

/** Steps that would take something of these owners away. */
export const leavingOf = (steps: readonly Step[], uids: ReadonlySet<string>): readonly Step[] =>
  steps.filter((step) => !builds(step) && step.owners.some(({ uid }) => uids.has(uid)))
