import PQueue from 'p-queue'
import type { Clock } from '../lib/clock.ts'
import { deadline } from '../lib/deadline.ts'
import { ProviderError } from '../provider/errors.ts'
import { Pace } from './pace.ts'

/** Law 13: who goes first when calls must queue. */
export const priority = { user: 50, remove: 40, leaving: 30, joining: 20, resync: 10, sweep: 0 } as const
export type Priority = keyof typeof priority

/** Law 10: no request may outlast this, so that a lease that outlasts it covers it. */
export const requestMs = 8_000

export interface Call {
  /** Reads and writes are throttled apart by every cloud. */
  readonly action: 'read' | 'write'
  /** Which allowance of the account it draws on, where a cloud gives several: each is throttled apart. */
  readonly budget?: string
  readonly provider: string
  readonly op: string
  readonly priority: Priority
}

export interface CallResult extends Call {
  readonly ms: number
  readonly outcome: 'ok' | ProviderError['kind']
}

export interface GateOptions {
  readonly clock: Clock
  readonly concurrency: number
  /** Whether the lease outlasts a request that starts now. Reads do not ask. */
  readonly mayWrite: () => boolean
  readonly onCall?: (result: CallResult) => void
}

/** The lease ran too short for another write: nothing was sent. */
export class NotLeading extends Error {
  override name = 'NotLeading'
}

/** Calls that one allowance pays for. */
interface Lane {
  /** Whoever is most urgent waits for the next turn, and only he: what comes later may still go before the others. */
  readonly turns: PQueue
  readonly sending: PQueue
  readonly pace: Pace
}

/** Every call to a cloud goes through here: ordered, paced, bounded in time, and written only under the lease. */
export class Gates {
  readonly #options: GateOptions
  readonly #lanes = new Map<string, Lane>()

  constructor(options: GateOptions) {
    this.#options = options
  }

  async run<T>(call: Call, signal: AbortSignal, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { turns, sending, pace } = this.#lane(call)
    const { answer } = await turns.add(
      async () => {
        // As many as may be under way: until one of them ends, the order of those that wait stays open.
        await sending.onSizeLessThan(1)
        await pace.turn(signal)
        const sent = sending.add(() => {
          signal.throwIfAborted()
          if (call.action === 'write' && !this.#options.mayWrite())
            throw new NotLeading('the lease does not outlast a request')
          return this.#send(call, signal, pace, send)
        })
        sent.catch(() => {})
        // In a box: the turn is over when the call is on its way, not when it is answered.
        return { answer: sent }
      },
      { priority: priority[call.priority] },
    )
    return answer
  }

  #lane({ action, budget = '' }: Call): Lane {
    const name = `${action} ${budget}`
    const known = this.#lanes.get(name)
    if (known !== undefined) return known
    const { clock, concurrency } = this.#options
    const made: Lane = {
      turns: new PQueue({ concurrency: 1 }),
      sending: new PQueue({ concurrency }),
      pace: new Pace(clock),
    }
    this.#lanes.set(name, made)
    return made
  }

  async #send<T>(
    call: Call,
    signal: AbortSignal,
    pace: Pace,
    send: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { clock, onCall } = this.#options
    const began = clock.now()
    const limit = deadline(clock, requestMs, signal)
    const told = (outcome: CallResult['outcome']) => onCall?.({ ...call, ms: clock.now() - began, outcome })
    try {
      const answer = await send(limit.signal)
      pace.granted()
      told('ok')
      return answer
    } catch (error) {
      const known = error instanceof ProviderError ? error : asTransient(call.op, error, limit.expired)
      if (known.kind === 'throttled') pace.throttled(known.retryAfterMs)
      told(known.kind)
      throw known
    } finally {
      limit.clear()
    }
  }
}

/** What an adapter did not classify: nobody knows whether it took effect. */
const asTransient = (op: string, cause: unknown, expired: boolean): ProviderError =>
  new ProviderError({
    kind: expired ? 'transient' : 'unknown',
    code: expired ? 'Timeout' : 'Unclassified',
    op,
    sent: 'maybe',
    message: expired
      ? `${op} did not answer within ${requestMs / 1000} s`
      : String(cause instanceof Error ? cause.message : cause),
    cause,
  })
