import { stepId } from './draft.ts'
import { builds, type Step } from './plan.ts'
import { refKey, type Resource } from './resource.ts'

/**
 * What restricts goes in before what it restricts (law 5), also where it is there already and only has to change: a
 * step that makes or opens something waits for the update of whatever that object needs.
 */
export function needsUpdated(steps: readonly Step[], desired: readonly Resource[]): readonly Step[] {
  const updates = new Map(
    steps
      .filter((step) => step.action === 'update' && step.id === stepId(step, 'update') && builds(step))
      .map((step) => [step.id, step]),
  )
  if (updates.size === 0) return steps
  const needed = new Map(
    desired.flatMap((resource) => {
      const ids = resource.needs?.map((to) => stepId(to, 'update')).filter((id) => updates.has(id)) ?? []
      return ids.length === 0 ? [] : [[refKey(resource), ids]]
    }),
  )
  if (needed.size === 0) return steps
  const byId = new Map(steps.map((step) => [step.id, step]))
  return steps.map((step) => {
    const first = builds(step) ? needed.get(refKey(step)) : undefined
    const more = first?.filter((id) => !step.needs.includes(id) && !leadsTo(byId, id, step.id)) ?? []
    return more.length === 0 ? step : { ...step, needs: [...step.needs, ...more] }
  })
}

/** Whether a step waits for another one, if need be by way of others. */
export function leadsTo(steps: ReadonlyMap<string, Step>, from: string, to: string): boolean {
  const seen = new Set<string>()
  const left = [from]
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (id === to) return true
    if (seen.has(id)) continue
    seen.add(id)
    left.push(...(steps.get(id)?.needs ?? []))
  }
  return false
}
