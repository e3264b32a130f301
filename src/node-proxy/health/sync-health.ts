import type { Clock } from '../../lib/clock.ts'
import type { IpFamily } from '../../lib/ip.ts'

export interface FamilyHealth {
  readonly healthy: boolean
  /** Milliseconds since the epoch; undefined before the first write. */
  readonly lastUpdated: number | undefined
}

interface Family {
  waitingSince: number | undefined
  lastUpdated: number | undefined
}

/**
 * Whether changes reach the data plane. A family is unhealthy while a change of it has waited for longer than `staleMs`;
 * without one that waits it is healthy, however long ago the last write was.
 */
export class SyncHealth {
  readonly #clock: Clock
  readonly #wall: Clock
  readonly #staleMs: number
  readonly #families = new Map<IpFamily, Family>()
  /** The oldest change that no write has taken yet. */
  #untaken: number | undefined

  /** `wall` tells dates; `clock` measures, and nobody can set it. */
  constructor(clock: Clock, wall: Clock, staleMs: number) {
    this.#clock = clock
    this.#wall = wall
    this.#staleMs = staleMs
  }

  changed(): void {
    const now = this.#clock.now()
    this.#untaken ??= now
    for (const family of this.#families.values()) family.waitingSince ??= now
  }

  /** A write begins, of all changes until now. */
  taken(families: Iterable<IpFamily>): void {
    const since = this.#untaken
    this.#untaken = undefined
    const served = new Set(families)
    for (const name of this.#families.keys()) if (!served.has(name)) this.#families.delete(name)
    for (const name of served)
      if (!this.#families.has(name)) this.#families.set(name, { waitingSince: since, lastUpdated: undefined })
  }

  wrote(name: IpFamily): void {
    const family = this.#families.get(name)
    if (family === undefined) return
    family.waitingSince = this.#untaken
    family.lastUpdated = this.#wall.now()
  }

  /** What could not be written waits, also when no change asked for it. */
  failed(name: IpFamily): void {
    const family = this.#families.get(name)
    if (family !== undefined) family.waitingSince ??= this.#clock.now()
  }

  get healthy(): boolean {
    return this.#inTime(this.#untaken) && [...this.#families.values()].every(this.#isHealthy)
  }

  /** The newest write of any family. */
  get lastUpdated(): number | undefined {
    const times = [...this.#families.values()].flatMap(({ lastUpdated }) => lastUpdated ?? [])
    return times.length === 0 ? undefined : Math.max(...times)
  }

  get families(): ReadonlyMap<IpFamily, FamilyHealth> {
    return new Map(
      [...this.#families].map(([name, family]) => [
        name,
        { healthy: this.#isHealthy(family), lastUpdated: family.lastUpdated },
      ]),
    )
  }

  readonly #isHealthy = ({ waitingSince }: Family): boolean => this.#inTime(waitingSince)

  #inTime(since: number | undefined): boolean {
    return since === undefined || this.#clock.now() - since <= this.#staleMs
  }
}
