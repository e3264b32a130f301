import { equal, type Json, type JsonObject } from '../lib/json.ts'
import { branches } from './leaves.ts'
import type { Claim, Conflict } from './merge.ts'
import type { Observed } from './resource.ts'

interface Said {
  readonly value: Json
  readonly claim: Claim
}

/** Specs of one object by several Services: fields that some leave out are united, of unequal ones one wins (law 7). */
export function mergeSpecs(
  claims: readonly Claim[],
  seen: Observed | undefined,
  conflicts: Conflict[],
): JsonObject {
  const [first, ...rest] = claims
  if (first === undefined) return {}
  const { spec } = first.resource
  if (rest.every(({ resource }) => resource.spec === spec || equal(resource.spec, spec))) return spec
  const said = claims.map((claim): Said => ({ value: claim.resource.spec, claim }))
  return mergeValues(said, seen?.spec, '', conflicts) as JsonObject
}

function mergeValues(
  said: readonly Said[],
  held: Json | undefined,
  path: string,
  conflicts: Conflict[],
): Json {
  const [first] = said
  if (first === undefined) return {}
  if (!said.every(({ value }) => branches(value))) return winning(said, first, held, path, conflicts)
  const merged: Record<string, Json> = {}
  for (const key of new Set(said.flatMap(({ value }) => Object.keys(value as JsonObject)))) {
    const of = said.flatMap(({ value, claim }): Said[] => {
      const inner = (value as JsonObject)[key]
      return inner === undefined ? [] : [{ value: inner, claim }]
    })
    const at = path === '' ? key : `${path}.${key}`
    merged[key] = mergeValues(of, branches(held) ? held[key] : undefined, at, conflicts)
  }
  return merged
}

/** Claims stand in order of age: the first wins unless another one's value is in the cloud. */
function winning(
  said: readonly Said[],
  first: Said,
  held: Json | undefined,
  path: string,
  conflicts: Conflict[],
): Json {
  const winner = said.find(({ value }) => equal(value, held)) ?? first
  for (const { value, claim } of said) {
    if (equal(value, winner.value)) continue
    conflicts.push({
      loser: claim.contribution.owner,
      problem: {
        code: 'LB_FIELD_TAKEN',
        severity: 'error',
        path: claim.resource.origins?.[path] ?? 'spec',
        message: `${path} of the shared ${claim.resource.kind} ${claim.resource.key} is set by ${winner.claim.contribution.owner.name}`,
        hint: 'give both Services the same value, or put them on separate load balancers',
      },
    })
  }
  return winner.value
}
