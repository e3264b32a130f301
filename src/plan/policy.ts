import type { Step } from './plan.ts'

/** `plan-only` shows what it would do and does nothing. */
export type Policy = 'sync' | 'plan-only'

export const policies: readonly Policy[] = ['sync', 'plan-only']

/** A policy is a filter over the plan, so no adapter can forget it. */
export function underPolicy(policy: Policy, steps: readonly Step[]): readonly Step[] {
  if (policy === 'sync') return steps
  return steps.map((step) => ({ ...step, hold: { for: 'the policy is plan-only', recheckMs: 600_000 } }))
}
