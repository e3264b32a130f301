import type { Json } from '../lib/json.ts'
import type { Problem } from '../model/problem.ts'
import type { Blueprint } from '../provider/blueprint.ts'
import { amongThese, withoutHeld } from './held-elsewhere.ts'
import { mergeStack, type Conflict, type Contribution } from './merge.ts'
import { orderByFit } from './fit.ts'
import { freeFirst } from './free-first.ts'
import { awaitingLeave } from './leave.ts'
import { needsUpdated } from './needs-updated.ts'
import { observedOffline, onceEach } from './observed-offline.ts'
import { orderSteps } from './order.ts'
import { builds, type Plan, type Step } from './plan.ts'
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
      : withoutHeld(asked, provider.kinds, existing.find, amongThese(asked))
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
  const allowing = new Set(contributions.flatMap(({ owner, leave }) => (leave === true ? [owner.uid] : [])))
  const lost: Conflict[] = [...held]
  const merged = new Map<string, readonly Resource[]>()
  for (const [stack, list] of stacks) {
    const { resources, conflicts } = mergeStack(list, provider.kinds, existing.find)
    merged.set(stack, resources)
    for (const conflict of conflicts) lost.push(conflict)
  }
  const everywhere: Omit<StackView, 'stack' | 'desired' | 'observed'> = {
    offline: true,
    kinds: provider.kinds,
    find: existing.find,
    wanted: wantedIn(merged),
    referrers: existing.referrers,
    ownerState: ({ uid }) => (known.has(uid) ? 'settled' : 'unknown'),
    causes: () => nothing,
    trusted: () => false,
    parked: () => undefined,
    undecided: false,
    frozen: [],
    leave: ({ uid }) => allowing.has(uid),
    wasWanted: () => false,
    building: () => false,
    armed: () => true,
    lists: { complete: true, settled: true },
  }
  const steps: Step[] = []
  for (const [stack, desired] of merged)
    for (const step of planStack({ ...everywhere, stack, desired, observed: existing.inStack(stack) }).steps)
      steps.push(step)
  const freed = freeFirst(
    orderByFit(needsUpdated(steps, [...merged.values()].flat()), provider.kinds),
    provider.kinds,
  )
  const ordered = orderSteps(removalsLast(freed.map((step) => awaitingLeave(everywhere, step))))
  for (const { hold, owners } of ordered) {
    const problem = hold?.problem
    if (problem !== undefined) for (const loser of owners) lost.push({ loser, problem })
  }
  const problems = lost.map(({ loser, problem }): Problem => ({
    ...problem,
    message: `${loser.name}: ${problem.message}`,
  }))
  return {
    provider: provider.name,
    // Last: a part that goes may be shown as a change of what it is in, and would be ordered as one.
    steps: ordered.map((step) => shown(step, provider, seenBy(step, ordered, provider, existing.find(step)))),
    problems,
    conflicts: lost,
  }
}

const nothing: readonly never[] = []

/** A stack of a few objects is looked through: to join and hash the identity of each costs more. */
const few = 16

function wantedIn(merged: ReadonlyMap<string, readonly Resource[]>): StackView['wanted'] {
  const many = new Map<string, ReadonlySet<string>>()
  for (const [stack, desired] of merged)
    if (desired.length > few) many.set(stack, new Set(desired.map(refKey)))
  return (to) =>
    many.get(to.stack)?.has(refKey(to)) ??
    merged.get(to.stack)?.some(({ kind, key }) => kind === to.kind && key === to.key) === true
}

/** What a removal finds: what is there, with what came in before it. */
function seenBy(
  step: Step,
  steps: readonly Step[],
  { kinds }: Pick<Blueprint, 'kinds'>,
  seen: Observed | undefined,
): Observed | undefined {
  if (seen === undefined || kinds[step.kind]?.shown === undefined || builds(step)) return seen
  const parts = { ...seen.parts }
  for (const { stack, kind, key, parts: changes = [] } of steps)
    if (stack === step.stack && kind === step.kind && key === step.key)
      for (const change of changes)
        if (change.after !== undefined) parts[change.key] = { spec: change.after, owners: change.owners }
  return { ...seen, parts }
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
  const after: Record<string, Json> = { ...part.after }
  for (const field of hidden) delete after[field]
  return { ...part, after }
}
