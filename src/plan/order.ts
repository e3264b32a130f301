import type { Step } from './plan.ts'

const byId = (a: Step, b: Step): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/** The order in which steps can be carried out, what needs nothing first; ties by id, so that it is always the same. */
export function orderSteps(steps: readonly Step[]): readonly Step[] {
  const waiting = new Map(steps.map((step) => [step.id, step]))
  const done: Step[] = []
  while (waiting.size > 0) {
    const free = [...waiting.values()]
      .filter((step) => step.needs.every((id) => !waiting.has(id)))
      .toSorted(byId)
    // A circle cannot come from objects that refer to each other in a cloud; if one did, show it rather than hang.
    const next = free.length > 0 ? free : [...waiting.values()].toSorted(byId)
    for (const step of next) {
      waiting.delete(step.id)
      done.push(step)
    }
  }
  return done
}

/** Steps that can be carried out now. */
export const readySteps = (steps: readonly Step[]): readonly Step[] =>
  steps.filter((step) => step.hold === undefined && step.needs.length === 0)
