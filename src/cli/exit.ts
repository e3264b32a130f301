import type { Problem } from '../model/problem.ts'

/** The exit codes of every command. `changes` only where the user asked for it: `--detailed-exitcode`. */
export const exit = { fine: 0, errors: 1, changes: 2 } as const

export type ExitCode = (typeof exit)[keyof typeof exit]

export type FailOn = 'error' | 'warning'

export interface Verdict {
  readonly problems: readonly Problem[]
  readonly changes: number
  readonly failOn: FailOn
  readonly detailed: boolean
}

/** Errors count before changes: a plan that leaves something out must not look like a plan. */
export function exitCodeOf(verdict: Verdict): ExitCode {
  const fails = (problem: Problem): boolean =>
    problem.severity === 'error' || (problem.severity === 'warning' && verdict.failOn === 'warning')
  if (verdict.problems.some(fails)) return exit.errors
  return verdict.detailed && verdict.changes > 0 ? exit.changes : exit.fine
}
