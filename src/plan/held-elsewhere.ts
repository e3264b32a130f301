import type { Forms } from '../provider/form.ts'
import { takenBy } from './merge-sole.ts'
import type { Conflict, Contribution } from './merge.ts'
import type { Observed, Resource } from './resource.ts'

interface Standing {
  readonly contributions: readonly Contribution[]
  readonly conflicts: readonly Conflict[]
}

/**
 * Without claims on what one Service holds alone, where the cloud says that it is another one's which is not among those
 * that are planned: its wish is not known, and who holds it keeps it (law 7).
 */
export function withoutHeld(
  contributions: readonly Contribution[],
  kinds: Forms,
  find: (resource: Resource) => Observed | undefined,
): Standing {
  const known = new Set(contributions.flatMap(({ owner }) => [owner.uid, owner.name]))
  const conflicts: Conflict[] = []
  const standing = contributions.map((contribution): Contribution => {
    const resources = contribution.resources.filter((resource) => {
      const owners = kinds[resource.kind]?.sole === true ? (find(resource)?.owners ?? []) : []
      const [holder] = owners
      if (holder === undefined || owners.some(({ uid, name }) => known.has(uid) || known.has(name)))
        return true
      conflicts.push(takenBy(holder.name, { contribution, resource }))
      return false
    })
    return resources.length === contribution.resources.length ? contribution : { ...contribution, resources }
  })
  return { contributions: standing, conflicts }
}
