/** A number of pods: as it is, or a percentage of all, rounded as asked. */
export function roundedShare(value: number | string, all: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value
  const share = (Number.parseInt(value, 10) * all) / 100
  return round === 'up' ? Math.ceil(share) : Math.floor(share)
}

/** How many pods a rollout may have too many and too few; never both none, or it could not move. */
export function rolloutBounds(
  desired: number,
  maxSurge: number | string,
  maxUnavailable: number | string,
): { readonly surge: number; readonly unavailable: number } {
  const surge = roundedShare(maxSurge, desired, 'up')
  const unavailable = Math.min(roundedShare(maxUnavailable, desired, 'down'), desired)
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable }
}
