import type { Step } from './plan.ts'

/** The order in which steps can be carried out, what needs nothing first; ties by id, so that it is always the same. */
export function orderSteps(steps: readonly Step[]): readonly Step[] {
  // Ids are long and are looked up once: from then on each step is a number.
  const numbers = new Map(steps.map(({ id }, at) => [id, at]))
  const order = [...numbers.values()]
  const left = steps.map(() => 0)
  const freedBy = steps.map((): number[] | undefined => undefined)
  for (const at of order)
    for (const id of steps[at]?.needs ?? []) {
      const other = numbers.get(id)
      if (other === undefined) continue
      ;(freedBy[other] ??= []).push(at)
      left[at] = (left[at] ?? 0) + 1
    }
  const byId = (a: number, b: number): number => (idAt(steps, a) < idAt(steps, b) ? -1 : 1)
  const done = new Set<number>()
  let free = order.filter((at) => left[at] === 0)
  while (done.size < order.length) {
    // A circle cannot come from objects that refer to each other in a cloud; if one did, show it rather than hang.
    const next = (free.length > 0 ? free : order.filter((at) => !done.has(at))).toSorted(byId)
    free = []
    for (const at of next) done.add(at)
    for (const at of next)
      for (const other of freedBy[at] ?? []) {
        const still = (left[other] ?? 0) - 1
        left[other] = still
        if (still === 0 && !done.has(other)) free.push(other)
      }
  }
  return [...done].flatMap((at) => steps[at] ?? [])
}

const idAt = (steps: readonly Step[], at: number): string => steps[at]?.id ?? ''

/** Steps that can be carried out now. */
export const readySteps = (steps: readonly Step[]): readonly Step[] =>
  steps.filter((step) => step.hold === undefined && step.needs.length === 0)
