import type { Clock } from '../lib/clock.ts'
import type { Log } from '../observe/log.ts'
import type { FrontendCounters, RelayFrontend } from './frontend.ts'
import type { Ask, Told, WorkerWire } from './worker-talk.ts'

/** The process died, or was killed since it did not answer. */
export class ProcessGone extends Error {
  override readonly name = 'ProcessGone'
}

interface Waiting {
  readonly told: (told: never) => void
  readonly failed: (error: Error) => void
  readonly cancel: () => void
}

/** One process of a relay, as long as it lives. */
export class RelayProcess {
  /** What it serves. */
  readonly serves = new Map<string, RelayFrontend>()
  /** As it told them last. */
  counters: ReadonlyMap<string, FrontendCounters> = new Map()
  readonly #wire: WorkerWire
  readonly #clock: Clock
  readonly #waiting = new Map<number, Waiting>()
  #asked = 0
  #isGone = false

  constructor(wire: WorkerWire, clock: Clock, log: Log, gone: () => void) {
    this.#wire = wire
    this.#clock = clock
    wire.onMessage((answer) => {
      if ('log' in answer) return log[answer.log](answer.message, { ...answer.fields })
      const waiting = this.#waiting.get(answer.id)
      this.#waiting.delete(answer.id)
      waiting?.cancel()
      if ('failed' in answer) waiting?.failed(new Error(answer.failed))
      else waiting?.told(answer.told as never)
    })
    wire.onEnd(() => {
      this.#isGone = true
      for (const { cancel, failed } of this.#waiting.values()) {
        cancel()
        failed(new ProcessGone('the process has ended'))
      }
      this.#waiting.clear()
      gone()
    })
  }

  /** Rejects with `ProcessGone`. One that is silent for so long hangs, and is killed. */
  ask<A extends Ask>(ask: A, patienceMs: number): Promise<Told[A['do']]> {
    if (this.#isGone) return Promise.reject(new ProcessGone('the process has ended'))
    const id = this.#asked++
    return new Promise((told, failed) => {
      const cancel = this.#clock.after(patienceMs, () => this.#wire.kill())
      this.#waiting.set(id, { told, failed, cancel })
      this.#wire.send({ id, ask })
    })
  }

  kill(): void {
    this.#wire.kill()
  }
}
