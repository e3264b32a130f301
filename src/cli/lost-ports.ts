import type { ServiceObject } from '../model/objects.ts'
import type { Conflict, Contribution } from '../plan/merge.ts'
import { toldOnce } from '../plan/merge-sole.ts'
import type { OfflinePlan } from '../plan/offline.ts'
import type { Planner } from './planner.ts'

export interface Claimed {
  readonly service: ServiceObject
  readonly contribution: Contribution
}

interface Settled {
  readonly plan: OfflinePlan
  /** By uid: what is left of those that lost a port. */
  readonly left: ReadonlyMap<string, Contribution>
}

/**
 * The plan of all Services, in which nobody brings anything for a port that another one holds. It is more than the
 * listener: at an address that both share, the loser's rule would open the winner's port to clients of the loser.
 */
export function planWithoutLost(
  planner: Pick<Planner, 'all' | 'without'>,
  claims: readonly Claimed[],
): Settled {
  const lost = new Map<string, Set<number>>()
  const left = new Map<string, Contribution>()
  const told: Conflict[] = []
  for (;;) {
    const plan = planner.all(
      claims.flatMap(({ contribution }) => {
        const { uid } = contribution.owner
        return lost.has(uid) ? (left.get(uid) ?? []) : contribution
      }),
    )
    told.push(...plan.conflicts)
    const losers = plan.conflicts.filter((conflict) => isNew(conflict, lost)).map(({ loser }) => loser.uid)
    if (losers.length === 0) return { plan: { ...plan, conflicts: toldOnce(told) }, left }
    for (const { service, contribution } of claims) {
      const { uid } = contribution.owner
      if (!losers.includes(uid)) continue
      left.delete(uid)
      const rest = planner.without(service, lost.get(uid) ?? new Set())
      if (rest !== undefined) left.set(uid, rest)
    }
  }
}

/** Enters the port that a conflict took; false where it took none, or it is known. */
function isNew({ loser, problem }: Conflict, lost: Map<string, Set<number>>): boolean {
  const [, index] = /^spec\.ports\[(\d+)\]/.exec(problem.path) ?? []
  if (index === undefined || problem.code !== 'LB_PART_TAKEN') return false
  const ports = lost.get(loser.uid) ?? new Set()
  lost.set(loser.uid, ports)
  const before = ports.size
  return ports.add(Number(index)).size > before
}
