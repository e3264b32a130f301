import type { PathListener, TrafficPath } from '../traffic-path.ts'

/** Per second, between the last two looks. */
export interface Rate {
  readonly accepted: number
  readonly bytesIn: number
  readonly bytesOut: number
  /** New connections per second at the last looks, the oldest first. */
  readonly history: readonly number[]
}

type Counters = NonNullable<PathListener['counters']>

interface Sample {
  readonly at: number
  readonly counters: Counters
  readonly rate: Rate
}

const still: Rate = { accepted: 0, bytesIn: 0, bytesOut: 0, history: [] }
/** Two looks that are nearer than this say little. In milliseconds. */
const nearestLooks = 400
const mostLooks = 30

export const listenerKey = ({ address, port, protocol }: PathListener): string =>
  `${address} ${port} ${protocol}`

/** How fast the counters of one Service move. */
export class Rates {
  readonly #samples = new Map<string, Sample>()

  /** `at`: ms of a clock that only goes on. */
  look(path: TrafficPath | undefined, at: number): void {
    for (const listener of path?.listeners ?? []) {
      const { counters } = listener
      const key = listenerKey(listener)
      const last = this.#samples.get(key)
      if (counters === undefined) continue
      // A counter that fell began anew: its server was started again.
      if (last === undefined || counters.accepted < last.counters.accepted)
        this.#samples.set(key, { at, counters, rate: still })
      else if (at - last.at >= nearestLooks)
        this.#samples.set(key, { at, counters, rate: rateOf(last, at, counters) })
    }
  }

  of(listener: PathListener): Rate {
    return this.#samples.get(listenerKey(listener))?.rate ?? still
  }

  clear(): void {
    this.#samples.clear()
  }
}

function rateOf(last: Sample, at: number, counters: Counters): Rate {
  const seconds = (at - last.at) / 1000
  const per = (field: keyof Counters): number => Math.max(0, counters[field] - last.counters[field]) / seconds
  const accepted = per('accepted')
  return {
    accepted,
    bytesIn: per('bytesIn'),
    bytesOut: per('bytesOut'),
    history: [...last.rate.history, accepted].slice(-mostLooks),
  }
}

export const moves = ({ accepted, bytesIn, bytesOut }: Rate): boolean => accepted + bytesIn + bytesOut > 0
