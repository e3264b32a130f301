import type { Probe } from './objects.ts'

/** What one probe of a running container has found so far. Pure. */
export interface ProbeState {
  /** Undefined: nothing is decided yet. */
  readonly verdict: boolean | undefined
  /** Results in a row that agree. */
  readonly row: { readonly ok: boolean; readonly count: number }
  /** How many tries there were before the first period was over. */
  readonly early: number
}

export interface ProbeTurn {
  readonly state: ProbeState
  /** The verdict is another one than before. */
  readonly decided?: boolean
  /** This failure counts, and is told. */
  readonly counts: boolean
  readonly waitMs: number
}

export const newProbe: ProbeState = { verdict: undefined, row: { ok: true, count: 0 }, early: 0 }

/** A server that has just been begun is looked at more often than its period says, so that nobody waits for it. */
const firstTryAgainMs = 50

export const probeNumbers = (probe: Probe) => ({
  delayMs: (probe.initialDelaySeconds ?? 0) * 1000,
  periodMs: (probe.periodSeconds ?? 10) * 1000,
  timeoutMs: (probe.timeoutSeconds ?? 1) * 1000,
  successes: probe.successThreshold ?? 1,
  failures: probe.failureThreshold ?? 3,
})

/** Early failures, up to the end of the first period, count nothing: the kubelet's first look may come as late. */
export function probed(state: ProbeState, ok: boolean, probe: Probe): ProbeTurn {
  const { periodMs, successes, failures } = probeNumbers(probe)
  const spentMs = firstTryAgainMs * (2 ** state.early - 1)
  const isFresh = state.verdict === undefined && state.row.count === 0
  if (!ok && isFresh && spentMs < periodMs) {
    const waitMs = Math.min(firstTryAgainMs * 2 ** state.early, periodMs - spentMs)
    return { state: { ...state, early: state.early + 1 }, counts: false, waitMs }
  }
  const count = state.row.ok === ok ? state.row.count + 1 : 1
  const row = { ok, count }
  const reached = count >= (ok ? successes : failures)
  const verdict = reached ? ok : state.verdict
  return {
    state: { ...state, row, verdict },
    ...(reached && verdict !== state.verdict ? { decided: ok } : {}),
    counts: !ok,
    waitMs: periodMs,
  }
}
