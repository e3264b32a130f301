import type { Candidate } from './scheduler.ts'

/** The one with the lowest cost; among equals the one that was served longest ago, then the first. */
export function lowest<C extends Candidate>(
  from: readonly C[],
  costOf: (candidate: C) => number,
): C | undefined {
  let best = from[0]
  if (best === undefined) return undefined
  let bestCost = costOf(best)
  for (const candidate of from) {
    const cost = costOf(candidate)
    if (cost < bestCost || (cost === bestCost && candidate.mark < best.mark)) {
      best = candidate
      bestCost = cost
    }
  }
  return best
}

/** Writes down whose turn it was. */
export function turns(): <C extends Candidate>(chosen: C | undefined) => C | undefined {
  let turn = 0
  return (chosen) => {
    if (chosen !== undefined) chosen.mark = ++turn
    return chosen
  }
}
