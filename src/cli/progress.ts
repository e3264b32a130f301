import type { Clock } from '../lib/clock.ts'
import type { Io } from './io.ts'

/** Nobody wants to be told about what is done at once. */
const patienceMs = 1_000
const everyMs = 100

export interface Progress {
  /** `done` of `all` Services, on this cloud. */
  at(done: number, all: number, what: string): void
  /** Takes the line away again. */
  end(): void
}

/** One line on the terminal of stderr, written anew; elsewhere nothing. */
export function createProgress(io: Io, clock: Pick<Clock, 'now'>): Progress {
  const begun = clock.now()
  let shown = -Infinity
  return {
    at(done, all, what) {
      if (io.errIsTty !== true) return
      const now = clock.now()
      if (now - begun < patienceMs || now - shown < everyMs) return
      shown = now
      io.err(`\r\u001B[Kplanning ${done} of ${all} Services for ${what}`)
    },
    end() {
      if (shown > -Infinity) io.err('\r\u001B[K')
    },
  }
}
