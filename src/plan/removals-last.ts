import { builds, type Step } from './plan.ts'

/**
 * In a picture of all stacks: what an owner loses goes after what it gets, wherever that is (law 5). Live, a removal
 * waits for that round by round.
 */
export function removalsLast(steps: readonly Step[]): readonly Step[] {
  const made = new Map<string, string[]>()
  for (const step of steps)
    if (builds(step))
      for (const { uid } of step.owners) {
        const list = made.get(uid)
        if (list === undefined) made.set(uid, [step.id])
        else list.push(step.id)
      }
  return steps.map((step) => {
    if (builds(step)) return step
    const needs = new Set([...step.needs, ...step.owners.flatMap(({ uid }) => made.get(uid) ?? [])])
    return { ...step, needs: [...needs] }
  })
}
