import type { Problem } from '../model/problem.ts'
import type { Form } from '../provider/form.ts'
import { busyHold, listHold, ownersOf, stepId, type Draft } from './draft.ts'
import { diffFields } from './fields.ts'
import { fillParts, fillRefs, partsWithRefs, refsInPart } from './leaves.ts'
import { diffParts, pictured, type PartDiff } from './parts.ts'
import type { Hold } from './plan.ts'
import {
  ownersOfPart,
  type FieldChange,
  type Observed,
  type PartChange,
  type Ref,
  type Resource,
} from './resource.ts'
import { planShrink } from './shrink.ts'
import { planSwap } from './swap.ts'
import { whyCreate } from './why.ts'

/** What somebody wants: made when it is not there, brought in line when it is. */
export function planWanted(draft: Draft, raw: Resource): void {
  const kind = draft.kind(raw)
  const missing: Ref[] = []
  const value = (to: Ref) => draft.value(to)
  const parts = raw.parts === undefined ? undefined : fillParts(raw.parts, value)
  if (draft.view.offline === true)
    for (const part of Object.values(parts ?? {}))
      if (pictured(draft.view, part)) missing.push(...refsInPart(part))
  const spec = kind.canonical(fillRefs(raw.spec, value, missing))
  const want: Resource =
    spec === raw.spec && parts === raw.parts
      ? raw
      : { ...raw, spec, ...(parts === undefined ? {} : { parts }) }
  const seen = draft.standing(want)
  if (seen === undefined) absent(draft, want, kind, missing)
  else present(draft, want, seen, kind, missing)
}

function absent(draft: Draft, want: Resource, kind: Form, missing: readonly Ref[]): void {
  if (hidden(draft, want)) return
  const { view } = draft
  const { needs, hold } = draft.prerequisites(want, missing)
  const parts = diffParts(view, kind, want, undefined).put
  if (want.body === 'foreign') {
    draft.reads.push({ want })
    const what = { action: 'update', verb: 'update', parts, needs, hold, owners: ownersOf(parts) } as const
    if (parts.length > 0) draft.push(want, undefined, what)
    return
  }
  const early = view.lists.complete || kind.nameIsUnique ? undefined : listHold
  const unarmed = want.owners.find((owner) => !view.armed(owner))
  const finalizer: Hold | undefined =
    unarmed === undefined
      ? undefined
      : { for: `the finalizer on ${unarmed.name} is not written yet`, recheckMs: 1_000 }
  draft.push(want, undefined, {
    action: 'create',
    verb: 'create',
    after: want.spec,
    parts,
    needs,
    hold: hold ?? early ?? finalizer,
    owners: want.owners,
    why: whyCreate(want),
  })
}

/** A list does not show what lives within an object: while that was not read, absence proves nothing. */
function hidden(draft: Draft, want: Resource): boolean {
  const { view } = draft
  const parent = want.within === undefined ? undefined : view.find(want.within)
  if (parent?.depth !== 'listed' || !draft.kind(parent).absorbs.includes(want.kind)) return false
  if (!want.owners.every((owner) => view.trusted(owner))) draft.reads.push({ seen: parent })
  return true
}

function present(draft: Draft, want: Resource, seen: Observed, kind: Form, missing: readonly Ref[]): void {
  const trusted = seen.depth === 'listed' && want.owners.every((owner) => draft.view.trusted(owner))
  const partsUnread = want.parts !== undefined && seen.parts === undefined
  const fieldsUnread = seen.depth === 'listed' && !trusted
  if (seen.state === 'doubt' || partsUnread || fieldsUnread) {
    draft.reads.push({ seen })
    return
  }
  if (seen.state === 'failed') {
    repair(draft, want, seen, kind)
    return
  }
  const fields = want.body === 'foreign' ? [] : diffFields(kind, want, seen, trusted, draft.view.offline)
  const stuck = fields.find((field) => kind.immutable.includes(field.path))
  if (stuck !== undefined && kind.replace === 'swap') {
    planSwap(draft, want, seen, { fields, stuck, missing })
    return
  }
  const parts = diffParts(draft.view, kind, want, seen)
  const grown = grow(draft, want, seen, kind, { fields, put: parts.put, missing })
  const waiting = awaits(draft, want, seen)
  if (parts.remove.length > 0)
    planShrink(draft, want, seen, {
      parts: parts.remove,
      after: grown.step,
      incomplete: [...grown.parked, ...waiting],
      busy: busyOf(want, seen),
    })
}

/** Law 12. A kind that says nothing about repair is left as it is, and the plan says so. */
function repair(draft: Draft, want: Resource, seen: Observed, kind: Form): void {
  draft.touching.set(seen.id, stepId(want, 'repair'))
  const stays: Hold = { for: `${want.kind} ${want.key} failed in the cloud`, recheckMs: 600_000 }
  draft.push(want, seen, {
    action: 'repair',
    verb: 'repair',
    needs: [],
    owners: want.owners,
    hold: kind.repair === undefined ? stays : undefined,
    why: 'the cloud reports that it failed',
  })
}

