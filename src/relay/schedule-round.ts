import type { Scheduler } from './scheduler.ts'
import { lowest, turns } from './schedule-turn.ts'

/**
 * IPVS rr: one after the other. The one whose turn is longest ago, so that a target that comes or goes moves nobody
 * else's place.
 */
export function roundRobin(): Scheduler {
  const take = turns()
  return (from) => take(lowest(from, () => 0))
}

/**
 * IPVS wrr shares turns by weight; this is its smooth form, which does not serve a heavy target several times in a row:
 * each gains its weight, the richest is served and pays the sum of the weights.
 */
export const weightedRoundRobin: Scheduler = (from) => {
  let sum = 0
  let richest = from[0]
  for (const candidate of from) {
    sum += candidate.weight
    candidate.mark += candidate.weight
    if (richest !== undefined && candidate.mark > richest.mark) richest = candidate
  }
  if (richest !== undefined) richest.mark -= sum
  return richest
}
