/** What `doctor` found out about one thing that must hold, in a sentence. */
export interface Check {
  readonly name: string
  /** `skipped`: nobody can tell, and `said` says why. */
  readonly state: 'ok' | 'warning' | 'error' | 'skipped'
  readonly said: string
  /** What mends it. */
  readonly hint?: string
}

type Told = (name: string, said: string, hint?: string) => Check

const told =
  (state: Check['state']): Told =>
  (name, said, hint) => ({ name, state, said, ...(hint === undefined ? {} : { hint }) })

export const ok = told('ok')
export const warned = told('warning')
export const failed = told('error')
export const skipped = told('skipped')
