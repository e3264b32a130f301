/**
 * One stack, planned: what is wanted against what is there.
 *
 *   wanted  seen     ->  step
 *   yes     no           create      (or read first: a foreign object that nobody has looked at yet)
 *   yes     yes          update      fields and added parts in one step, removed parts in a second one after it
 *   yes     failed       repair      removed, so that the next round makes it anew
 *   no      yes          delete      when every owner may be judged, nothing refers to it, lists are complete
 *   no      foreign      parts of ours leave, the object stays
 *
 * A plan is a picture (law 3): only steps without needs and hold are carried out, then everything is planned again.
 */
import { Draft } from './draft.ts'
import { orderByFit } from './fit.ts'
import { refsIn } from './leaves.ts'
import { needsUpdated } from './needs-updated.ts'
import type { Step } from './plan.ts'
import { refKey, type Observed, type Ref, type Resource } from './resource.ts'
import { planUnwanted } from './unwanted.ts'
import type { Read, StackView } from './view.ts'
import { planWanted } from './wanted.ts'

export interface StackPlan {
  readonly steps: readonly Step[]
  readonly reads: readonly Read[]
  /** Objects that nobody wants and whose owner nobody has seen: the sweep's. */
  readonly orphans: readonly Observed[]
}

export function planStack(view: StackView): StackPlan {
  const draft = new Draft(view)
  for (const want of view.desired) planWanted(draft, want)
  if (view.observed.length > 0) planSeen(draft)
  return {
    steps: orderByFit(needsUpdated(draft.steps, view.desired), view.kinds),
    reads: draft.reads,
    orphans: draft.orphans,
  }
}

/** What is there beside what is wanted. */
function planSeen(draft: Draft): void {
  const { view } = draft
  const wanted = new Set(view.desired.map(refKey))
  const twin = (item: Observed) => draft.seen.get(refKey(item)) !== item
  planUnwanted(
    draft,
    view.observed.filter((item) => !wanted.has(refKey(item)) || twin(item)),
  )
}

/** Every object that a spec points at. */
export const refsOf = (resource: Resource): readonly Ref[] => [
  ...refsIn(resource.spec),
  ...(resource.needs ?? []),
  ...(resource.within === undefined ? [] : [resource.within]),
]
