import { builds, type Step } from './plan.ts'

/**
 * In a picture of all stacks: what an owner loses goes after what it gets, wherever that is (law 5). Live, a removal
 * waits for that round by round. What has to be out of the way of something stays before that.
 */
export function removalsLast(steps: readonly Step[]): readonly Step[] {
  if (steps.every(builds)) return steps
  const made = new Map<string, string[]>()
  const inTheWay = new Set(steps.filter(builds).flatMap(({ needs }) => needs))
  for (const step of steps)
    if (builds(step))
      for (const { uid } of step.owners) {
        const list = made.get(uid)
        if (list === undefined) made.set(uid, [step.id])
        else list.push(step.id)
      }
  return steps.map((step) => {
    if (builds(step) || inTheWay.has(step.id)) return step
    const needs = new Set([...step.needs, ...step.owners.flatMap(({ uid }) => made.get(uid) ?? [])])
    return { ...step, needs: [...needs] }
  })
}
