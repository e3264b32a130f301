import type { Problem } from '../model/problem.ts'
import type { Form, Forms } from '../provider/form.ts'
import type { Conflict } from './merge.ts'
import { ownersOfPart, refKey, type Observed, type Part, type Resource } from './resource.ts'

/** refKey of an object -> uids of those for whom it has no room. */
export type Refused = Map<string, ReadonlySet<string>>

/** Law 6: without the new parts of those for whom there is no room. */
export function housed(
  want: Resource,
  kind: Form | undefined,
  seen: Observed | undefined,
  into: { readonly conflicts: Conflict[]; readonly refused: Refused },
): Resource {
  const refused = kind?.room?.(want, seen)
  if (refused === undefined || refused.size === 0) return want
  for (const loser of want.owners) {
    const problem = refused.get(loser.uid)
    if (problem !== undefined) into.conflicts.push({ loser, problem })
  }
  into.refused.set(refKey(want), new Set(refused.keys()))
  const stays = ([key, part]: readonly [string, Part]): boolean =>
    seen?.parts?.[key] !== undefined || ownersOfPart(part, want).some(({ uid }) => !refused.has(uid))
  return { ...want, parts: Object.fromEntries(Object.entries(want.parts ?? {}).filter(stays)) }
}

/** What would live within an object that has no room for its owner has no place either. */
export function withPlace(resources: readonly Resource[], refused: Refused): readonly Resource[] {
  if (refused.size === 0) return resources
  const byKey = new Map(resources.map((resource) => [refKey(resource), resource]))
  const placed = (resource: Resource): boolean => {
    for (let up = resource.within; up !== undefined; up = byKey.get(refKey(up))?.within) {
      const without = refused.get(refKey(up))
      if (without !== undefined && resource.owners.every(({ uid }) => without.has(uid))) return false
    }
    return true
  }
  return resources.filter(placed)
}

/** Without what finds no room within an object that holds so many of a kind. What is there has its place. */
export function withinMost(
  resources: readonly Resource[],
  kinds: Forms,
  find: (resource: Resource) => Observed | undefined,
  conflicts: Conflict[],
): readonly Resource[] {
  const limited = Map.groupBy(resources, ({ kind, within }) =>
    within === undefined || kinds[within.kind]?.most?.[kind] === undefined ? '' : `${kind} ${refKey(within)}`,
  )
  limited.delete('')
  const outside = new Set<Resource>()
  for (const all of limited.values()) {
    const [first] = all
    const most = kinds[first?.within?.kind ?? '']?.most?.[first?.kind ?? ''] ?? all.length
    if (all.length <= most) continue
    const { here = [], coming = [] } = Object.groupBy(all, (one) =>
      find(one) === undefined ? 'coming' : 'here',
    )
    for (const resource of [...here, ...coming].slice(most)) {
      outside.add(resource)
      for (const loser of resource.owners) conflicts.push({ loser, problem: full(resource, most) })
    }
  }
  return outside.size === 0 ? resources : resources.filter((resource) => !outside.has(resource))
}

const full = ({ kind, key, within, origins }: Resource, most: number): Problem => ({
  code: 'LB_SHARE_FULL',
  severity: 'error',
  path: origins?.[''] ?? 'spec',
  message: `${kind} ${key} finds no room in ${within?.kind} ${within?.key}, which holds ${most} of them`,
  hint: 'put some of the Services that share it on another one',
})
