import { busyHold, meet, stepId, type Draft } from './draft.ts'
import { diffParts, removable } from './parts.ts'
import type { Hold } from './plan.ts'
import { builds } from './plan.ts'
import type { FieldChange, Observed, Ref, Resource } from './resource.ts'
import { whyUpdate } from './why.ts'

interface Swap {
  readonly fields: readonly FieldChange[]
  /** The one that cannot change in place. */
  readonly stuck: FieldChange
  readonly missing: readonly Ref[]
}

/**
 * An object that has to be made anew and cannot stand beside itself: it goes once everything else that was planned
 * before it is in place, and its successor comes right after. What is between the two is an outage, and the plan says so.
 */
export function planSwap(
  draft: Draft,
  want: Resource,
  seen: Observed,
  { fields, stuck, missing }: Swap,
): void {
  const { view } = draft
  const { needs: refs, hold } = draft.prerequisites(want, missing)
  const before = draft.steps.filter((step) => builds(step) && meet(step.owners, want.owners))
  const needs = [...new Set([...refs, ...before.map(({ id }) => id)])]
  const out = stepId(want, 'swap out')
  const outage = `${stuck.path} cannot change in place, so it is removed and made anew at once`
  const why = whyUpdate(view, want, fields, [])
  draft.touching.set(seen.id, out)
  draft.push(want, seen, {
    action: 'delete',
    verb: 'swap out',
    before: seen.spec,
    needs,
    hold: hold ?? neededByOthers(draft, want, seen) ?? (seen.state === 'busy' ? busyHold(want) : undefined),
    owners: want.owners,
    why,
    outage,
  })
  draft.push(want, undefined, {
    action: 'create',
    verb: 'create',
    after: want.spec,
    parts: diffParts(view, draft.kind(want), want, undefined).put,
    needs: [...needs, out],
    owners: want.owners,
    why,
  })
}

/** Law 1: what somebody else owns too, who may not be judged, is not taken from under him. */
function neededByOthers({ view }: Draft, want: Resource, seen: Observed): Hold | undefined {
  const others = seen.owners.filter(({ uid }) => want.owners.every((owner) => owner.uid !== uid))
  if (others.length === 0 || removable(view, others)) return undefined
  return {
    for: `${others.map(({ name }) => name).join(', ')} may still need the one that is there`,
    recheckMs: 600_000,
  }
}
