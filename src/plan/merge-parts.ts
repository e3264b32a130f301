import { equal, type JsonObject } from '../lib/json.ts'
import type { Problem } from '../model/problem.ts'
import type { Form } from '../provider/form.ts'
import type { Claim, Conflict } from './merge.ts'
import { ownersOfPart, type Observed, type Owner, type Part, type Parts, type Resource } from './resource.ts'

function holds(seen: Observed | undefined, key: string, owner: Owner): boolean {
  const part = seen?.parts?.[key]
  if (seen === undefined || part === undefined) return false
  return ownersOfPart(part, seen).some((held) => held.uid === owner.uid)
}

const without = (spec: JsonObject, fields: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(spec).filter(([key]) => !fields.includes(key)))

const alike = (a: Part, b: Part, packedFields: readonly string[] | undefined): boolean =>
  equal(a.spec, b.spec) ||
  (packedFields !== undefined && equal(without(a.spec, packedFields), without(b.spec, packedFields)))

/** One that stands, and everybody who needs just that. */
interface Standing {
  part: Part
  /** uid -> owner, once there are several */
  owners: Map<string, Owner> | undefined
}

/** Equal parts become one with all owners; of unequal ones whoever holds it wins, else the older (law 7). */
export function mergeParts(
  claims: readonly Claim[],
  kind: Form | undefined,
  seen: Observed | undefined,
  conflicts: Conflict[],
): Parts {
  const standing = new Map<string, Standing>()
  for (const { contribution, resource } of claims) {
    const parts = resource.parts ?? {}
    for (const key in parts) {
      const part = owned(parts[key] as Part, resource)
      const other = standing.get(key)
      if (other === undefined) standing.set(key, { part, owners: undefined })
      else if (alike(other.part, part, kind?.packedFields)) {
        other.owners ??= new Map(other.part.owners.map((owner) => [owner.uid, owner]))
        for (const owner of part.owners) other.owners.set(owner.uid, owner)
      } else {
        const held = withOwners(other)
        const wins = holds(seen, key, contribution.owner) && !held.owners.some((o) => holds(seen, key, o))
        const [winner, loser] = wins ? [part, held] : [held, part]
        standing.set(key, { part: winner, owners: undefined })
        for (const owner of loser.owners)
          conflicts.push({ loser: owner, problem: taken(resource, key, loser, winner) })
      }
    }
  }
  const united: Record<string, Part> = {}
  for (const [key, one] of standing) united[key] = withOwners(one)
  return united
}

/** Several claim the object: whose each part is must be said at the part. */
const owned = (part: Part, resource: Resource): Part =>
  part.owners.length > 0 ? part : { ...part, owners: ownersOfPart(part, resource) }

const withOwners = ({ part, owners }: Standing): Part =>
  owners === undefined ? part : { ...part, owners: [...owners.values()] }

const taken = (resource: Resource, key: string, loser: Part, winner: Part): Problem => ({
  code: 'LB_PART_TAKEN',
  severity: 'error',
  path: loser.path ?? 'spec',
  message: `${key} of ${resource.kind} ${resource.key} is held by ${winner.owners.map((o) => o.name).join(', ')}`,
  hint: 'who holds it keeps it; use another port or name, or remove it there first',
})
