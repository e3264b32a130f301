/**
 * In the plan of several Services nobody brings anything for a port that another one holds. A port is more than its
 * listener: at an address that both share, the loser's access rule would open the winner's port to clients of the loser.
 */
import type { Conflict, Contribution } from './merge.ts'
import { toldOnce } from './merge-sole.ts'

/** Places in `spec.ports`. */
export type LostPorts = ReadonlySet<number>

export interface Claimed {
  readonly contribution: Contribution
  /** What is left of it without some of its ports; undefined where nothing is. */
  readonly without: (ports: LostPorts) => Contribution | undefined
}

interface Settled<T> {
  /** Of what everybody is left with, and with every conflict that led there. */
  readonly plan: T
  /** By uid: what is left of those that lost a port. */
  readonly left: ReadonlyMap<string, Contribution>
  /** By uid. */
  readonly lost: ReadonlyMap<string, LostPorts>
}

/** Plans anew without the ports that were lost, until nobody loses any more. */
export function withoutLost<T extends { readonly conflicts: readonly Conflict[] }>(
  claims: readonly Claimed[],
  plan: (contributions: readonly Contribution[]) => T,
): Settled<T> {
  const lost = new Map<string, Set<number>>()
  const left = new Map<string, Contribution>()
  const told: Conflict[] = []
  for (;;) {
    const planned = plan(
      claims.flatMap(({ contribution }) => {
        const { uid } = contribution.owner
        return lost.has(uid) ? (left.get(uid) ?? []) : contribution
      }),
    )
    for (const conflict of planned.conflicts) told.push(conflict)
    const losers = new Set(
      planned.conflicts.filter((conflict) => isNew(conflict, lost)).map(({ loser }) => loser.uid),
    )
    if (losers.size === 0) return { plan: { ...planned, conflicts: toldOnce(told) }, left, lost }
    for (const { contribution, without } of claims) {
      const { uid } = contribution.owner
      if (!losers.has(uid)) continue
      left.delete(uid)
      const rest = without(lost.get(uid) ?? new Set())
      if (rest !== undefined) left.set(uid, rest)
    }
  }
}

/** Somebody else has the port, or there is no room for it. */
const takenAway: ReadonlySet<string> = new Set(['LB_PART_TAKEN', 'LB_SHARE_FULL'])

/** Enters the port that a conflict took; false where it took none, or it is known. */
function isNew({ loser, problem }: Conflict, lost: Map<string, Set<number>>): boolean {
  const [, index] = /^spec\.ports\[(\d+)\]/.exec(problem.path) ?? []
  if (index === undefined || !takenAway.has(problem.code)) return false
  const ports = lost.get(loser.uid) ?? new Set()
  lost.set(loser.uid, ports)
  const before = ports.size
  return ports.add(Number(index)).size > before
}