interface Growth {
  readonly fields: readonly FieldChange[]
  readonly put: PartDiff['put']
  readonly missing: readonly Ref[]
}

interface Grown {
  /** Id and owners of the step that brings in what is new. */
  readonly step: { readonly id: string; readonly owners: Resource['owners'] } | undefined
  readonly parked: readonly PartChange[]
}

/** Fields and new parts in one step; what was refused before stands apart, so that it keeps nobody else waiting. */
function grow(draft: Draft, want: Resource, seen: Observed, kind: Form, growth: Growth): Grown {
  const { view } = draft
  const refused = (owners: Resource['owners'], what: Pick<Growth, 'fields'> | { parts: Growth['put'] }) =>
    view.parked(want, owners, { action: 'update', ...what })
  const passed = growth.fields.length > 0 && refused(want.owners, growth) === undefined ? growth.fields : []
  const cut = passed.length === 0 ? undefined : kind.interrupts?.(want, seen, passed)
  const cutting = cut === undefined ? [] : passed.filter(({ path }) => cut.paths.includes(path))
  const late = passed.filter(({ path }) => kind.lastly?.includes(path) === true)
  const waits = late.length > 0 && want.owners.some((owner) => view.building(owner))
  const fields = passed.filter((field) => !cutting.includes(field) && !(waits && late.includes(field)))
  const put = growth.put.filter((part) => refused(part.owners, { parts: [part] }) === undefined)
  const parked = growth.put.filter((part) => !put.includes(part))
  const action = 'update'
  if (waits) {
    const hold: Hold = { for: 'what else is made for it is not in place yet', recheckMs: 2_000 }
    draft.push(want, seen, { action, verb: 'then', fields: late, needs: [], hold, owners: want.owners })
  }
  if (passed.length < growth.fields.length)
    draft.push(want, seen, { action, verb: 'refused', fields: growth.fields, needs: [], owners: want.owners })
  if (parked.length > 0)
    draft.push(want, seen, { action, verb: 'parked', parts: parked, needs: [], owners: ownersOf(parked) })
  const grows = fields.length > 0 || put.length > 0
  const { needs, hold } =
    grows || cut !== undefined ? draft.prerequisites(want, growth.missing) : { needs: [], hold: undefined }
  const id = stepId(want, 'update')
  if (cut !== undefined) {
    const { why: outage, never } = cut
    draft.push(want, seen, {
      action,
      verb: 'interrupt',
      fields: cutting,
      needs: grows ? [...needs, id] : needs,
      hold: hold ?? (never === undefined ? undefined : neverHold(never)) ?? busyOf(want, seen),
      owners: want.owners,
      outage,
    })
  }
  if (!grows) return { step: undefined, parked }
  const stuck = fields.find((field) => kind.immutable.includes(field.path))
  const fixed: Hold | undefined =
    stuck === undefined ? undefined : { for: `${stuck.path} cannot change in place`, recheckMs: 600_000 }
  const owners = fields.length > 0 ? want.owners : ownersOf(put)
  draft.touching.set(seen.id, id)
  draft.push(want, seen, {
    action,
    verb: 'update',
    fields,
    parts: put,
    needs,
    hold: hold ?? fixed ?? busyOf(want, seen),
    owners,
  })
  return { step: { id, owners }, parked }
}

const busyOf = (want: Resource, seen: Observed): Hold | undefined =>
  seen.state === 'busy' ? busyHold(want) : undefined

const neverHold = (problem: Problem): Hold => ({ for: problem.message, recheckMs: 600_000, problem })

/** Law 6: parts that point at what is not there yet stay as they are, and the plan says what they wait for. */
function awaits(draft: Draft, want: Resource, seen: Observed): readonly PartChange[] {
  const parts: PartChange[] = []
  let to: Ref | undefined
  for (const key of want.parts === undefined ? [] : partsWithRefs(want.parts)) {
    const part = want.parts?.[key]
    if (part === undefined || seen.parts?.[key] !== undefined || pictured(draft.view, part)) continue
    const refs = refsInPart(part)
    to ??= refs[0]
    const path = part.path === undefined ? {} : { path: part.path }
    parts.push({ key, action: 'add', after: part.spec, owners: ownersOfPart(part, want), ...path })
  }
  if (to === undefined) return []
  const hold: Hold = { for: `${to.kind} ${to.key} does not exist yet`, recheckMs: 5_000 }
  draft.push(want, seen, {
    action: 'update',
    verb: 'await',
    parts,
    needs: [],
    hold,
    owners: ownersOf(parts),
  })
  return parts
}
