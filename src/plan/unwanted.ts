import { busyHold, listHold, stepId, type Draft } from './draft.ts'
import { diffParts, removable } from './parts.ts'
import { builds, type Hold, type Step } from './plan.ts'
import { isCommon, refKey, type Observed, type Resource } from './resource.ts'
import { protectedHold } from './protection.ts'
import { planShrink } from './shrink.ts'
import { isGoing } from './view.ts'
import { whyRemove } from './why.ts'

/** What is there and nobody wants: ours goes, somebody else's only loses our parts. */
export function planUnwanted(draft: Draft, items: readonly Observed[]): void {
  // What may be gone already is looked at before it is planned away.
  for (const item of items) if (item.state === 'doubt') draft.reads.push({ seen: item })
  const certain = items.filter((item) => item.state !== 'doubt')
  for (const item of certain) if (item.body === 'foreign') unwantedParts(draft, item)
  const judgedAll = certain.filter((item) => item.body !== 'foreign' && judged(draft, item))
  const going = withoutInhabited(draft, judgedAll)
  const parents = new Map(going.toReversed().map((item) => [refKey(item), item]))
  const alone = going.filter((item) => {
    const parent = item.within === undefined ? undefined : parents.get(refKey(item.within))
    const goesWith =
      parent !== undefined && draft.kind(parent).absorbs.includes(item.kind) ? parent : undefined
    draft.touching.set(item.id, deleteId(draft, goesWith ?? item))
    return goesWith === undefined
  })
  const building = buildersByOwner(draft.steps)
  for (const item of alone) goes(draft, item, building)
}

/** Law 1: whether every owner may be judged. If not, it stays, and the sweep hears of owners that nobody knows. */
function judged(draft: Draft, item: Observed): boolean {
  if (removable(draft.view, item.owners)) return true
  unwantedParts(draft, item)
  if (item.owners.some((owner) => draft.view.ownerState(owner) === 'unknown')) draft.orphans.push(item)
  return false
}

/** What several had in common goes when all that lives in it goes: its listeners may be those of somebody unknown. */
function withoutInhabited(draft: Draft, going: readonly Observed[]): readonly Observed[] {
  const all = new Set(going)
  return going.filter((item) => {
    if (!item.owners.every(isCommon) || draft.kind(item).absorbs.length === 0) return true
    if (item.depth === 'listed') {
      draft.reads.push({ seen: item })
      return false
    }
    const key = refKey(item)
    return draft.view.observed.every(
      (other) => other.within === undefined || refKey(other.within) !== key || all.has(other),
    )
  })
}

function unwantedParts(draft: Draft, seen: Observed): void {
  if (seen.parts === undefined) return
  const { stack, kind, key } = seen
  const none: Resource = { stack, kind, key, spec: {}, parts: {}, owners: [], body: 'foreign' }
  const { put, remove } = diffParts(draft.view, draft.kind(seen), none, seen)
  const owners = put.flatMap((part) => part.owners)
  if (put.length > 0)
    draft.push(none, seen, { action: 'update', verb: 'update', parts: put, needs: [], owners })
  const shrink = { parts: remove, after: undefined, incomplete: [], busy: undefined }
  if (remove.length > 0) planShrink(draft, none, seen, shrink)
}

/** Of several objects with one identity each has a step of its own. */
const verbFor = (draft: Draft, item: Observed): string =>
  draft.seen.get(refKey(item)) === item ? 'delete' : `delete ${item.id} beside`

const deleteId = (draft: Draft, item: Observed): string => stepId(item, verbFor(draft, item))

function goes(draft: Draft, item: Observed, building: Builders): void {
  const { view } = draft
  const needs = new Set<string>()
  let hold: Hold | undefined = view.lists.settled ? undefined : listHold
  if (item.state === 'busy') hold ??= busyHold(item)
  const kind = draft.kind(item)
  if (kind.protection !== undefined && view.offline !== true) {
    if (item.depth === 'listed') {
      draft.reads.push({ seen: item })
      hold ??= { for: `whether ${item.kind} ${item.key} may be deleted is not known yet`, recheckMs: 1_000 }
    } else hold ??= protectedHold(kind, item)
  }
  const own = deleteId(draft, item)
  // By its id, or by what it gives: an address goes after the rule that stands at it.
  const names = new Set([item.id, ...Object.values(item.out)])
  for (const other of [...names].flatMap((name) => view.referrers(name))) {
    if (other.id === item.id) continue
    const step = draft.touching.get(other.id)
    if (step === own) continue
    if (step === undefined)
      hold ??= {
        for: `${other.kind} ${other.key} still refers to ${item.kind} ${item.key}`,
        recheckMs: 5_000,
      }
    else needs.add(step)
  }
  const staying = item.owners.filter((owner) => !isGoing(view.ownerState(owner)))
  for (const { uid } of staying) for (const id of building.get(uid) ?? []) needs.add(id)
  if (staying.some((owner) => view.building(owner)))
    hold ??= { for: 'what replaces it is not in place yet', recheckMs: 2_000 }
  draft.push(item, item, {
    action: 'delete',
    verb: verbFor(draft, item),
    before: item.spec,
    needs: [...needs],
    hold,
    owners: item.owners,
    why: whyRemove(view, item.owners, `${item.kind} ${item.key}`),
  })
}

/** Steps of this plan that make something, by the uids of those they make it for. */
type Builders = ReadonlyMap<string, readonly string[]>

function buildersByOwner(steps: readonly Step[]): Builders {
  const ids = new Map<string, string[]>()
  for (const step of steps)
    if (builds(step))
      for (const { uid } of step.owners) {
        const list = ids.get(uid)
        if (list === undefined) ids.set(uid, [step.id])
        else list.push(step.id)
      }
  return ids
}
