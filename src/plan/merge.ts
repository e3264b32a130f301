/**
 * A Service decides, an object is written once. Here the resources and parts of all Services are united per object:
 *
 *   Service a -> load balancer A, rule 1 of group G      group G: rule 1 (a), rule 2 (a, b), rule 3 (b)
 *   Service b -> load balancer B, rule 2, 3 of group G
 *
 * Two claims on one part or field: who holds it in the cloud keeps it, else the older, else the smaller uid (law 7).
 */
import type { Problem } from '../model/problem.ts'
import type { Form } from '../provider/form.ts'
import { leavesOf } from './leaves.ts'
import { mergeParts } from './merge-parts.ts'
import { housed, type Refused, withinMost, withPlace } from './merge-room.ts'
import { soleClaim, toldOnce, usedStill } from './merge-sole.ts'
import { mergeSpecs } from './merge-specs.ts'
import { releasedBy, withReleased } from './released.ts'
import { refKey, type Observed, type Owner, type Resource } from './resource.ts'

export interface Contribution {
  readonly owner: Owner
  /** ISO time of the Service's creation. */
  readonly created: string
  readonly resources: readonly Resource[]
  /** It allows changes that interrupt its traffic. */
  readonly leave?: boolean
  /** What it wanted once and wants no more, of what several share: what only it named returns to its default. */
  readonly released?: readonly Resource[]
}

export interface Conflict {
  readonly loser: Owner
  readonly problem: Problem
}

export interface Merged {
  readonly resources: readonly Resource[]
  readonly conflicts: readonly Conflict[]
}

/** What one Service says of an object. */
export interface Claim {
  readonly contribution: Contribution
  readonly resource: Resource
}

const ownerOrder = (a: Contribution, b: Contribution): number =>
  a.created !== b.created ? (a.created < b.created ? -1 : 1) : a.owner.uid < b.owner.uid ? -1 : 1

function unite(
  claims: readonly Claim[],
  kind: Form | undefined,
  seen: Observed | undefined,
  conflicts: Conflict[],
  lost: Claim[],
): Resource {
  const first = claims[0] as Claim
  if (claims.length === 1) return first.resource
  if (kind?.sole === true) {
    const winner = soleClaim(claims, first, seen, conflicts)
    for (const claim of claims) if (claim.resource !== winner) lost.push(claim)
    return winner
  }
  const owners = new Map<string, Owner>()
  const forgotten = new Set<string>()
  for (const { resource } of claims) {
    for (const owner of resource.owners) owners.set(owner.uid, owner)
    for (const path of resource.forgotten ?? []) forgotten.add(path)
  }
  const spec = mergeSpecs(claims, seen, conflicts)
  for (const path of leavesOf(spec).keys()) forgotten.delete(path)
  // Whoever wants it made decides for it; others only bring parts.
  const base = claims.find(({ resource }) => resource.body !== 'foreign') ?? first
  return {
    ...base.resource,
    spec,
    // An object without parts has none to be read.
    ...(claims.some(({ resource }) => resource.parts !== undefined)
      ? { parts: mergeParts(claims, kind, seen, conflicts) }
      : {}),
    owners: [...owners.values()],
    ...(forgotten.size === 0 ? {} : { forgotten: [...forgotten] }),
  }
}

/** Unites what all Services want of one stack. Order of the contributions does not matter. */
export function mergeStack(
  contributions: Iterable<Contribution>,
  kinds: Readonly<Record<string, Form>>,
  find: (resource: Resource) => Observed | undefined,
): Merged {
  const claims = new Map<string, Claim[]>()
  const ordered = [...contributions].toSorted(ownerOrder)
  for (const contribution of ordered) {
    for (const resource of contribution.resources) {
      const key = refKey(resource)
      const list = claims.get(key)
      if (list === undefined) claims.set(key, [{ contribution, resource }])
      else list.push({ contribution, resource })
    }
  }
  const conflicts: Conflict[] = []
  const refused: Refused = new Map()
  const lost: Claim[] = []
  const released = releasedBy(ordered)
  const resources = [...claims.values()].map((list) => {
    const resource = (list[0] as Claim).resource
    const kind = kinds[resource.kind]
    const seen = find(resource)
    const united = withReleased(unite(list, kind, seen, conflicts, lost), released)
    return housed(united, kind, seen, { conflicts, refused })
  })
  const housedAll = withinMost(withPlace(usedStill(resources, lost), refused), kinds, find, conflicts)
  return { resources: housedAll, conflicts: toldOnce(conflicts) }
}
