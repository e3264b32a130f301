import type { Step } from './plan.ts'

/** No two steps have one id. */
const byId = (a: Step, b: Step): number => (a.id < b.id ? -1 : 1)

/** The order in which steps can be carried out, what needs nothing first; ties by id, so that it is always the same. */
export function orderSteps(steps: readonly Step[]): readonly Step[] {
  const waiting = new Map(steps.map((step) => [step.id, step]))
  const needed = new Map<string, number>()
  const freedBy = new Map<string, Step[]>()
  for (const step of waiting.values()) {
    let count = 0
    for (const id of step.needs)
      if (waiting.has(id)) {
        listAt(freedBy, id).push(step)
        count++
      }
    needed.set(step.id, count)
  }
  const done: Step[] = []
  let free = [...waiting.values()].filter(({ id }) => needed.get(id) === 0)
  while (waiting.size > 0) {
    // A circle cannot come from objects that refer to each other in a cloud; if one did, show it rather than hang.
    const next = (free.length > 0 ? free : [...waiting.values()]).toSorted(byId)
    free = []
    for (const step of next) {
      waiting.delete(step.id)
      done.push(step)
    }
    for (const { id } of next)
      for (const step of freedBy.get(id) ?? []) {
        const left = (needed.get(step.id) ?? 0) - 1
        needed.set(step.id, left)
        if (left === 0 && waiting.has(step.id)) free.push(step)
      }
  }
  return done
}

function listAt<K, V>(map: Map<K, V[]>, key: K): V[] {
  const list = map.get(key) ?? []
  map.set(key, list)
  return list
}

/** Steps that can be carried out now. */
export const readySteps = (steps: readonly Step[]): readonly Step[] =>
  steps.filter((step) => step.hold === undefined && step.needs.length === 0)
