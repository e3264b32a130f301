import type { SchedulerName } from './frontend.ts'
import { leastConnections, weightedLeastConnections } from './schedule-least.ts'
import { destinationHash, sourceHash } from './schedule-hash.ts'
import { neverQueue, shortestExpectedDelay } from './schedule-delay.ts'
import { random } from './schedule-random.ts'
import { roundRobin, weightedRoundRobin } from './schedule-round.ts'

/** A target that takes new connections. */
export interface Candidate {
  /** Address and port. */
  readonly key: string
  /** Above 0. */
  readonly weight: number
  readonly open: number
  /** The scheduler's own, 0 at first. It stays with the target when the list around it changes. */
  mark: number
}

/** Read only by who needs it. */
export interface Asked {
  readonly client: string
  readonly destination: string
}

/** One per list of targets. Undefined only where the list is empty. */
export type Scheduler = <C extends Candidate>(from: readonly C[], asked: Asked) => C | undefined

const makers: Readonly<Record<SchedulerName, (uniform: () => number) => Scheduler>> = {
  random,
  'round-robin': roundRobin,
  'weighted-round-robin': () => weightedRoundRobin,
  'least-connections': leastConnections,
  'weighted-least-connections': weightedLeastConnections,
  'source-hash': () => sourceHash,
  'destination-hash': () => destinationHash,
  'shortest-expected-delay': shortestExpectedDelay,
  'never-queue': neverQueue,
}

/** `uniform` answers numbers in [0, 1). */
export const makeScheduler = (name: SchedulerName, uniform: () => number): Scheduler => makers[name](uniform)
