import type { Detail } from '../wire.ts'
import type { Memo } from './dom.ts'
import type { Rates } from './rates.ts'

/** `seen`: at this time it went; else it had gone by then. */
export interface Gone {
  readonly at: number
  readonly seen: boolean
}

/** All that the view of one Service is drawn from. */
export interface Looks {
  readonly memo: Memo
  readonly detail: Detail
  readonly rates: Rates
  /** Of the picture, in CSS pixels. */
  readonly width: number
  /** How many lines of the table are drawn; undefined: it is folded. */
  readonly tableLines: number | undefined
  /** By the clock of the server. */
  readonly now: number
  readonly gone: Gone | undefined
}
