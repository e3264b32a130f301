import type { Problem } from '../model/problem.ts'
import type { Located } from './located.ts'

export interface ConfigInput {
  readonly file?: { readonly place: string; readonly text: string }
  readonly env: Readonly<Record<string, string | undefined>>
  /** By the setting's path. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
}

/** A value and where it was written; `place` and `line` as a problem shows them. */
export interface Given extends Omit<Located, 'problem'> {
  readonly value: unknown
}

/** A problem at the place of a value. */
export const located = ({ place, line, column }: Omit<Located, 'problem'>, problem: Problem): Located => ({
  problem,
  ...(place === undefined ? {} : { place }),
  ...(line === undefined ? {} : { line }),
  ...(column === undefined ? {} : { column }),
})
