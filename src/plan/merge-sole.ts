import type { Claim, Conflict } from './merge.ts'
import type { Observed, Resource } from './resource.ts'

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
    conflicts.push({
      loser: contribution.owner,
      problem: {
        code: 'LB_PART_TAKEN',
        severity: 'error',
        path: resource.origins?.[''] ?? 'spec',
        message: `${resource.key} of ${resource.stack} is held by ${winner.contribution.owner.name}`,
        hint: 'who holds it keeps it; use another port, or remove it there first',
      },
    })
  }
  return winner.resource
}

/** What is lost with several objects at once, a listener and its pool, is told once. */
export function toldOnce(conflicts: readonly Conflict[]): readonly Conflict[] {
  const told = conflicts.map(
    ({ loser, problem }) =>
      [`${loser.uid} ${problem.code} ${problem.path} ${problem.message}`, { loser, problem }] as const,
  )
  return [...new Map(told.toReversed()).values()].toReversed()
}
