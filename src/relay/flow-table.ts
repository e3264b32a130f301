import type { Clock } from '../lib/clock.ts'
import type { Target } from './balancer.ts'
import type { Flow } from './udp-flow.ts'

/** A flow is idle for its time at least, and a part of it at most longer. */
const turnsPerTimeout = 8

/** Clients whose target refused them are remembered up to this many: they cost a spoofer one datagram each. */
const mostRefused = 10_000

interface Refused {
  readonly by: Set<Target>
  turn: number
}

/**
 * The flows of a frontend by client. Time is counted in turns of a sweep: a datagram costs no look at the clock, and a
 * clock that is set ends no flow.
 */
export class FlowTable {
  readonly flows = new Map<string, Flow>()
  readonly #refused = new Map<string, Refused>()
  readonly #clock: Clock
  readonly #idle: (flow: Flow) => void
  #timeoutMs: number
  #turn = 0
  #cancel: (() => void) | undefined

  constructor(clock: Clock, timeoutMs: number, idle: (flow: Flow) => void) {
    this.#clock = clock
    this.#timeoutMs = timeoutMs
    this.#idle = idle
  }

  /** Holds from the next turn on. */
  set timeoutMs(ms: number) {
    this.#timeoutMs = ms
  }

  add(flow: Flow): void {
    this.flows.set(flow.key, flow)
    this.touch(flow)
    this.#cancel ??= this.#later()
  }

  touch(flow: Flow): void {
    flow.turn = this.#turn
  }

  remove(flow: Flow): boolean {
    return this.flows.get(flow.key) === flow && this.flows.delete(flow.key)
  }

  /** Who has refused this client since it was last idle. */
  refusedBy(key: string): ReadonlySet<Target> | undefined {
    return this.#refused.get(key)?.by
  }

  refuse(flow: Flow): void {
    const by = this.#refused.get(flow.key)?.by ?? new Set()
    this.#refused.delete(flow.key)
    this.#refused.set(flow.key, { by: by.add(flow.target), turn: this.#turn })
    for (const oldest of this.#refused.keys()) {
      if (this.#refused.size <= mostRefused) break
      this.#refused.delete(oldest)
    }
    this.#cancel ??= this.#later()
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #later(): () => void {
    return this.#clock.after(Math.max(1, this.#timeoutMs / turnsPerTimeout), () => {
      const oldest = ++this.#turn - turnsPerTimeout
      for (const flow of this.flows.values()) if (flow.turn < oldest) this.#idle(flow)
      for (const [key, { turn }] of this.#refused) if (turn < oldest) this.#refused.delete(key)
      this.#cancel = this.flows.size > 0 || this.#refused.size > 0 ? this.#later() : undefined
    })
  }
}
