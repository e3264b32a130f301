/** Pure: what the sync loop does next, and when. Times are of a clock that only goes on. */
export type SyncStep = 'whole' | 'changes' | 'check'

export interface SyncState {
  /** When the oldest change came that was not taken yet. */
  readonly changedAt: number | undefined
  /** When rows that could not be served are tried again. */
  readonly rowsAt: number | undefined
  /** When everything is written anew: at first, after a failure, and each hour. */
  readonly wholeAt: number
  /** When it is looked whether what was written is still there. */
  readonly checkAt: number
  /** When the last write began, and how long it took if it was one of a few rows. */
  readonly wroteAt: number | undefined
  readonly tookMs: number
  /** Nothing was written yet, or the last writes of all families failed: only a whole write helps. */
  readonly wholeOnly: boolean
}

export interface Due {
  readonly step: SyncStep
  readonly at: number
}

/** The first change after a quiet time is due at once; those that follow join until `minMs` are over. */
export function nextStep(state: SyncState, minMs: number): Due {
  const whole: Due = { step: 'whole', at: state.wholeAt }
  const check: Due = { step: 'check', at: state.checkAt }
  const due = state.wholeOnly ? [whole] : [whole, ...changesOf(state, minMs), check]
  return due.reduce((first, other) => (other.at < first.at ? other : first))
}

function changesOf(state: SyncState, minMs: number): readonly Due[] {
  const wanted = Math.min(state.changedAt ?? Infinity, state.rowsAt ?? Infinity)
  if (wanted === Infinity) return []
  // Under a storm of changes at most half of the time goes into writing.
  const free = state.wroteAt === undefined ? 0 : state.wroteAt + Math.max(minMs, 2 * state.tookMs)
  return [{ step: 'changes', at: Math.max(wanted, free) }]
}
