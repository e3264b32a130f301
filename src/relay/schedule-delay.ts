import type { Scheduler } from './scheduler.ts'
import { lowest, turns } from './schedule-turn.ts'

/** IPVS sed: the least (connections + 1) / weight, that is, with the one that is about to come. */
export function shortestExpectedDelay(): Scheduler {
  const take = turns()
  return (from) => take(lowest(from, ({ open, weight }) => (open + 1) / weight))
}

/** IPVS nq: one that has no connection at all, however light; if none is idle, as `shortestExpectedDelay`. */
export function neverQueue(): Scheduler {
  const take = turns()
  return (from) => take(lowest(from, ({ open, weight }) => (open === 0 ? 0 : (open + 1) / weight)))
}
