import type { Problem } from '../model/problem.ts'
import type { Blueprint } from '../provider/blueprint.ts'
import { leavesOf } from './leaves.ts'
import { mergeStack, type Contribution } from './merge.ts'
import { orderSteps } from './order.ts'
import type { Plan, Step } from './plan.ts'
import { refKey, type Observed, type Resource } from './resource.ts'
import { planStack } from './stack-plan.ts'
import type { StackView } from './view.ts'

/**
 * The plan for a cloud that is not asked: empty, or as a facts file describes it. Whose wish is not among the
 * contributions is somebody else, whose objects and parts stay.
 */
export function planOffline(
  provider: Pick<Blueprint, 'name' | 'kinds'>,
  contributions: readonly Contribution[],
  observed: readonly Observed[] = [],
): Plan {
  const stacks = new Map<string, Contribution[]>()
  for (const contribution of contributions) {
    for (const [stack, resources] of Map.groupBy(contribution.resources, (resource) => resource.stack)) {
      const list = stacks.get(stack) ?? []
      list.push({ ...contribution, resources })
      stacks.set(stack, list)
    }
  }
  const found = new Map(observed.map((item) => [refKey(item), item]))
  const known = new Set(contributions.map(({ owner }) => owner.uid))
  for (const { stack } of observed) if (!stacks.has(stack)) stacks.set(stack, [])
  const problems: Problem[] = []
  const merged = new Map<string, readonly Resource[]>()
  for (const [stack, list] of stacks) {
    const { resources, conflicts } = mergeStack(list, provider.kinds, (resource) =>
      found.get(refKey(resource)),
    )
    merged.set(stack, resources)
    for (const { loser, problem } of conflicts)
      problems.push({ ...problem, message: `${loser.name}: ${problem.message}` })
  }
  const everything = new Set([...merged.values()].flat().map(refKey))
  const steps = [...merged].flatMap(([stack, desired]) => {
    const view: StackView = {
      stack,
      offline: true,
      kinds: provider.kinds,
      desired,
      observed: observed.filter((item) => item.stack === stack),
      find: (to) => found.get(refKey(to)),
      wanted: (to) => everything.has(refKey(to)),
      referrers: (id) => observed.filter((item) => refersTo(item, id, provider.kinds)),
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
    return planStack(view).steps.map((step) => shown(step, provider))
  })
  return { provider: provider.name, steps: orderSteps(steps), problems }
}

/** Whether a field that holds ids holds this one. */
function refersTo(item: Observed, id: string, kinds: Blueprint['kinds']): boolean {
  const leaves = leavesOf(item.spec)
  return (kinds[item.kind]?.refs ?? []).some((path) => {
    const value = leaves.get(path)
    return Array.isArray(value) ? value.includes(id) : value === id
  })
}

/** The step without what is only for us. */
function shown(step: Step, { kinds }: Pick<Blueprint, 'kinds'>): Step {
  const hidden = kinds[step.kind]?.hiddenFields
  if (hidden === undefined || step.parts === undefined) return step
  const parts = step.parts.map((part) => {
    if (part.after === undefined) return part
    const after = Object.entries(part.after).filter(([field]) => !hidden.includes(field))
    return { ...part, after: Object.fromEntries(after) }
  })
  return { ...step, parts }
}
