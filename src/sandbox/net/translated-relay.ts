import type { FrontendCounters, FrontendFailure, Relay, RelayFrontend } from '../../relay/frontend.ts'
import type { Translation } from './translation.ts'

/** So many other ports are tried where a stranger has the one that stands in. */
const mostRounds = 10

/** A relay that listens, and dials, where things really are. */
export class TranslatedRelay implements Relay {
  readonly #inner: Relay
  readonly #translation: Translation
  /** The same object for the same object, so that what did not change is left alone. */
  #made = new WeakMap<RelayFrontend, RelayFrontend>()

  constructor(inner: Relay, translation: Translation) {
    this.#inner = inner
    this.#translation = translation
  }

  async serve(frontends: readonly RelayFrontend[]): Promise<readonly FrontendFailure[]> {
    return this.#elsewhere(frontends, await this.#inner.serve(frontends.map((one) => this.#place(one))))
  }

  async change(
    put: readonly RelayFrontend[],
    remove: readonly string[],
  ): Promise<readonly FrontendFailure[]> {
    const failures = await this.#inner.change(
      put.map((one) => this.#place(one)),
      remove,
    )
    return this.#elsewhere(put, failures)
  }

  counters(): Promise<ReadonlyMap<string, FrontendCounters>> {
    return this.#inner.counters()
  }

  drain(graceMs: number): Promise<void> {
    return this.#inner.drain(graceMs)
  }

  /** Another try, at other ports, for those that met a stranger. */
  async #elsewhere(
    asked: readonly RelayFrontend[],
    failures: readonly FrontendFailure[],
  ): Promise<readonly FrontendFailure[]> {
    const lost = new Map(failures.map((failure) => [failure.id, failure]))
    for (let round = 0; round < mostRounds; round++) {
      const again = asked.filter((one) => lost.get(one.id)?.reason === 'in-use' && this.#move(one))
      if (again.length === 0) break
      for (const { id } of again) lost.delete(id)
      const put = again.map((one) => this.#place(one))
      for (const failure of await this.#inner.change(put, [])) lost.set(failure.id, failure)
    }
    return [...lost.values()]
  }

  #move(frontend: RelayFrontend): boolean {
    this.#made.delete(frontend)
    return this.#translation.next(frontend.protocol, frontend) !== undefined
  }

  #place(frontend: RelayFrontend): RelayFrontend {
    if (this.#translation.isPlain) return frontend
    const made = this.#made.get(frontend) ?? this.#translated(frontend)
    this.#made.set(frontend, made)
    return made
  }

  #translated({ dialFrom, ...frontend }: RelayFrontend): RelayFrontend {
    const { protocol } = frontend
    const place = this.#translation.at(protocol, frontend)
    const hasOwn = this.#translation.facts.addresses === 'all' && dialFrom !== undefined
    return {
      ...frontend,
      address: place.address,
      port: place.port,
      routes: frontend.routes.map(({ targets, ...route }) => ({
        ...route,
        targets: targets.map((target) => ({ ...target, ...this.#translation.at(protocol, target) })),
      })),
      ...(hasOwn ? { dialFrom } : {}),
    }
  }
}
