/**
 * A cloud may refuse a pair that does not suit: a rule for UDP on a backend service for TCP. Around a change of such a
 * field there is one order in which no such pair ever stands:
 *
 *   what suits only the old value goes  ->  the field changes  ->  what suits only the new value is made
 *
 * What suits both waits for nobody, so that what is made anew at once stays away no longer than it has to.
 */
import type { Json, JsonObject } from '../lib/json.ts'
import type { Fit, Forms } from '../provider/form.ts'
import { asRef, leavesOf } from './leaves.ts'
import { leadsTo } from './needs-updated.ts'
import type { Step } from './plan.ts'
import { refKey, type FieldChange } from './resource.ts'

interface Change {
  readonly id: string
  readonly fit: Fit
  readonly field: FieldChange
  /** Steps on what refers to the object. */
  readonly referring: readonly Step[]
}

export function orderByFit(steps: readonly Step[], kinds: Forms): readonly Step[] {
  const changes = changesOf(steps, kinds)
  if (changes.length === 0) return steps
  const byId = new Map(steps.map((step) => [step.id, step]))
  for (const change of changes) around(change, byId)
  return steps.map((step) => byId.get(step.id) ?? step)
}

function changesOf(steps: readonly Step[], kinds: Forms): readonly Change[] {
  const found = steps.flatMap((step) => {
    const fit = kinds[step.kind]?.suits
    const field = step.action === 'update' && step.fields?.find(({ path }) => path === fit?.field)
    return fit === undefined || field === undefined || field === false ? [] : [{ step, fit, field }]
  })
  if (found.length === 0) return []
  const referring = byReferred(steps, kinds)
  return found.map(({ step, fit, field }) => ({
    id: step.id,
    fit,
    field,
    referring: [step.target ?? '', refKey(step)].flatMap((to) => referring.get(to) ?? []),
  }))
}

/** Steps that make or remove something, by the id or identity of what it refers to. */
function byReferred(steps: readonly Step[], kinds: Forms): ReadonlyMap<string, readonly Step[]> {
  const found = new Map<string, Step[]>()
  for (const step of steps) {
    const spec = specOf(step)
    const refs = kinds[step.kind]?.refs ?? []
    if (spec === undefined || refs.length === 0) continue
    const leaves = leavesOf(spec)
    for (const to of new Set(refs.flatMap((path) => targetsOf(leaves.get(path))))) {
      const list = found.get(to)
      if (list === undefined) found.set(to, [step])
      else list.push(step)
    }
  }
  return found
}

const specOf = ({ action, before, after }: Step): JsonObject | undefined =>
  action === 'create' ? after : action === 'delete' ? before : undefined

function targetsOf(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(targetsOf)
  const to = asRef(value)
  return to === undefined ? [] : [refKey(to)]
}

function around({ id, fit, field, referring }: Change, byId: Map<string, Step>): void {
  const now = (of: string): Step | undefined => byId.get(of)
  // What is made first: only then is it known what waits for the change.
  for (const { id: other, after } of referring) {
    const step = now(other)
    if (step?.action !== 'create' || after === undefined) continue
    const others = step.needs.filter((need) => need !== id)
    byId.set(other, { ...step, needs: fit.fits(field.before, after) ? others : [...others, id] })
  }
  for (const { id: other, before } of referring) {
    const [step, change] = [now(other), now(id)]
    if (step?.action !== 'delete' || change === undefined || before === undefined) continue
    if (fit.fits(field.after, before)) continue
    // Nothing is taken away for a change that cannot be made now.
    const hold = step.hold ?? change.hold
    const needs = step.needs.filter((need) => !leadsTo(byId, need, id))
    byId.set(other, { ...step, needs, ...(hold === undefined ? {} : { hold }) })
    byId.set(id, { ...change, needs: [...new Set([...change.needs, other])] })
  }
}
