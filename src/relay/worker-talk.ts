import type { FrontendCounters, FrontendFailure, RelayFrontend, RelayPins } from './frontend.ts'

/** What the relay asks of one of its processes. */
export type Ask =
  | { readonly do: 'start'; readonly maxOpen: number | undefined }
  | { readonly do: 'change'; readonly put: readonly RelayFrontend[]; readonly remove: readonly string[] }
  | { readonly do: 'counters' }
  | { readonly do: 'hold' }
  | { readonly do: 'pins' }
  | { readonly do: 'adopt'; readonly pins: RelayPins }
  | { readonly do: 'drain'; readonly graceMs: number }

/** What each is answered with. */
export interface Told {
  start: null
  change: readonly FrontendFailure[]
  counters: readonly (readonly [string, FrontendCounters])[]
  hold: null
  pins: RelayPins
  adopt: null
  drain: null
}

export interface Numbered {
  readonly id: number
  readonly ask: Ask
}

export type Answer =
  | { readonly id: number; readonly told: Told[Ask['do']] }
  | { readonly id: number; readonly failed: string }
  | { readonly log: 'debug' | 'info' | 'warn' | 'error'; readonly message: string; readonly fields: object }

/** One end of what joins two processes: JSON goes over it, in order. */
export interface Wire<Out, In> {
  send(message: Out): void
  onMessage(run: (message: In) => void): void
  /** The other end is gone. */
  onEnd(run: () => void): void
}

/** The end that holds the process: it can take its life. */
export interface WorkerWire extends Wire<Numbered, Answer> {
  kill(): void
}
