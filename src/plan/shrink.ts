import type { JsonObject } from '../lib/json.ts'
import { listHold, meet, ownersOf, type Draft } from './draft.ts'
import { followsNode, isTarget, usersOf } from './parts.ts'
import type { Hold } from './plan.ts'
import type { Observed, Owner, PartChange, Resource } from './resource.ts'
import { isGoing } from './view.ts'
import { whyRemove } from './why.ts'

export interface Shrink {
  readonly parts: readonly PartChange[]
  /** The step that brings in what is new: an owner's removals come after its additions. */
  readonly after: { readonly id: string; readonly owners: readonly Owner[] } | undefined
  /** New parts that are refused or cannot be written yet. */
  readonly incomplete: readonly PartChange[]
  readonly busy: Hold | undefined
}

/**
 * Parts that go. An owner that stays loses nothing before what replaces it is in place, here and in other stacks; one
 * owner's wait keeps no other waiting.
 */
export function planShrink(draft: Draft, want: Resource, seen: Observed, shrink: Shrink): void {
  const groups = Map.groupBy(shrink.parts, (part) => waitOf(draft, seen, part, shrink) ?? '')
  for (const [wait, parts] of [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const owners = ownersOf(parts)
    const waits: Hold | undefined = wait === '' ? undefined : { for: wait, recheckMs: 2_000 }
    draft.push(want, seen, {
      action: 'update',
      verb: wait === '' ? 'shrink' : `keep (${wait})`,
      parts,
      needs:
        shrink.after !== undefined &&
        (meet(owners, shrink.after.owners) || parts.some(({ before }) => isShared(draft, seen, before)))
          ? [shrink.after.id]
          : [],
      hold: shrink.busy ?? (draft.view.lists.settled ? waits : listHold),
      owners,
      why: whyShrink(draft, parts, owners),
    })
  }
}

/** Others than its owners use it too: what comes in for anybody comes before it goes. */
const isShared = (draft: Draft, seen: Observed, part: JsonObject = {}): boolean =>
  (draft.kind(seen).partRefs ?? []).some((path) => part[path] !== undefined)

/** Why a part must stay a while longer. */
function waitOf(draft: Draft, seen: Observed, part: PartChange, { incomplete }: Shrink): string | undefined {
  const { view } = draft
  // What several may need is written for one of them: the others must have been asked.
  if (view.undecided && draft.kind(seen).pack !== undefined) return 'some Services were not looked at yet'
  const staying = usersOf(view, draft.kind(seen), part.before ?? {}, part.owners).filter(
    (owner) => !isGoing(view.ownerState(owner)),
  )
  const shared = isShared(draft, seen, part.before)
  // A node that leaves is replaced by other nodes, whatever else about the object is refused.
  const missing = followsNode(part) ? incomplete.filter(followsNode) : incomplete
  // What points at an object is replaced by what points at one: anything else is the matter of its own Service.
  const successor = shared && missing.some(({ after }) => isShared(draft, seen, after))
  if (meet(staying, ownersOf(missing)) || successor) return 'what replaces it was refused or is not known yet'
  if (isTarget(part)) return undefined
  return staying.some((owner) => view.building(owner)) ? 'what replaces it is not in place yet' : undefined
}

function whyShrink(draft: Draft, parts: readonly PartChange[], owners: readonly Owner[]): string {
  if (parts.every(followsNode))
    return `${parts.length === 1 ? 'a node is' : `${parts.length} nodes are`} no eligible target any more`
  if (parts.every(isTarget))
    return `${parts.length === 1 ? 'a pod takes' : `${parts.length} pods take`} no traffic any more`
  const named = parts.slice(0, 3).map((part) => part.key)
  return whyRemove(draft.view, owners, named.join(', '))
}
