import type { Problem } from '../model/problem.ts'

/** A problem and where a person finds it: `place` is a file, a flag, an environment variable. */
export interface Located {
  readonly problem: Problem
  readonly place?: string
  readonly line?: number
  readonly column?: number
}
