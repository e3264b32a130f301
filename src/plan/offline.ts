import type { Problem } from '../model/problem.ts'
import type { Provider } from '../provider/provider.ts'
import { mergeStack, type Contribution } from './merge.ts'
import { orderSteps } from './order.ts'
import type { Plan, Step } from './plan.ts'
import { refKey, type Resource } from './resource.ts'
import { planStack } from './stack-plan.ts'
import type { StackView } from './view.ts'

/** The plan for an empty cloud: every object as it would be made, nothing observed, nothing in the way. */
export function planOffline(provider: Provider, contributions: readonly Contribution[]): Plan {
  const stacks = new Map<string, Contribution[]>()
  for (const contribution of contributions) {
    for (const [stack, resources] of Map.groupBy(contribution.resources, (resource) => resource.stack)) {
      const list = stacks.get(stack) ?? []
      list.push({ ...contribution, resources })
      stacks.set(stack, list)
    }
  }
  const problems: Problem[] = []
  const merged = new Map<string, readonly Resource[]>()
  for (const [stack, list] of stacks) {
    const { resources, conflicts } = mergeStack(list, provider.kinds, () => undefined)
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
      observed: [],
      find: () => undefined,
      wanted: (to) => everything.has(refKey(to)),
      referrers: () => [],
      ownerState: () => 'settled',
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

/** The step without what is only for us. */
function shown(step: Step, { kinds }: Provider): Step {
  const hidden = kinds[step.kind]?.hiddenFields
  if (hidden === undefined || step.parts === undefined) return step
  const parts = step.parts.map((part) => {
    if (part.after === undefined) return part
    const after = Object.entries(part.after).filter(([field]) => !hidden.includes(field))
    return { ...part, after: Object.fromEntries(after) }
  })
  return { ...step, parts }
}
