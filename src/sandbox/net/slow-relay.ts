import type { FrontendCounters, FrontendFailure, Relay, RelayFrontend } from '../../relay/frontend.ts'

/** A relay that can be made slow, and quick again: new connections wait, those that are open go on. */
export class SlowRelay implements Relay {
  readonly #inner: Relay
  readonly #frontends = new Map<string, RelayFrontend>()
  #delayMs: number | undefined

  constructor(inner: Relay, delayMs?: number) {
    this.#inner = inner
    this.#delayMs = delayMs
  }

  /** Undefined: as quick as it is. */
  async slow(delayMs: number | undefined): Promise<void> {
    this.#delayMs = delayMs
    await this.#inner.change([...this.#frontends.values()].map(this.#slowed), [])
  }

  serve(frontends: readonly RelayFrontend[]): Promise<readonly FrontendFailure[]> {
    this.#frontends.clear()
    for (const frontend of frontends) this.#frontends.set(frontend.id, frontend)
    return this.#inner.serve(frontends.map(this.#slowed))
  }

  change(put: readonly RelayFrontend[], remove: readonly string[]): Promise<readonly FrontendFailure[]> {
    for (const frontend of put) this.#frontends.set(frontend.id, frontend)
    for (const id of remove) this.#frontends.delete(id)
    return this.#inner.change(put.map(this.#slowed), remove)
  }

  counters(): Promise<ReadonlyMap<string, FrontendCounters>> {
    return this.#inner.counters()
  }

  drain(graceMs: number): Promise<void> {
    return this.#inner.drain(graceMs)
  }

  readonly #slowed = (frontend: RelayFrontend): RelayFrontend =>
    this.#delayMs === undefined ? frontend : { ...frontend, dialDelayMs: this.#delayMs }
}
