import type { Claim, Conflict } from './merge.ts'
import { refsIn } from './leaves.ts'
import { refKey, type Observed, type Resource } from './resource.ts'

/** Of several claims on an object that one Service holds alone: the one that has it in the cloud, else the oldest (law 7). */
export function soleClaim(
  claims: readonly Claim[],
  first: Claim,
  seen: Observed | undefined,
  conflicts: Conflict[],
): Resource {
  const holds = ({ contribution }: Claim): boolean =>
    seen?.owners.some(({ uid }) => uid === contribution.owner.uid) === true
  const winner = claims.find(holds) ?? first
  for (const { contribution, resource } of claims) {
    if (contribution === winner.contribution) continue
    conflicts.push(takenBy(winner.contribution.owner.name, { contribution, resource }))
  }
  return winner.resource
}

export const takenBy = (holder: string, { contribution, resource }: Claim): Conflict => ({
  loser: contribution.owner,
  problem: {
    code: 'LB_PART_TAKEN',
    severity: 'error',
    path: resource.origins?.[''] ?? 'spec',
    message: `${resource.key} of ${resource.stack} is held by ${holder}`,
    hint: 'who holds it keeps it; use another port, or remove it there first',
  },
})

/** Without what only a claim that lost pointed at, and what lives within that: the pool of a listener that is not made. */
export function usedStill(resources: readonly Resource[], lost: readonly Claim[]): readonly Resource[] {
  if (lost.length === 0) return resources
  const losers = new Set(lost.map(({ contribution }) => contribution.owner.uid))
  const used = new Set(resources.flatMap(({ spec }) => refsIn(spec).map(refKey)))
  const unused = new Set(
    lost.flatMap(({ resource }) => refsIn(resource.spec).map(refKey)).filter((key) => !used.has(key)),
  )
  const byKey = new Map(resources.map((resource) => [refKey(resource), resource]))
  const goes = (resource: Resource | undefined): boolean =>
    resource !== undefined &&
    resource.owners.every(({ uid }) => losers.has(uid)) &&
    (unused.has(refKey(resource)) ||
      (resource.within !== undefined && goes(byKey.get(refKey(resource.within)))))
  return resources.filter((resource) => !goes(resource))
}

/** What is lost with several objects at once, a listener and its pool, is told once. */
export function toldOnce(conflicts: readonly Conflict[]): readonly Conflict[] {
  if (conflicts.length < 2) return conflicts
  const told = conflicts.map(
    ({ loser, problem }) =>
      [`${loser.uid} ${problem.code} ${problem.path} ${problem.message}`, { loser, problem }] as const,
  )
  return [...new Map(told.toReversed()).values()].toReversed()
}
