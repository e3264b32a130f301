import { equal, type Json, type JsonObject } from '../lib/json.ts'
import type { Form } from '../provider/form.ts'
import { asUnknown, branches, refsInPart, unknownIn } from './leaves.ts'
import {
  ownersOfPart,
  type Observed,
  type Owner,
  type Part,
  type PartChange,
  type Parts,
  type Resource,
} from './resource.ts'
import { vagueParts } from './vague.ts'
import { isGoing, mayJudge, type StackView } from './view.ts'

export interface PartDiff {
  /** The oldest Service's first, as merged wishes are ordered: where room is short, the newest finds none. */
  readonly put: readonly PartChange[]
  readonly remove: readonly PartChange[]
}

const byKey = (a: PartChange, b: PartChange): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)

function byAge(parts: readonly PartChange[]): readonly PartChange[] {
  if (parts.length < 2) return parts
  const ages = new Map<string, number>()
  const ageOf = (part: PartChange) => ages.get(part.owners[0]?.uid ?? '') ?? 0
  for (const { owners } of parts)
    for (const { uid } of owners.slice(0, 1)) if (!ages.has(uid)) ages.set(uid, ages.size)
  return parts.toSorted((a, b) => ageOf(a) - ageOf(b) || byKey(a, b))
}

/** It comes and goes with a node of the cluster, whatever else is wanted. */
export const followsNode = (part: PartChange): boolean => part.path?.startsWith('node/') === true

/** A target of either kind: traffic to one that goes is lost, so it waits for nothing else. */
export const isTarget = (part: PartChange): boolean =>
  followsNode(part) || part.path?.startsWith('pod/') === true

export const removable = (view: StackView, owners: readonly Owner[]): boolean =>
  owners.length > 0 && owners.every((owner) => mayJudge(view.ownerState(owner)))

/**
 * Who may need a part: those it is written for, and whoever is in what it points at. What a cloud writes for nobody in
 * particular (a rule from a group that all load balancers are in) has users all the same.
 */
export function usersOf(
  view: StackView,
  { partRefs = [] }: Form,
  spec: JsonObject,
  owners: readonly Owner[],
): readonly Owner[] {
  // Thousands may be in one group: a loop is a third of what lists of lists cost.
  const users = [...owners]
  for (const path of partRefs) {
    const id = spec[path]
    if (typeof id === 'string') for (const one of view.referrers(id)) users.push(...one.owners)
  }
  return users
}

/** Whether everything that is asked for is there; what else is there, and what nobody can know, is not compared. */
function covers(seen: Json | undefined, want: Json): boolean {
  if (asUnknown(want) !== undefined) return true
  if (!branches(want) || !branches(seen)) return equal(want, seen)
  for (const key in want) if (want[key] !== undefined && !covers(seen[key], want[key])) return false
  return true
}

/** One that leaves is still written on a part that others need: they take it over. */
const heldByLeaver = (view: StackView, owners: readonly Owner[], holders: readonly Owner[]): boolean =>
  holders.some((owner) => isGoing(view.ownerState(owner)) && owners.every((stays) => stays.uid !== owner.uid))

/** Offline the plan is one picture: a part that points at what is yet to be made comes after that, in the same picture. */
export function pictured(view: StackView, part: Part): boolean {
  const refs = refsInPart(part)
  return view.offline === true && refs.length > 0 && refs.every((to) => view.wanted(to))
}

/** Offline, whom a part is written for is not changed while he is not known: he needs it, as far as anybody can tell. */
function compared(view: StackView, kind: Form, holders: readonly Owner[], after: JsonObject): JsonObject {
  const { packedFields = [] } = kind
  if (view.offline !== true || packedFields.length === 0 || removable(view, holders)) return after
  return Object.fromEntries(Object.entries(after).filter(([field]) => !packedFields.includes(field)))
}

const origin = ({ path }: Part) => (path === undefined ? {} : { path })

