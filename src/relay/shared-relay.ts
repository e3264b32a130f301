import { Backoff } from '../lib/backoff.ts'
import { monotonicClock, type Clock } from '../lib/clock.ts'
import { silentLog, type Log } from '../observe/log.ts'
import type {
  FrontendCounters,
  FrontendFailure,
  RelayFrontend,
  RelayPin,
  RelayPins,
  SharingRelay,
} from './frontend.ts'
import { ProcessGone, RelayProcess } from './relay-process.ts'
import { isSole, Shares } from './shares.ts'
import type { WorkerWire } from './worker-talk.ts'

export interface SharedRelayOptions {
  /** How many processes. */
  readonly processes: number
  /** Starts one. */
  readonly spawn: () => WorkerWire
  readonly clock?: Clock
  readonly log?: Log
  /** Connections and flows of all processes together, the same part for each. Default 50,000. */
  readonly maxOpen?: number
}

/** A process that lived for so long did not die of what it was told. */
const provenMs = 10_000
/** Thousands of frontends are bound in this time on a machine that is busy. */
const changePatienceMs = 60_000
const countersPatienceMs = 10_000
/** Beyond the time that a drain was given. */
const drainPatienceMs = 5_000

/** Uses the cores that are there, up to four: one core per process, and some for those who are served. */
export const relayProcesses = (cores: number): number => Math.max(1, Math.min(cores, 4))

/**
 * A relay of several processes at the same ports. The kernel spreads connections among them, except for frontends that
 * one must serve alone (`isSole`). A process that dies takes its own connections with it: what it served alone goes to
 * another at once, and it is started again.
 */
export class SharedRelay implements SharingRelay {
  readonly #options: SharedRelayOptions
  readonly #clock: Clock
  readonly #log: Log
  readonly #living = new Map<number, RelayProcess>()
  readonly #frontends = new Map<string, RelayFrontend>()
  readonly #shares = new Shares()
  readonly #backoff = new Backoff({ baseMs: 100, maxMs: 30_000 })
  /** What those have counted that are gone. */
  readonly #before = new Map<string, FrontendCounters>()
  readonly #retries = new Set<() => void>()
  #adopted: ReadonlyMap<string, readonly RelayPin[]> = new Map()
  #isEnding = false
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(options: SharedRelayOptions) {
    this.#options = options
    this.#clock = options.clock ?? monotonicClock
    this.#log = options.log ?? silentLog
  }

