import { Backoff } from '../../../src/lib/backoff.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import type { Log } from '../../../src/observe/log.ts'
import type { FrontendCounters, Relay, RelayFrontend } from '../../../src/relay/frontend.ts'
import type { LocalListener, LocalTarget, LocalTargetHealth } from '../api.ts'
import { failureText } from './failure-text.ts'
import { aroundOf, frontendOf, takersOf, type Around, type Standing } from './frontends.ts'
import { HealthChecks } from './health-checks.ts'
import type { Probe } from './health-probe.ts'
import { targetName, trustedHealth } from './in-process.ts'
import type { KeptListener, Records } from './records.ts'

export interface ServingOptions {
  readonly relay: Relay
  readonly probe: Probe
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
  /** Where a place is reached, if not there. */
  readonly reachedAt?: (
    place: Pick<RelayFrontend, 'protocol' | 'address' | 'port'>,
  ) => LocalListener['reachedAt']
}

interface Served {
  readonly listener: KeptListener
  readonly around: Around
  /** Which targets took new connections. */
  readonly takers: string
  readonly frontend: RelayFrontend
}

/** Carries the traffic that the records ask for: listeners, targets and their health become what the relay serves. */
export class Serving {
  readonly #options: ServingOptions
  readonly #checks: HealthChecks
  readonly #backoff = new Backoff({ baseMs: 500, maxMs: 15_000 })
  readonly #served = new Map<string, Served>()
  readonly #failures = new Map<string, string>()
  #records: Records | undefined
  #turn: Promise<void> = Promise.resolve()
  /** One that has not begun, and will see whatever is new by then. */
  #next: Promise<void> | undefined
  #cancelRetry: (() => void) | undefined
  #ended = false

  constructor(options: ServingOptions) {
    this.#options = options
    const { clock, random, probe } = options
    this.#checks = new HealthChecks({ clock, random, probe, onChange: () => void this.#apply() })
  }

  /** Resolves when it is served, or known not to be. */
  serve(records: Records): Promise<void> {
    this.#records = records
    this.#checks.watch(checksIn(records))
    return this.#apply()
  }

  /** When all that was told is done. */
  settled(): Promise<void> {
    return this.#next ?? this.#turn
  }

  shown(listener: KeptListener): Pick<LocalListener, 'failure' | 'reachedAt' | 'healthy'> {
    const failure = this.#failures.get(listener.id)
    const frontend = this.#served.get(listener.id)?.frontend
    const reachedAt = frontend === undefined ? undefined : this.#options.reachedAt?.(frontend)
    return {
      ...(failure === undefined ? {} : { failure }),
      ...(reachedAt === undefined ? {} : { reachedAt }),
      healthy: takersOf(listener, this.#judge).map(({ address, port }) => targetName(address, port)),
    }
  }

  health(listener: KeptListener): Readonly<Record<string, LocalTargetHealth>> {
    const { healthCheck, targets } = listener
    if (healthCheck === undefined) return trustedHealth(listener)
    return Object.fromEntries(
      targets.map((target) => {
        const { standing, reason, message } = this.#checks.verdictOf(target, healthCheck)
        return [targetName(target.address, target.port), { healthy: standing === 'healthy', reason, message }]
      }),
    )
  }

  counters(): Promise<ReadonlyMap<string, FrontendCounters>> {
    return this.#options.relay.counters()
  }

  /** Takes nothing new, and ends what is open when the grace is over. */
  async drain(graceMs: number): Promise<void> {
    this.#ended = true
    this.#cancelRetry?.()
    this.#checks.end()
    await this.settled()
    await this.#options.relay.drain(graceMs)
  }

  readonly #judge = ({ healthCheck }: KeptListener, target: LocalTarget): Standing =>
    healthCheck === undefined ? 'healthy' : this.#checks.verdictOf(target, healthCheck).standing

  #apply(): Promise<void> {
    this.#next ??= this.#turn.then(() => {
      this.#next = undefined
      return this.#change()
    })
    this.#turn = this.#next
    return this.#next
  }

  async #change(): Promise<void> {
    const records = this.#records
    if (records === undefined || this.#ended) return
    const put: Served[] = []
    for (const listener of records.listeners.values()) {
      const served = this.#servedAnew(records, listener)
      if (served !== undefined) put.push(served)
    }
    const remove = [...this.#served.keys()].filter((id) => !records.listeners.has(id))
    if (put.length === 0 && remove.length === 0) return
    for (const id of remove) {
      this.#served.delete(id)
      this.#failures.delete(id)
      this.#backoff.succeeded(id)
    }
    for (const served of put) this.#served.set(served.listener.id, served)
    const failures = await this.#options.relay.change(
      put.map(({ frontend }) => frontend),
      remove,
    )
    const failed = new Map(failures.map((failure) => [failure.id, failure]))
    for (const { listener, frontend } of put) {
      const failure = failed.get(listener.id)
      this.#note(listener.id, failure === undefined ? undefined : failureText(failure, frontend), frontend)
    }
    this.#retryLater()
  }

  /** Undefined: it is served as it should be. */
  #servedAnew(records: Records, listener: KeptListener): Served | undefined {
    const around = aroundOf(records, listener)
    if (around === undefined) return undefined
    const takers = takersOf(listener, this.#judge)
      .map(({ address, port }) => targetName(address, port))
      .join(' ')
    const before = this.#failures.has(listener.id) ? undefined : this.#served.get(listener.id)
    const same =
      before?.listener === listener &&
      before.takers === takers &&
      before.around.address === around.address &&
      before.around.certificate === around.certificate
    return same
      ? undefined
      : { listener, around, takers, frontend: frontendOf(listener, around, this.#judge) }
  }

  #note(id: string, failure: string | undefined, { protocol, address, port }: RelayFrontend): void {
    const before = this.#failures.get(id)
    const { log } = this.#options
    if (failure === undefined) {
      this.#failures.delete(id)
      this.#backoff.succeeded(id)
      if (before !== undefined) log.info('a listener is served now', { protocol, address, port })
      return
    }
    this.#failures.set(id, failure)
    if (failure !== before) log.warn('a listener cannot be served', { protocol, address, port, failure })
  }

  /** What failed is tried again now and then: the other program may have gone, or the address come. */
  #retryLater(): void {
    this.#cancelRetry?.()
    this.#cancelRetry = undefined
    if (this.#failures.size === 0 || this.#ended) return
    const wait = Math.min(...[...this.#failures.keys()].map((id) => this.#backoff.failed(id)))
    this.#cancelRetry = this.#options.clock.after(wait, () => void this.#apply())
  }
}

function* checksIn({ listeners }: Records) {
  for (const { healthCheck: check, targets } of listeners.values())
    if (check !== undefined) for (const target of targets) yield { target, check }
}
