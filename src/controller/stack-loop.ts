import { Backoff } from '../lib/backoff.ts'
import type { Clock } from '../lib/clock.ts'
import { priority, type Priority } from '../engine/gates.ts'
import type { StackReport, StackRunner } from '../engine/stack-runner.ts'
import type { Log } from '../observe/log.ts'
import type { ProviderError } from '../provider/errors.ts'
import type { Queue } from './queue.ts'

export interface StackLoopParts {
  readonly clock: Clock
  readonly runner: StackRunner
  readonly queue: Queue
  readonly log: Log
  /** A Service should look how far it is. */
  readonly wakeService: (uid: string, rank: number) => void
  readonly random?: () => number
}

/** The priority class that a queue rank stands for: the highest that is not above it. */
function classOf(rank: number): Priority {
  let best: Priority = 'sweep'
  for (const [name, value] of Object.entries(priority) as [Priority, number][]) {
    if (value <= rank && value >= priority[best]) best = name
  }
  return best
}

/** Runs stacks, one run of one stack at a time, and tells the Services that have to do with it how it went. */
export class StackLoop {
  readonly #parts: StackLoopParts
  readonly #backoff: Backoff
  /** stack -> uids that wait for its next report */
  readonly #waiting = new Map<string, Set<string>>()
  /** stack -> clock ms until which it rests after a failure */
  readonly #pausedUntil = new Map<string, number>()
  /** stack -> uids that its last report spoke of */
  readonly #spokenOf = new Map<string, ReadonlySet<string>>()

  constructor(parts: StackLoopParts) {
    this.#parts = parts
    this.#backoff = new Backoff(parts.random === undefined ? {} : { random: parts.random })
  }

  /**
   * Marks a stack as changed and queues it; `uid` hears when it was run. After a failure only what users do goes
   * before the pause is over: what reads show may be the failure itself coming back.
   */
  wake(stack: string, uid: string | undefined, rank: number): void {
    this.#parts.runner.soil(stack)
    if (uid !== undefined) this.await(stack, uid)
    if (!this.#rests(stack, rank)) this.#parts.queue.add(stack, rank)
  }

  /** Whether it is too early after a failure; it is queued for later then. */
  #rests(stack: string, rank: number): boolean {
    const left = (this.#pausedUntil.get(stack) ?? 0) - this.#parts.clock.now()
    if (left <= 0 || rank >= priority.remove) return false
    this.#parts.queue.addAfter(stack, left, rank)
    return true
  }

  /** `uid` hears when the stack's next report is there. */
  await(stack: string, uid: string): void {
    const waiting = this.#waiting.get(stack) ?? new Set<string>()
    waiting.add(uid)
    this.#waiting.set(stack, waiting)
  }

  async run(stack: string, rank: number, signal: AbortSignal): Promise<void> {
    const { runner, queue, log } = this.#parts
    // Woken while the call that failed was under way.
    if (this.#rests(stack, rank)) return
    let report: StackReport
    try {
      report = await runner.run(stack, classOf(rank), signal)
    } catch (error) {
      if (signal.aborted) return
      log.error('a stack could not be planned', { stack, error })
      queue.addAfter(stack, this.#backoff.failed(stack), rank)
      return
    }
    if (report.failure === undefined) {
      this.#backoff.succeeded(stack)
      this.#pausedUntil.delete(stack)
    } else {
      const { failure } = report
      const ms = Math.max(this.#pause(stack, failure), failure.retryAfterMs ?? 0)
      log.warn('a cloud call failed', {
        stack,
        op: failure.op,
        kind: failure.kind,
        code: failure.code,
        message: failure.message,
        retryMs: ms,
      })
      this.#pausedUntil.set(stack, this.#parts.clock.now() + ms)
      queue.addAfter(stack, ms, rank)
    }
    if (report.againMs !== undefined) queue.addAfter(stack, report.againMs, rank)
    this.#tell(stack, report, rank)
  }

  /** How long a stack rests. A throttled call had no effect, and the gates pace the next: no rest need grow for it. */
  #pause(stack: string, failure: ProviderError): number {
    if (failure.kind === 'throttled') this.#backoff.succeeded(stack)
    return this.#backoff.failed(stack)
  }

  #tell(stack: string, report: StackReport, rank: number): void {
    const waiting = this.#waiting.get(stack) ?? new Set<string>()
    this.#waiting.delete(stack)
    const spoken = new Set<string>()
    for (const step of report.steps) for (const { uid } of step.owners) spoken.add(uid)
    for (const { uid } of report.failed) spoken.add(uid)
    for (const { loser } of report.conflicts) spoken.add(loser.uid)
    const before = this.#spokenOf.get(stack) ?? new Set<string>()
    if (spoken.size === 0) this.#spokenOf.delete(stack)
    else this.#spokenOf.set(stack, spoken)
    for (const uid of new Set([...waiting, ...report.changed, ...before, ...spoken]))
      this.#parts.wakeService(uid, rank)
  }
}
