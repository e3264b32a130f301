import { monotonicClock, type Clock } from '../../lib/clock.ts'
import type { Log } from '../../observe/log.ts'
import type { FrontendFailure, Relay, RelayFrontend } from '../../relay/frontend.ts'
import type { Applied, Changed, DataPlane } from '../data-plane.ts'
import type { FamilySettings, ProxyTable, Row } from '../table/row.ts'
import { familyFailures, portOf, type CausedFailure, type Unserved } from './failures.ts'
import { isWildcard, rowFrontends, type UserspaceSettings } from './frontends.ts'

export interface UserspaceOptions {
  readonly relay: Relay
  readonly settings: UserspaceSettings
  readonly log: Log
  /** One that only goes on. */
  readonly clock?: Clock
  /** What the relay did not take is not asked for again before so long, unless it changed. Default 5,000. */
  readonly retryMs?: number
  /** How long open connections may go on after `stop`. Default 10,000. */
  readonly drainMs?: number
}

interface Rendered {
  readonly row: Row
  readonly family: FamilySettings | undefined
  readonly frontends: readonly RelayFrontend[]
}

/** The data plane on the relay: any user, any system, as far as a process can go (see `userspaceDifferences`). */
export class UserspacePlane implements DataPlane {
  readonly name = 'userspace'
  readonly #options: UserspaceOptions
  readonly #clock: Clock
  readonly #rendered = new Map<string, Rendered>()
  /** By frontend id: what the relay did not take at its last try. */
  readonly #unserved = new Map<string, Unserved>()
  /** By port: the key of the row whose node port listens there on all addresses. */
  readonly #wildcards = new Map<string, string>()
  /** Causes that were logged and still hold. */
  #said: ReadonlySet<string> = new Set()
  #started = false

  constructor(options: UserspaceOptions) {
    this.#options = options
    this.#clock = options.clock ?? monotonicClock
  }

  start(): Promise<void> {
    return Promise.resolve()
  }

  async apply(table: ProxyTable, changed: Changed): Promise<Applied> {
    const whole = changed === 'all' || !this.#started
    const failures = whole ? await this.#serveAll(table) : await this.#change(table, changed)
    this.#started = true
    for (const [id, failure] of failures) this.#unserved.set(id, failure)
    const told = familyFailures(table, this.#unserved.values(), this.#wildcards)
    this.#say(table, told)
    return { failures: told }
  }

  intact(): Promise<boolean> {
    return Promise.resolve(true)
  }

  stop(): Promise<void> {
    return this.#options.relay.drain(this.#options.drainMs ?? 10_000)
  }

  /** Sockets end with their process: nothing of it stays on the machine. */
  cleanup(): Promise<void> {
    return Promise.resolve()
  }

  /** Tries again what failed before, too. */
  async #serveAll(table: ProxyTable): Promise<ReadonlyMap<string, Unserved>> {
    for (const key of this.#rendered.keys()) if (!table.rows.has(key)) this.#rendered.delete(key)
    this.#unserved.clear()
    this.#wildcards.clear()
    const all: RelayFrontend[] = []
    for (const row of table.rows.values()) all.push(...this.#render(row, table).frontends)
    return this.#noted(await this.#options.relay.serve(all), all)
  }

  async #change(table: ProxyTable, keys: ReadonlySet<string>): Promise<ReadonlyMap<string, Unserved>> {
    const put: RelayFrontend[] = []
    const remove: string[] = []
    for (const key of keys) {
      const before = this.#rendered.get(key)?.frontends ?? []
      const row = table.rows.get(key)
      const now = row === undefined ? [] : this.#render(row, table).frontends
      if (row === undefined) this.#rendered.delete(key)
      const ids = new Set(now.map(({ id }) => id))
      for (const frontend of before) {
        if (ids.has(frontend.id)) continue
        this.#unserved.delete(frontend.id)
        remove.push(frontend.id)
        if (this.#wildcards.get(portOf(frontend)) === key) this.#wildcards.delete(portOf(frontend))
      }
      const due = now.filter((frontend) => this.#isDue(frontend))
      for (const { id } of due) this.#unserved.delete(id)
      put.push(...due)
    }
    if (put.length === 0 && remove.length === 0) return new Map()
    return this.#noted(await this.#options.relay.change(put, remove), put)
  }

  /** The same frontends, as objects, while neither the row nor what holds for its family is another object. */
  #render(row: Row, table: ProxyTable): Rendered {
    const family = table.families[row.family]
    const before = this.#rendered.get(row.key)
    const kept = before !== undefined && before.row === row && before.family === family
    const rendered = kept
      ? before
      : { row, family, frontends: rowFrontends(row, family, this.#options.settings) }
    this.#rendered.set(row.key, rendered)
    for (const frontend of rendered.frontends)
      if (isWildcard(frontend.address)) this.#wildcards.set(portOf(frontend), row.key)
    return rendered
  }

  /** A machine that lacks ten thousand addresses is not asked for all of them at each change of another row. */
  #isDue(frontend: RelayFrontend): boolean {
    const unserved = this.#unserved.get(frontend.id)
    if (unserved?.frontend !== frontend) return true
    return this.#clock.now() - unserved.at >= (this.#options.retryMs ?? 5_000)
  }

  #noted(
    failures: readonly FrontendFailure[],
    asked: readonly RelayFrontend[],
  ): ReadonlyMap<string, Unserved> {
    if (failures.length === 0) return new Map()
    const frontends = new Map(asked.map((frontend) => [frontend.id, frontend]))
    const at = this.#clock.now()
    const unserved = failures.flatMap((failure): [string, Unserved][] => {
      const frontend = frontends.get(failure.id)
      return frontend === undefined ? [] : [[failure.id, { frontend, failure, at }]]
    })
    return new Map(unserved)
  }

  /** A failure is logged when it begins, not at each try. */
  #say(table: ProxyTable, failures: readonly CausedFailure[]): void {
    const { log } = this.#options
    for (const { cause, message, family, keys = [], expected } of failures) {
      if (this.#said.has(cause)) continue
      const ranges = expected === true ? (table.families[family]?.serviceRanges ?? []) : []
      const mend = ranges.map((range) => `ip ${ipOption[family]} route add local ${range} dev lo`)
      log.warn('not served', {
        reason: message,
        family,
        rows: keys.length,
        example: keys[0],
        ...(mend.length === 0 ? {} : { mend: mend.join('; ') }),
      })
    }
    const blind = Object.values(table.families).some(({ pods }) => pods.by === 'interface')
    if (blind && !this.#said.has(blindness)) log.warn(blindness)
    this.#said = new Set([...failures.map(({ cause }) => cause), ...(blind ? [blindness] : [])])
  }
}

const ipOption = { IPv4: '-4', IPv6: '-6' } as const

const blindness =
  'pods cannot be told by their interface in userspace: with a Local policy they count as outside; name their ranges'
