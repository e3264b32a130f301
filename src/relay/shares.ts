import type { RelayFrontend, SchedulerName } from './frontend.ts'

/** These look at how many connections each target has, which no process knows of another. */
const counting: ReadonlySet<SchedulerName> = new Set([
  'least-connections',
  'weighted-least-connections',
  'shortest-expected-delay',
  'never-queue',
])

/**
 * Whether one process alone must serve it, since the kernel gives a client's connections to any that listens: affinity,
 * limits and counting schedulers look back at what came before. So do UDP flows: when a process comes or goes, the
 * kernel spreads the clients of all others anew.
 */
export const isSole = ({ protocol, affinitySeconds, maxConnections, scheduler }: RelayFrontend): boolean =>
  protocol === 'UDP' ||
  (affinitySeconds ?? 0) > 0 ||
  maxConnections !== undefined ||
  (scheduler !== undefined && counting.has(scheduler))

/** Which of several processes serves what one must serve alone. Who has it keeps it while it lives. */
export class Shares {
  readonly #owners = new Map<string, number>()

  /** Undefined: nobody is there to serve it. */
  ownerOf(id: string, living: readonly number[]): number | undefined {
    const owner = this.#owners.get(id)
    if (owner !== undefined && living.includes(owner)) return owner
    const next = this.#leastLaden(living)
    if (next === undefined) this.#owners.delete(id)
    else this.#owners.set(id, next)
    return next
  }

  drop(id: string): void {
    this.#owners.delete(id)
  }

  #leastLaden(living: readonly number[]): number | undefined {
    const loads = new Map(living.map((process) => [process, 0]))
    for (const owner of this.#owners.values()) {
      const load = loads.get(owner)
      if (load !== undefined) loads.set(owner, load + 1)
    }
    return [...loads].toSorted(([, a], [, b]) => a - b)[0]?.[0]
  }
}
