import { monotonicClock, type Clock } from '../lib/clock.ts'
import { silentLog, type Log } from '../observe/log.ts'
import { mostConnections } from './descriptors.ts'
import type {
  FrontendCounters,
  FrontendFailure,
  RelayFrontend,
  RelayPin,
  RelayPins,
  SharingRelay,
} from './frontend.ts'
import { ListenRefused, type Listen, type Listening, type RelayParts } from './listening.ts'
import { CountedRoom } from './room.ts'
import { listenTcp } from './tcp-listening.ts'
import { listenUdp } from './udp-listening.ts'

export interface LocalRelayOptions {
  readonly clock?: Clock
  readonly log?: Log
  /** Uniform in [0, 1). */
  readonly random?: () => number
  /** Lets other processes, of the same user, listen at the same ports. Default false. */
  readonly sharePorts?: boolean
  /** Connections and flows of all frontends. Default 50,000, or what file descriptors suffice for. */
  readonly maxOpen?: number
  /** Default 1 h, as kube-proxy has conntrack keep connections whose client has ended. */
  readonly halfOpenTimeoutMs?: number
  /** How each protocol is served. */
  readonly listen?: Readonly<Partial<Record<RelayFrontend['protocol'], Listen>>>
}

interface Served {
  readonly frontend: RelayFrontend
  readonly listening: Listening
}

const portOf = ({ protocol, port }: RelayFrontend): string => `${protocol} ${port}`

/** The relay in this process. */
export class LocalRelay implements SharingRelay {
  readonly #parts: RelayParts
  readonly #listen: Readonly<Partial<Record<RelayFrontend['protocol'], Listen>>>
  readonly #served = new Map<string, Served>()
  #adopted: ReadonlyMap<string, readonly RelayPin[]> = new Map()
  /** Taken out, not yet empty. */
  readonly #leaving = new Set<Listening>()
  /** The end of the call before: one at a time, in the order they came. */
  #before: Promise<unknown> = Promise.resolve()

  constructor(options: LocalRelayOptions = {}) {
    this.#parts = {
      clock: options.clock ?? monotonicClock,
      log: options.log ?? silentLog,
      random: options.random ?? Math.random,
      sharePorts: options.sharePorts ?? false,
      halfOpenTimeoutMs: options.halfOpenTimeoutMs ?? 3_600_000,
      room: new CountedRoom(options.maxOpen ?? Math.min(50_000, mostConnections() ?? 50_000)),
      adopted: (id) => this.#adopted.get(id) ?? [],
    }
    this.#listen = { TCP: listenTcp, UDP: listenUdp, ...options.listen }
  }

  serve(frontends: readonly RelayFrontend[]): Promise<readonly FrontendFailure[]> {
    return this.#inTurn(() => {
      const wanted = new Set(frontends.map(({ id }) => id))
      return this.#change(
        frontends,
        [...this.#served.keys()].filter((id) => !wanted.has(id)),
      )
    })
  }

  change(put: readonly RelayFrontend[], remove: readonly string[]): Promise<readonly FrontendFailure[]> {
    return this.#inTurn(() => this.#change(put, remove))
  }

  counters(): Promise<ReadonlyMap<string, FrontendCounters>> {
    return Promise.resolve(
      new Map([...this.#served].map(([id, { listening }]) => [id, listening.counters()])),
    )
  }

  hold(): Promise<void> {
    return this.#inTurn(() => {
      if (this.#parts.sharePorts) for (const { listening } of this.#served.values()) listening.hold?.()
      return Promise.resolve()
    })
  }

  pins(): Promise<RelayPins> {
    const all = Array.from(this.#served, ([id, { listening }]) => [id, listening.pins()] as const)
    return Promise.resolve(all.filter(([, pins]) => pins.length > 0))
  }

  adopt(pins: RelayPins): Promise<void> {
    return this.#inTurn(() => {
      this.#adopted = new Map(pins)
      return Promise.resolve()
    })
  }

  drain(graceMs: number): Promise<void> {
    return this.#inTurn(async () => {
      for (const id of this.#served.keys()) void this.#remove(id, 'draining')
      const empty = Promise.all([...this.#leaving].map((listening) => listening.drained()))
      if (graceMs > 0) {
        const over = new AbortController()
        await Promise.race([empty, this.#parts.clock.sleep(graceMs, over.signal)])
        over.abort()
      }
      for (const listening of this.#leaving) listening.end()
      await empty
    })
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#before.then(run)
    this.#before = turn.catch(() => {})
    return turn
  }

  async #change(
    put: readonly RelayFrontend[],
    remove: readonly string[],
  ): Promise<readonly FrontendFailure[]> {
    // First, so that what comes may have the port of what goes.
    const wanted = new Set(put.map(portOf))
    const closed = remove.map((id) => {
      const frontend = this.#served.get(id)?.frontend
      return this.#remove(id, frontend === undefined || wanted.has(portOf(frontend)) ? undefined : 'quietly')
    })
    const failures = await Promise.all(put.map((frontend) => this.#put(frontend)))
    this.#adopted = new Map()
    await Promise.all(closed)
    return failures.filter((failure) => failure !== undefined)
  }

  async #put(frontend: RelayFrontend): Promise<FrontendFailure | undefined> {
    const { id, protocol } = frontend
    const before = this.#served.get(id)
    if (before?.frontend === frontend) return undefined
    try {
      if (before !== undefined && before.frontend.protocol === protocol) {
        await before.listening.update(frontend)
        this.#served.set(id, { frontend, listening: before.listening })
        return undefined
      }
      const listen = this.#listen[protocol]
      if (listen === undefined) throw new ListenRefused('invalid', `this relay does not serve ${protocol}`)
      const listening = await listen(frontend, this.#parts)
      void this.#remove(id)
      this.#served.set(id, { frontend, listening })
      return undefined
    } catch (error) {
      const reason = error instanceof ListenRefused ? error.reason : 'other'
      return { id, reason, message: error instanceof Error ? error.message : String(error) }
    }
  }

  /** Resolves when it is closed to new connections. */
  #remove(id: string, how?: 'quietly' | 'draining'): Promise<void> {
    const served = this.#served.get(id)
    if (served === undefined) return Promise.resolve()
    const { listening, frontend } = served
    this.#served.delete(id)
    const closed = listening.close(how)
    this.#leaving.add(listening)
    const { drainMs } = frontend
    // A relay that drains has its own grace.
    const cancel =
      drainMs === undefined || how === 'draining'
        ? undefined
        : this.#parts.clock.after(drainMs, () => listening.end())
    void listening.drained().then(() => {
      cancel?.()
      this.#leaving.delete(listening)
    })
    return closed
  }
}
