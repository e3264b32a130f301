import type { Forms } from '../provider/form.ts'
import { leadsTo } from './needs-updated.ts'
import { builds, type Step } from './plan.ts'

/**
 * Some things stand in one place at a time: an address is on one load balancer. Where such a thing moves, the old place
 * lets it go before the new one takes it, against the usual order, and the plan says what that costs.
 */
export function freeFirst(steps: readonly Step[], kinds: Forms): readonly Step[] {
  const letGo = new Map<string, string>()
  for (const step of steps) for (const held of lost(step, kinds)) letGo.set(held, step.id)
  if (letGo.size === 0) return steps
  const byId = new Map(steps.map((step) => [step.id, step]))
  for (const { id } of steps)
    for (const held of taken(byId.get(id), kinds)) {
      const [taker, loser] = [byId.get(id), byId.get(letGo.get(held) ?? '')]
      if (taker === undefined || loser === undefined || loser.id === id) continue
      const needs = loser.needs.filter((need) => !leadsTo(byId, need, id))
      const hold = loser.hold ?? taker.hold
      const outage = `what moves to ${taker.kind} ${taker.key} can stand in one place only, so it leaves this one first`
      byId.set(loser.id, { ...loser, needs, outage, ...(hold === undefined ? {} : { hold }) })
      byId.set(id, { ...taker, needs: [...new Set([...taker.needs, loser.id])] })
    }
  return steps.map((step) => byId.get(step.id) ?? step)
}

function lost({ kind, action, before, parts = [] }: Step, kinds: Forms): readonly string[] {
  const holds = kinds[kind]?.holds
  if (holds === undefined) return []
  const gone = parts.map((part) => (part.action === 'remove' ? part.before : undefined))
  return [...gone, action === 'delete' ? before : undefined].flatMap((spec) =>
    spec === undefined ? [] : holds(spec),
  )
}

function taken(step: Step | undefined, kinds: Forms): readonly string[] {
  const holds = step === undefined ? undefined : kinds[step.kind]?.holds
  if (step === undefined || holds === undefined || !builds(step)) return []
  return (step.parts ?? []).flatMap(({ action, after }) =>
    action === 'remove' || after === undefined ? [] : holds(after),
  )
}
