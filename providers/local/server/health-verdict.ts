import type { LocalHealthCheck } from '../api.ts'
import type { Standing } from './frontends.ts'

/** What a check found. */
export interface Outcome {
  readonly passed: boolean
  /** One word, in camel case. */
  readonly reason: string
  readonly message: string
}

export interface Verdict extends Omit<Outcome, 'passed'> {
  readonly standing: Standing
  /** Outcomes in a row that speak against the standing. */
  readonly against: number
}

export const unproven: Verdict = {
  standing: 'unproven',
  against: 0,
  reason: 'initial',
  message: 'The first health check has not ended.',
}

/**
 * The first outcome decides alone: a new target that answers serves at once, and one that does not gets nothing. After
 * that it takes as many in a row as the check says.
 */
export function judged(
  before: Verdict,
  { passed, reason, message }: Outcome,
  { healthyThreshold, unhealthyThreshold }: LocalHealthCheck,
): Verdict {
  const found: Standing = passed ? 'healthy' : 'unhealthy'
  const said = { reason, message }
  if (found === before.standing) return { standing: found, against: 0, ...said }
  const against = before.against + 1
  const enough = before.standing === 'unproven' || against >= (passed ? healthyThreshold : unhealthyThreshold)
  if (enough) return { standing: found, against: 0, ...said }
  const { standing } = before
  return { ...before, standing, against }
}
