import type { IpFamily } from '../../lib/ip.ts'
import type { FlowCleaner } from './cleaner.ts'
import type { Applied, Changed, DataPlane } from '../data-plane.ts'
import { familiesIn, type ProxyTable } from '../table/row.ts'

/** A plane of the kernel, and the end of tracked flows to endpoints that its rules no longer lead to. */
export class FlowPlane implements DataPlane {
  readonly name: DataPlane['name']
  readonly #inner: DataPlane
  readonly #cleaner: FlowCleaner
  readonly #stop = new AbortController()
  /** Their rules are older than the table until all is written. */
  readonly #behind = new Set<IpFamily>()
  #running: Promise<void> = Promise.resolve()

  constructor(inner: DataPlane, cleaner: FlowCleaner) {
    this.name = inner.name
    this.#inner = inner
    this.#cleaner = cleaner
  }

  get families(): readonly IpFamily[] | undefined {
    return this.#inner.families
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.#inner.start(signal)
    this.#running = this.#cleaner.run(this.#stop.signal)
  }

  /** Packets do not wait for it. */
  async apply(table: ProxyTable, changed: Changed, signal: AbortSignal): Promise<Applied> {
    const applied = await this.#inner.apply(table, changed, signal)
    if (changed === 'all') this.#behind.clear()
    for (const { family, keys } of applied.failures) if (keys === undefined) this.#behind.add(family)
    const written = familiesIn(table).filter((family) => !this.#behind.has(family))
    if (written.length > 0) this.#cleaner.written(table, written)
    return applied
  }

  intact(signal: AbortSignal): Promise<boolean> {
    return this.#inner.intact(signal)
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.all([this.#running, this.#inner.stop()])
  }

  cleanup(signal: AbortSignal): Promise<void> {
    return this.#inner.cleanup(signal)
  }
}