  /** Rejects if not one of the processes starts. */
  static async start(options: SharedRelayOptions): Promise<SharedRelay> {
    const relay = new SharedRelay(options)
    await Promise.all(Array.from({ length: options.processes }, (_, slot) => relay.#spawn(slot)))
    if (relay.#living.size > 0) return relay
    await relay.drain(0)
    throw new Error(`none of the relay's ${options.processes} processes starts; what they wrote says why`)
  }

  serve(frontends: readonly RelayFrontend[]): Promise<readonly FrontendFailure[]> {
    return this.#inTurn(() => {
      const wanted = new Set(frontends.map(({ id }) => id))
      return this.#change(
        frontends,
        [...this.#frontends.keys()].filter((id) => !wanted.has(id)),
      )
    })
  }

  change(put: readonly RelayFrontend[], remove: readonly string[]): Promise<readonly FrontendFailure[]> {
    return this.#inTurn(() => this.#change(put, remove))
  }

  async counters(): Promise<ReadonlyMap<string, FrontendCounters>> {
    await Promise.all(
      [...this.#living.values()].map(async (process) => {
        // Of one that ends meanwhile what it told last is counted.
        const told = await process.ask({ do: 'counters' }, countersPatienceMs).catch(() => undefined)
        if (told !== undefined) process.counters = new Map(told)
      }),
    )
    const parts = [this.#before, ...[...this.#living.values()].map(({ counters }) => counters)]
    return new Map([...this.#frontends.keys()].map((id) => [id, sum(parts.map((part) => part.get(id)))]))
  }

  async hold(): Promise<void> {
    await Promise.all(
      [...this.#living.values()].map((process) =>
        process.ask({ do: 'hold' }, countersPatienceMs).catch(() => undefined),
      ),
    )
  }

  async pins(): Promise<RelayPins> {
    const parts = await Promise.all(
      [...this.#living.values()].map((process) =>
        process.ask({ do: 'pins' }, countersPatienceMs).catch((): RelayPins => []),
      ),
    )
    return parts.flat()
  }

  adopt(pins: RelayPins): Promise<void> {
    return this.#inTurn(() => {
      this.#adopted = new Map(pins)
      return Promise.resolve()
    })
  }

  drain(graceMs: number): Promise<void> {
    this.#isEnding = true
    for (const cancel of this.#retries) cancel()
    return this.#inTurn(async () => {
      await Promise.all(
        [...this.#living.values()].map(async (process) => {
          await process.ask({ do: 'drain', graceMs }, graceMs + drainPatienceMs).catch(() => undefined)
          process.kill()
        }),
      )
    })
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(run)
    this.#turn = turn.catch(() => {})
    return turn
  }

  async #change(
    put: readonly RelayFrontend[],
    remove: readonly string[],
  ): Promise<readonly FrontendFailure[]> {
    for (const id of remove) {
      this.#frontends.delete(id)
      this.#shares.drop(id)
      this.#before.delete(id)
    }
    for (const frontend of put) this.#frontends.set(frontend.id, frontend)
    const failures = await this.#settle(new Set([...remove, ...put.map(({ id }) => id)]))
    this.#adopted = new Map()
    return failures
  }

  /** Brings each process to what it should serve of these. Once more if one dies of it, as its part goes to others. */
  async #settle(ids: ReadonlySet<string>): Promise<readonly FrontendFailure[]> {
    for (let round = 0; this.#living.size > 0 && round <= this.#options.processes; round++) {
      const failures = new Map<string, FrontendFailure>()
      const before = this.#living.size
      await Promise.all(
        [...this.#living].map(async ([slot, process]) => {
          for (const failure of await this.#tell(slot, process, ids)) failures.set(failure.id, failure)
        }),
      )
      if (this.#living.size >= before) return [...failures.values()]
    }
    const message = 'no process of the relay lives; it is served when one has started again'
    return [...ids].filter((id) => this.#frontends.has(id)).map((id) => ({ id, reason: 'other', message }))
  }

  async #tell(
    slot: number,
    process: RelayProcess,
    ids: ReadonlySet<string>,
  ): Promise<readonly FrontendFailure[]> {
    const living = [...this.#living.keys()]
    const put: RelayFrontend[] = []
    const remove: string[] = []
    for (const id of ids) {
      const frontend = this.#frontends.get(id)
      const isHere =
        frontend !== undefined && (!isSole(frontend) || this.#shares.ownerOf(id, living) === slot)
      if (!isHere && process.serves.delete(id)) remove.push(id)
      if (isHere && process.serves.get(id) !== frontend) put.push(frontend)
    }
    if (put.length === 0 && remove.length === 0) return []
    const pins = put.flatMap(({ id }) => {
      const adopted = this.#adopted.get(id)
      return adopted === undefined ? [] : [[id, adopted] as const]
    })
    try {
      if (pins.length > 0) await process.ask({ do: 'adopt', pins }, changePatienceMs)
      const failures = await process.ask({ do: 'change', put, remove }, changePatienceMs)
      const failed = new Set(failures.map(({ id }) => id))
      for (const frontend of put) if (!failed.has(frontend.id)) process.serves.set(frontend.id, frontend)
      return failures
    } catch (error) {
      if (error instanceof ProcessGone) return []
      throw error
    }
  }

  async #spawn(slot: number): Promise<void> {
    const { processes, maxOpen = 50_000 } = this.#options
    const began = this.#clock.now()
    const process = new RelayProcess(this.#options.spawn(), this.#clock, this.#log, () => {
      if (this.#clock.now() - began >= provenMs) this.#backoff.succeeded(String(slot))
      this.#died(slot, process)
    })
    try {
      await process.ask(
        { do: 'start', maxOpen: Math.max(1, Math.floor(maxOpen / processes)) },
        changePatienceMs,
      )
    } catch {
      return
    }
    if (this.#isEnding) return process.kill()
    this.#living.set(slot, process)
  }

  #died(slot: number, process: RelayProcess): void {
    if (this.#living.get(slot) === process) this.#living.delete(slot)
    for (const [id, counted] of process.counters)
      if (this.#frontends.has(id)) this.#before.set(id, { ...sum([this.#before.get(id), counted]), open: 0 })
    if (this.#isEnding) return
    const retryMs = this.#backoff.failed(String(slot))
    this.#log.error('a process of the relay has ended; it is started again', { process: slot, retryMs })
    const settle = () =>
      this.#inTurn(() => this.#settle(new Set(this.#frontends.keys()))).then((failures) => {
        if (failures.length > 0)
          this.#log.warn('some frontends are not served by all processes', { failures })
      })
    // What it served alone goes to the others now.
    void settle()
    const cancel = this.#clock.after(retryMs, () => {
      this.#retries.delete(cancel)
      void this.#spawn(slot).then(settle)
    })
    this.#retries.add(cancel)
  }
}

function sum(parts: readonly (FrontendCounters | undefined)[]): FrontendCounters {
  const all = { open: 0, accepted: 0, shed: 0, failedDials: 0, lostSources: 0, bytesIn: 0, bytesOut: 0 }
  for (const part of parts)
    if (part !== undefined) for (const key of Object.keys(all) as (keyof typeof all)[]) all[key] += part[key]
  return all
}
