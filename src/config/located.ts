import { error, type Problem } from '../model/problem.ts'
import type { ParseFault } from './document.ts'

/** A problem and where a person finds it: `place` is a file, a flag, an environment variable. */
export interface Located {
  readonly problem: Problem
  readonly place?: string
  readonly line?: number
  readonly column?: number
}

export const unparsable = ({ message, hint, ...position }: ParseFault, place: string): Located => ({
  problem: error('LB_FILE_UNPARSABLE', '', message, hint === undefined ? {} : { hint }),
  place,
  ...position,
})
