import type { Forms } from '../provider/form.ts'
import { takenBy } from './merge-sole.ts'
import type { Conflict, Contribution } from './merge.ts'
import type { Observed, Owner, Resource } from './resource.ts'

interface Standing {
  readonly contributions: readonly Contribution[]
  readonly conflicts: readonly Conflict[]
}

/**
 * Without claims on what one Service holds alone, where the cloud says that it is another one's whose wish is not known:
 * who holds it keeps it (law 7).
 */
export function withoutHeld(
  contributions: readonly Contribution[],
  kinds: Forms,
  find: (resource: Resource) => Observed | undefined,
  isKnown: (holder: Owner) => boolean,
): Standing {
  const conflicts: Conflict[] = []
  const standing = contributions.map((contribution): Contribution => {
    const resources = contribution.resources.filter((resource) => {
      const owners = kinds[resource.kind]?.sole === true ? (find(resource)?.owners ?? []) : []
      const [holder] = owners
      if (holder === undefined || owners.some(isKnown)) return true
      conflicts.push(takenBy(holder.name, { contribution, resource }))
      return false
    })
    return resources.length === contribution.resources.length ? contribution : { ...contribution, resources }
  })
  return { contributions: standing, conflicts }
}

/** Offline nothing is known of those that are not among the files. */
export function amongThese(contributions: readonly Contribution[]): (holder: Owner) => boolean {
  const known = new Set(contributions.flatMap(({ owner }) => [owner.uid, owner.name]))
  return ({ uid, name }) => known.has(uid) || known.has(name)
}
