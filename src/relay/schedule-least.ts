import type { Scheduler } from './scheduler.ts'
import { lowest, turns } from './schedule-turn.ts'

/*
 * IPVS counts 256 for an active connection and 1 for one that has ended lately, which moves short connections on to
 * the next target. Here none lingers after its end: among equals the turn that is longest ago does the same.
 */

/** IPVS lc: whoever has the fewest connections. */
export function leastConnections(): Scheduler {
  const take = turns()
  return (from) => take(lowest(from, ({ open }) => open))
}

/** IPVS wlc: the fewest connections for its weight. */
export function weightedLeastConnections(): Scheduler {
  const take = turns()
  return (from) => take(lowest(from, ({ open, weight }) => open / weight))
}