/** Parts that must be added, changed or removed. A part whose spec is not known yet counts as wanted and stays as it is. */
export function diffParts(view: StackView, kind: Form, want: Resource, seen: Observed | undefined): PartDiff {
  const has: Parts = seen?.parts ?? {}
  // One set that many objects share, such as the targets of thousands of groups: nothing differs from itself.
  if (has === want.parts && kind.pack === undefined) return nothing
  const holdersOf = (part: Part) => ownersOfPart(part, seen ?? want)
  const wasOurs = (key: string, part: Part) => part.foreign === true && view.wasWanted(want, key)
  const losersOf = (key: string, part: Part) => (wasOurs(key, part) ? want.owners : holdersOf(part))
  const mayGo = (key: string, part: Part) =>
    (part.foreign !== true || wasOurs(key, part)) &&
    (removable(view, usersOf(view, kind, part.spec, losersOf(key, part))) ||
      hasEnded(view, want, { key, action: 'remove', ...part }))
  const wanted = packed(view, kind, want.parts ?? {}, seen)
  const vague =
    view.offline === true && seen !== undefined ? vagueParts(kind, wanted, { want, seen }) : undefined
  const put: PartChange[] = []
  for (const [key, part] of Object.entries(wanted)) {
    if (vague?.wanted.has(key) === true) continue
    const held = has[key]
    // Law 6: a part that points at what is not there yet stays as it is; the next round looks again.
    if (seen !== undefined && refsInPart(part).length > 0 && !pictured(view, part)) continue
    const { spec: after } = part
    const owners = ownersOfPart(part, want)
    if (view.offline !== true && held === undefined && unknownIn(after) !== undefined) continue
    if (held === undefined) put.push({ key, action: 'add', after, owners, ...origin(part) })
    else if (
      held.foreign !== true &&
      (!covers(held.spec, compared(view, kind, holdersOf(held), after)) ||
        heldByLeaver(view, owners, holdersOf(held)))
    )
      put.push({ key, action: 'change', before: held.spec, after, owners, ...origin(part) })
  }
  const remove = Object.entries(has).flatMap(([key, part]): PartChange[] =>
    key in wanted || vague?.held.has(key) === true || !mayGo(key, part)
      ? []
      : [{ key, action: 'remove', before: part.spec, owners: losersOf(key, part), ...origin(part) }],
  )
  return { put: byAge(put), remove: remove.toSorted(byKey) }
}

/**
 * A pod's address may be another pod's a minute after it ended. So such a target goes also while nobody can read what
 * its owner asks for: what is wanted then is what is there, with the pods that there are (law 2).
 */
const hasEnded = (view: StackView, want: Resource, part: PartChange): boolean =>
  want.body !== 'foreign' &&
  part.path?.startsWith('pod/') === true &&
  want.owners.length > 0 &&
  want.owners.every((owner) => view.ownerState(owner) === 'frozen')

const nothing: PartDiff = { put: [], remove: [] }

/** The parts of all owners as the cloud holds them. */
function packed(view: StackView, kind: Form, wanted: Parts, seen: Observed | undefined): Parts {
  const has = seen?.parts ?? {}
  const kept = seen === undefined ? [] : inherited(view, kind, wanted, seen)
  const asked = kept.length === 0 ? wanted : { ...wanted, ...Object.fromEntries(kept) }
  if (kind.pack === undefined) return asked
  const stays = (part: Part) =>
    seen !== undefined &&
    part.foreign !== true &&
    !removable(view, usersOf(view, kind, part.spec, ownersOfPart(part, seen)))
  return kind.pack(asked, seen, () => Object.values(has).some(stays))
}

/**
 * A part that several Services need is written for some of them. One that leaves passes it on to those that may not be
 * judged; and while the wish of another one cannot be read, nobody knows whether it needs the part too, so that one
 * has it (law 2: shared aggregates only grow). What an edit takes away goes: narrowing must narrow.
 */
function inherited(view: StackView, kind: Form, wanted: Parts, seen: Observed): readonly [string, Part][] {
  const heirs = kind.pack === undefined ? [] : view.frozen.slice(0, 1)
  return Object.entries(seen.parts ?? {}).flatMap(([key, part]): [string, Part][] => {
    if (key in wanted || part.foreign === true) return []
    const holders = ownersOfPart(part, seen)
    const staying = holders.filter((owner) => !isGoing(view.ownerState(owner)))
    if (staying.length === holders.length || removable(view, staying)) return []
    const owners = staying.length > 0 ? staying : heirs
    return owners.length === 0 ? [] : [[key, { ...part, owners }]]
  })
}
