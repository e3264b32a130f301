import type { Clock } from '../../../src/lib/clock.ts'
import type { LocalHealthCheck, LocalTarget } from '../api.ts'
import { judged, unproven, type Verdict } from './health-verdict.ts'
import type { Probe, ProbePlace } from './health-probe.ts'

export interface ChecksOptions {
  readonly clock: Clock
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly probe: Probe
  /** Some target's standing is another one: worth looking at all. */
  readonly onChange: () => void
}

/** What is to be checked: a target as a listener's check says. */
export interface CheckWish {
  readonly target: LocalTarget
  readonly check: LocalHealthCheck
}

interface Watched {
  readonly place: ProbePlace
  readonly check: LocalHealthCheck
  readonly stop: AbortController
  verdict: Verdict
}

/** So much of an interval is left to chance, so that checks that began together do not stay together. */
const jitter = 0.2

/** Health checks, each at its own pace. Listeners that ask the same of the same place share one. */
export class HealthChecks {
  readonly #options: ChecksOptions
  #watched = new Map<string, Watched>()

  constructor(options: ChecksOptions) {
    this.#options = options
  }

  /** Exactly these from now on. A new one begins at once; one whose pace alone has changed keeps what is known. */
  watch(wishes: Iterable<CheckWish>): void {
    const known = new Map([...this.#watched.values()].map((watched) => [placeKey(watched), watched.verdict]))
    const before = this.#watched
    this.#watched = new Map()
    const begun: Watched[] = []
    for (const { target, check } of wishes) {
      const key = checkKey(target, check)
      if (this.#watched.has(key)) continue
      const place = placeOf(target, check)
      const watched = before.get(key) ?? {
        place,
        check,
        stop: new AbortController(),
        verdict: known.get(placeKey({ place, check })) ?? unproven,
      }
      if (!before.has(key)) begun.push(watched)
      this.#watched.set(key, watched)
    }
    for (const [key, { stop }] of before) if (!this.#watched.has(key)) stop.abort()
    for (const watched of begun) void this.#run(watched)
  }

  verdictOf(target: LocalTarget, check: LocalHealthCheck): Verdict {
    return this.#watched.get(checkKey(target, check))?.verdict ?? unproven
  }

  end(): void {
    this.watch([])
  }

  async #run(watched: Watched): Promise<void> {
    const { clock, random, probe, onChange } = this.#options
    const { place, check, stop } = watched
    while (!stop.signal.aborted) {
      const begun = clock.now()
      const outcome = await probe(place, check, stop.signal)
      if (stop.signal.aborted) return
      const before = watched.verdict.standing
      watched.verdict = judged(watched.verdict, outcome, check)
      if (watched.verdict.standing !== before) onChange()
      const due = begun + check.intervalMs * (1 - jitter / 2 + jitter * random())
      await clock.sleep(Math.max(0, due - clock.now()), stop.signal)
    }
  }
}

const placeOf = ({ address, port }: LocalTarget, check: LocalHealthCheck): ProbePlace => ({
  address,
  port: check.port ?? port,
})

const placeKey = ({ place, check }: Pick<Watched, 'place' | 'check'>): string =>
  `${check.protocol} ${place.address} ${place.port} ${check.path ?? ''}`

const checkKey = (target: LocalTarget, check: LocalHealthCheck): string =>
  [
    placeKey({ place: placeOf(target, check), check }),
    check.intervalMs,
    check.timeoutMs,
    check.healthyThreshold,
    check.unhealthyThreshold,
  ].join(' ')
