/**
 * A Service decides, an object is written once. Here the resources and parts of all Services are united per object:
 *
 *   Service a -> load balancer A, rule 1 of group G      group G: rule 1 (a), rule 2 (a, b), rule 3 (b)
 *   Service b -> load balancer B, rule 2, 3 of group G
 *
 * Two claims on one part or field: who holds it in the cloud keeps it, else the older, else the smaller uid (law 7).
 */
import { equal, type Json, type JsonObject } from '../lib/json.ts'
import type { Problem } from '../model/problem.ts'
import type { Kind } from '../provider/kind.ts'
import { leavesOf } from './leaves.ts'
import { refKey, type Observed, type Owner, type Part, type Resource } from './resource.ts'

export interface Contribution {
  readonly owner: Owner
  /** ISO time of the Service's creation. */
  readonly created: string
  readonly resources: readonly Resource[]
}

export interface Conflict {
  readonly loser: Owner
  readonly problem: Problem
}

export interface Merged {
  readonly resources: readonly Resource[]
  readonly conflicts: readonly Conflict[]
}

interface Claim {
  readonly contribution: Contribution
  readonly resource: Resource
}

const ownerOrder = (a: Contribution, b: Contribution): number =>
  a.created !== b.created ? (a.created < b.created ? -1 : 1) : a.owner.uid < b.owner.uid ? -1 : 1

const holds = (parts: Observed | undefined, key: string, owner: Owner): boolean =>
  parts?.parts?.[key]?.owners.some((held) => held.uid === owner.uid) === true

function without(spec: JsonObject, fields: readonly string[] | undefined): JsonObject {
  if (fields === undefined) return spec
  return Object.fromEntries(Object.entries(spec).filter(([key]) => !fields.includes(key)))
}

function mergeParts(
  claims: readonly Claim[],
  kind: Kind | undefined,
  seen: Observed | undefined,
  conflicts: Conflict[],
): Record<string, Part> {
  const parts: Record<string, Part> = {}
  for (const { contribution, resource } of claims) {
    for (const [key, part] of Object.entries(resource.parts ?? {})) {
      const other = parts[key]
      if (other === undefined) {
        parts[key] = part
      } else if (equal(without(other.spec, kind?.packedFields), without(part.spec, kind?.packedFields))) {
        const owners = [
          ...other.owners,
          ...part.owners.filter((o) => other.owners.every((p) => p.uid !== o.uid)),
        ]
        parts[key] = { ...other, owners }
      } else {
        const newcomerHolds =
          holds(seen, key, contribution.owner) && !other.owners.some((o) => holds(seen, key, o))
        const [winner, loser] = newcomerHolds ? [part, other] : [other, part]
        parts[key] = winner
        for (const owner of loser.owners)
          conflicts.push({ loser: owner, problem: partTaken(resource, key, loser, winner) })
      }
    }
  }
  return parts
}

const partTaken = (resource: Resource, key: string, loser: Part, winner: Part): Problem => ({
  code: 'LB_PART_TAKEN',
  severity: 'error',
  path: loser.path ?? 'spec',
  message: `${key} of ${resource.kind} ${resource.key} is held by ${winner.owners.map((o) => o.name).join(', ')}`,
  hint: 'who holds it keeps it; use another port or name, or remove it there first',
})

function mergeSpecs(claims: readonly Claim[], seen: Observed | undefined, conflicts: Conflict[]): JsonObject {
  const [first, ...rest] = claims
  if (first === undefined) return {}
  if (rest.every(({ resource }) => equal(resource.spec, first.resource.spec))) return first.resource.spec
  const held = seen === undefined ? new Map<string, Json>() : leavesOf(seen.spec)
  const winners = new Map<string, { value: Json; claim: Claim }>()
  for (const claim of claims) {
    for (const [path, value] of leavesOf(claim.resource.spec)) {
      const other = winners.get(path)
      if (other === undefined || equal(other.value, value)) {
        if (other === undefined) winners.set(path, { value, claim })
        continue
      }
      const newcomerHolds = equal(held.get(path), value)
      const loser = newcomerHolds ? other.claim : claim
      if (newcomerHolds) winners.set(path, { value, claim })
      const winner = newcomerHolds ? claim : other.claim
      conflicts.push({
        loser: loser.contribution.owner,
        problem: {
          code: 'LB_FIELD_TAKEN',
          severity: 'error',
          path: loser.resource.origins?.[path] ?? 'spec',
          message: `${path} of the shared ${loser.resource.kind} ${loser.resource.key} is set by ${winner.contribution.owner.name}`,
          hint: 'give both Services the same value, or put them on separate load balancers',
        },
      })
    }
  }
  const spec: Record<string, Json> = {}
  for (const claim of claims) {
    for (const key of Object.keys(claim.resource.spec)) spec[key] ??= claim.resource.spec[key] as Json
  }
  for (const [path, { claim }] of winners) {
    const top = path.split('.')[0] as string
    if (path === top) spec[top] = claim.resource.spec[top] as Json
    else
      spec[top] = {
        ...(spec[top] as JsonObject),
        [path.slice(top.length + 1)]: winners.get(path)?.value as Json,
      }
  }
  return spec
}

function unite(
  claims: readonly Claim[],
  kind: Kind | undefined,
  seen: Observed | undefined,
  conflicts: Conflict[],
): Resource {
  const first = claims[0] as Claim
  if (claims.length === 1) return first.resource
  const owners = new Map<string, Owner>()
  const forgotten = new Set<string>()
  for (const { resource } of claims) {
    for (const owner of resource.owners) owners.set(owner.uid, owner)
    for (const path of resource.forgotten ?? []) forgotten.add(path)
  }
  const spec = mergeSpecs(claims, seen, conflicts)
  for (const path of leavesOf(spec).keys()) forgotten.delete(path)
  return {
    ...first.resource,
    spec,
    parts: mergeParts(claims, kind, seen, conflicts),
    owners: [...owners.values()],
    ...(forgotten.size === 0 ? {} : { forgotten: [...forgotten] }),
  }
}

/** Unites what all Services want of one stack. Order of the contributions does not matter. */
export function mergeStack(
  contributions: Iterable<Contribution>,
  kinds: Readonly<Record<string, Kind>>,
  find: (resource: Resource) => Observed | undefined,
): Merged {
  const claims = new Map<string, Claim[]>()
  for (const contribution of [...contributions].toSorted(ownerOrder)) {
    for (const resource of contribution.resources) {
      const key = refKey(resource)
      const list = claims.get(key)
      if (list === undefined) claims.set(key, [{ contribution, resource }])
      else list.push({ contribution, resource })
    }
  }
  const conflicts: Conflict[] = []
  const resources = [...claims.values()].map((list) => {
    const resource = (list[0] as Claim).resource
    return unite(list, kinds[resource.kind], find(resource), conflicts)
  })
  return { resources, conflicts }
}
