/** What the programs inside the namespaces are asked to do, and answer: one JSON text per line, each way. */
export type Protocol = 'TCP' | 'UDP'

export interface Shot {
  readonly protocol: Protocol
  /** Default: the kernel chooses. */
  readonly from?: string
  readonly to: string
  readonly port: number
  /** Nothing came for so long: silence. */
  readonly timeoutMs: number
  /** Shoots again until each of these has answered, `most` times at most. Default: once. */
  readonly until?: readonly string[]
  readonly most?: number
}

/**
 * What became of one connection. `refused`: a reset or ICMP port unreachable. `reset`: accepted, then cut without a byte.
 * `silence`: nothing came back.
 */
export type Outcome =
  | { readonly kind: 'answered'; readonly pod: string; readonly seen: string }
  | { readonly kind: 'refused' | 'reset' | 'unreachable' | 'silence' }
  | { readonly kind: 'error'; readonly message: string }

/** How often each came: `a from 192.0.2.21`, `refused`, ... */
export type Tally = Readonly<Record<string, number>>

export interface Serve {
  readonly pod: string
  readonly address: string
  readonly port: number
}

/** New connections at a steady pace, however long each takes. */
export interface StreamOrder {
  readonly shot: Shot
  readonly perSecond: number
}

export interface StreamReport {
  readonly sent: number
  readonly tally: Tally
  /** Of those that were not answered: when, in ms since the start. */
  readonly failedAt: readonly number[]
  /** Largest time from start to first byte. */
  readonly slowestMs: number
}

/** One socket that goes on sending. */
export interface FlowOrder {
  readonly protocol: Protocol
  readonly from?: string
  readonly to: string
  readonly port: number
  readonly everyMs: number
}

export interface FlowReport {
  readonly sent: number
  /** Which pod answered, and how often in a row, in the order of the answers. */
  readonly runs: readonly { readonly pod: string; readonly count: number }[]
  /** Longest time between two answers. */
  readonly longestGapMs: number
  readonly ended?: string
}

export interface AskOrder {
  readonly url: string
  readonly method?: string
  readonly body?: unknown
}

export interface AskReport {
  readonly code: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Order -> what it takes and what it answers. */
export interface Orders {
  readonly serve: [readonly Serve[], null]
  readonly silence: [{ readonly pod: string }, null]
  readonly shoot: [readonly Shot[], readonly Tally[]]
  readonly burst: [{ readonly shot: Shot; readonly count: number; readonly parallel: number }, Tally]
  readonly 'start-stream': [StreamOrder, number]
  readonly 'stop-stream': [number, StreamReport]
  readonly 'start-flow': [FlowOrder, number]
  readonly 'flow-so-far': [number, FlowReport]
  readonly 'stop-flow': [number, FlowReport]
  readonly ask: [readonly AskOrder[], readonly AskReport[]]
}
export type OrderName = keyof Orders

export interface OrderLine {
  readonly id: number
  readonly order: OrderName
  readonly takes: unknown
}

export type AnswerLine =
  { readonly id: number; readonly answer: unknown } | { readonly id: number; readonly error: string }
