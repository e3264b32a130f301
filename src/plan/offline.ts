import type { Problem } from '../model/problem.ts'
import type { Blueprint } from '../provider/blueprint.ts'
import { withoutHeld } from './held-elsewhere.ts'
import { mergeStack, type Conflict, type Contribution } from './merge.ts'
import { orderByFit } from './fit.ts'
import { needsUpdated } from './needs-updated.ts'
import { observedOffline, onceEach } from './observed-offline.ts'
import { orderSteps } from './order.ts'
import type { Plan, Step } from './plan.ts'
import { completeOwners } from './partial-owner.ts'
import { removalsLast } from './removals-last.ts'
import { refKey, type Observed, type PartChange, type Resource } from './resource.ts'
import { planStack } from './stack-plan.ts'
import type { StackView } from './view.ts'

export interface OfflinePlan extends Plan {
  /** What `problems` says of claims that lost, each with its loser. */
  readonly conflicts: readonly Conflict[]
}

/**
 * The plan for a cloud that is not asked: empty, or as a facts file describes it. Whose wish is not among the
 * contributions is somebody else, whose objects and parts stay.
 */
export function planOffline(
  provider: Pick<Blueprint, 'name' | 'kinds'>,
  asked: readonly Contribution[],
  listed: readonly Observed[] = [],
): OfflinePlan {
  const observed = completeOwners(
    onceEach(listed),
    asked.map(({ owner }) => owner),
  )
  const existing = observedOffline(observed, provider.kinds)
  const { contributions, conflicts: held } =
    observed.length === 0
      ? { contributions: asked, conflicts: [] }
      : withoutHeld(asked, provider.kinds, existing.find)
  const stacks = new Map<string, Contribution[]>()
  for (const contribution of contributions) {
    for (const [stack, resources] of Map.groupBy(contribution.resources, (resource) => resource.stack)) {
      const list = stacks.get(stack) ?? []
      list.push({ ...contribution, resources })
      stacks.set(stack, list)
    }
  }
  const known = new Set(contributions.map(({ owner }) => owner.uid))
  for (const { stack } of observed) if (!stacks.has(stack)) stacks.set(stack, [])
  const lost: Conflict[] = [...held]
  const merged = new Map<string, readonly Resource[]>()
  for (const [stack, list] of stacks) {
    const { resources, conflicts } = mergeStack(list, provider.kinds, existing.find)
    merged.set(stack, resources)
    for (const conflict of conflicts) lost.push(conflict)
  }
  const everything = new Set([...merged.values()].flat().map(refKey))
  const steps = [...merged].flatMap(([stack, desired]) => {
    const view: StackView = {
      stack,
      offline: true,
      kinds: provider.kinds,
      desired,
      observed: existing.inStack(stack),
      find: existing.find,
      wanted: (to) => everything.has(refKey(to)),
      referrers: existing.referrers,
      ownerState: ({ uid }) => (known.has(uid) ? 'settled' : 'unknown'),
      causes: () => [],
      trusted: () => false,
      parked: () => undefined,
      undecided: false,
      frozen: [],
      building: () => false,
      armed: () => true,
      lists: { complete: true, settled: true },
    }
    return planStack(view).steps.map((step) => shown(step, provider, existing.find(step)))
  })
  const problems = lost.map(({ loser, problem }): Problem => ({
    ...problem,
    message: `${loser.name}: ${problem.message}`,
  }))
  return {
    provider: provider.name,
    steps: orderSteps(
      removalsLast(orderByFit(needsUpdated(steps, [...merged.values()].flat()), provider.kinds)),
    ),
    problems,
    conflicts: lost,
  }
}

/** The step without what is only for us, its parts as the cloud shows them. */
function shown(step: Step, { kinds }: Pick<Blueprint, 'kinds'>, seen: Observed | undefined): Step {
  const form = kinds[step.kind]
  if (step.parts === undefined) return step
  const parts = form?.shown?.(step.parts, seen) ?? step.parts
  const hidden = form?.hiddenFields
  return { ...step, parts: hidden === undefined ? parts : parts.map((part) => without(part, hidden)) }
}

function without(part: PartChange, hidden: readonly string[]): PartChange {
  if (part.after === undefined) return part
  const after = Object.entries(part.after).filter(([field]) => !hidden.includes(field))
  return { ...part, after: Object.fromEntries(after) }
}
