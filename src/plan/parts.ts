import { equal, type Json } from '../lib/json.ts'
import type { Kind } from '../provider/kind.ts'
import { leavesOf, refsIn } from './leaves.ts'
import type { Observed, Owner, PartChange, Parts, Resource } from './resource.ts'
import type { StackView } from './view.ts'

export interface PartDiff {
  readonly put: readonly PartChange[]
  readonly remove: readonly PartChange[]
  /** Parts that stay only because their owner may not be judged yet. */
  readonly kept: number
}

const byKey = (a: PartChange, b: PartChange): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)

export function removable(view: StackView, owners: readonly Owner[]): boolean {
  return (
    owners.length > 0 &&
    owners.every((owner) => {
      const state = view.ownerState(owner)
      return state === 'settled' || state === 'leaving'
    })
  )
}

function differs(want: Readonly<Record<string, Json>>, seen: Readonly<Record<string, Json>>): boolean {
  const has = leavesOf(seen)
  for (const [path, value] of leavesOf(want)) if (!equal(has.get(path), value)) return true
  return false
}

/** Parts that must be added, changed or removed. A part whose spec is not known yet counts as wanted and stays as it is. */
export function diffParts(view: StackView, kind: Kind, want: Resource, seen: Observed | undefined): PartDiff {
  const has: Parts = seen?.parts ?? {}
  const growOnly = Object.values(has).some(
    (part) => part.foreign !== true && part.owners.length > 0 && !removable(view, part.owners),
  )
  const wanted = kind.pack?.(want.parts ?? {}, seen, growOnly) ?? want.parts ?? {}
  const put: PartChange[] = []
  for (const [key, part] of Object.entries(wanted)) {
    const held = has[key]
    // Law 6: a part that points at what is not there yet stays as it is; the next round looks again.
    if (seen !== undefined && refsIn(part.spec).length > 0) continue
    const path = part.path === undefined ? {} : { path: part.path }
    if (held === undefined) put.push({ key, action: 'add', after: part.spec, owners: part.owners, ...path })
    else if (held.foreign !== true && differs(part.spec, held.spec))
      put.push({ key, action: 'change', before: held.spec, after: part.spec, owners: part.owners, ...path })
  }
  const remove: PartChange[] = []
  let kept = 0
  for (const [key, part] of Object.entries(has)) {
    if (key in wanted || part.foreign === true) continue
    if (!removable(view, part.owners)) kept++
    else {
      const path = part.path === undefined ? {} : { path: part.path }
      remove.push({ key, action: 'remove', before: part.spec, owners: part.owners, ...path })
    }
  }
  return { put: put.toSorted(byKey), remove: remove.toSorted(byKey), kept }
}
