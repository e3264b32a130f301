import { aborted } from '../../lib/aborted.ts'
import { Backoff } from '../../lib/backoff.ts'
import type { Clock } from '../../lib/clock.ts'
import type { IpFamily } from '../../lib/ip.ts'
import type { Log } from '../../observe/log.ts'
import { deletesOf } from './deletes.ts'
import { goneFlows, goneText, type GoneFlows } from './flows.ts'
import { FlowIndex, type TrackedFlow } from './flow-index.ts'
import { sweepRanges } from './sweep.ts'
import { ConntrackMissing, type ConntrackTool } from './tool.ts'
import type { ProxyTable, Row } from '../table/row.ts'

export interface FlowCleanerOptions {
  readonly tool: ConntrackTool
  /** One that only goes on. */
  readonly clock: Clock
  readonly log: Log
  /** After each pass that did something: `conntrack_reconciler_sync_duration_seconds`, `_deleted_entries_total`. */
  readonly onPass?: (pass: { readonly ms: number; readonly deleted: number; readonly walks: number }) => void
  readonly random?: () => number
}

interface Done {
  deleted: number
  walks: number
}

/** More walks than these cost more than a look at what there is. */
const mostWalks = 16
/** Of what is noted, so that memory stays small whatever is in the kernel. */
const mostFound = 256
const firstRetryMs = 1_000

/**
 * Ends tracked UDP flows whose endpoint is gone, after the rules that no longer lead there were written. What changed
 * is known from the rows written before. What changed while nobody ran, or is too much to be told one by one, is found
 * by looking at flows to service addresses: once at the start, and then only after more than `mostWalks` at once.
 */
export class FlowCleaner {
  readonly #opts: FlowCleanerOptions
  readonly #backoff: Backoff
  /** UDP rows as written last. */
  readonly #rows = new Map<string, Row>()
  readonly #families = new Map<IpFamily, ProxyTable['families'][IpFamily]>()
  /** What rows that changed left behind. */
  readonly #pending = new Map<string, GoneFlows>()
  /** What was seen to be there. */
  readonly #found = new Map<string, GoneFlows>()
  readonly #sweeps = new Set<IpFamily>()
  #indexed: FlowIndex | undefined
  #wake: () => void = () => {}
  #missing = false
  #running = false
  #said: string | undefined

  constructor(opts: FlowCleanerOptions) {
    this.#opts = opts
    const random = opts.random === undefined ? {} : { random: opts.random }
    this.#backoff = new Backoff({ baseMs: firstRetryMs, maxMs: 60_000, ...random })
  }

  /** The table is what packets of these families meet now. */
  written(table: ProxyTable, families: readonly IpFamily[]): void {
    if (this.#missing) return
    const fresh = families.filter((family) => !this.#families.has(family))
    this.#indexed = undefined
    for (const family of families) this.#families.set(family, table.families[family])
    for (const [key, before] of this.#rows) {
      if (!families.includes(before.family) || table.rows.has(key)) continue
      this.#rows.delete(key)
      this.#note(goneFlows(before, undefined))
    }
    for (const [key, row] of table.rows) {
      if (row.protocol !== 'UDP' || !families.includes(row.family)) continue
      const before = this.#rows.get(key)
      if (before === row) continue
      this.#rows.set(key, row)
      if (!fresh.includes(row.family)) this.#note(goneFlows(before, row))
    }
    for (const family of fresh) this.#sweeps.add(family)
    if (this.busy) this.#wake()
  }

  /** Until the signal aborts. One child at a time. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#opts
    const stopped = aborted(signal)
    while (!signal.aborted && !this.#missing) {
      if (!this.busy) {
        const woken = Promise.withResolvers<void>()
        this.#wake = woken.resolve
        await Promise.race([woken.promise, stopped])
        continue
      }
      const failed = await this.#pass(signal)
      if (failed === undefined) this.#backoff.succeeded('pass')
      else await clock.sleep(this.#backoff.failed('pass'), signal)
    }
  }

  /** Whether something waits to be ended, or is being ended. */
  get busy(): boolean {
    return this.#running || this.#pending.size > 0 || this.#found.size > 0 || this.#sweeps.size > 0
  }

  #note(gone: readonly GoneFlows[]): void {
    for (const each of gone) this.#pending.set(goneText(each), each)
  }

  /** What a look at the flows themselves would see, if ending it takes more walks than looking. */
  #tooMany(): readonly GoneFlows[] {
    const index = this.#index()
    const seen = this.#due(this.#pending).filter(({ target }) => index.sees(target))
    return deletesOf(seen, index).length > mostWalks ? seen : []
  }

  /** After the look: what it saw is noted as found. What it would not see any more, or came meanwhile, stays. */
  #drop(seen: readonly GoneFlows[]): void {
    for (const each of seen)
      if (this.#pending.get(goneText(each)) === each && this.#index().sees(each.target))
        this.#pending.delete(goneText(each))
  }

  async #pass(signal: AbortSignal): Promise<unknown> {
    const { clock, log, onPass } = this.#opts
    const began = clock.now()
    this.#running = true
    const done: Done = { deleted: 0, walks: 0 }
    try {
      const seen = this.#tooMany()
      for (const { target } of seen) this.#sweeps.add(target.family)
      await this.#endFew(done, signal)
      const again = new Set<IpFamily>()
      for (const family of this.#sweeps) if (await this.#sweep(family, done, signal)) again.add(family)
      this.#drop(seen)
      await this.#end(this.#found, done, signal)
      // Flows that come back as they go would be looked for without end.
      if (done.deleted > 0) for (const family of again) this.#sweeps.add(family)
      await this.#endFew(done, signal)
      this.#said = undefined
      return undefined
    } catch (error) {
      if (!signal.aborted) this.#complain(error)
      return error
    } finally {
      this.#running = false
      const ms = clock.now() - began
      if (done.walks > 0) onPass?.({ ms, ...done })
      if (done.deleted > 0) log.info('ended UDP flows of endpoints that are gone', { ...done, ms })
    }
  }

  /** What of it still holds: the rows may have moved on. */
  #due(noted: Map<string, GoneFlows>): readonly GoneFlows[] {
    const index = this.#index()
    for (const [key, gone] of noted) {
      const verdict = index.judge(gone)
      if (verdict === 'unclear') this.#sweeps.add(gone.target.family)
      if (verdict !== 'gone') noted.delete(key)
    }
    return [...noted.values()]
  }

  /** Whether there was more than could be noted. */
  async #sweep(family: IpFamily, done: Done, signal: AbortSignal): Promise<boolean> {
    let more = false
    const see = (flow: TrackedFlow) => {
      const gone = this.#index().stale(flow)
      if (gone === undefined) return
      if (this.#found.size < mostFound) this.#found.set(goneText(gone), gone)
      else more ||= !this.#found.has(goneText(gone))
    }
    // Not at the end: another look may be asked for meanwhile.
    this.#sweeps.delete(family)
    try {
      for (const range of sweepRanges(family, this.#rows.values(), this.#settings())) {
        done.walks++
        await this.#opts.tool.look(family, range, see, signal)
        await this.#endFew(done, signal)
      }
    } catch (error) {
      this.#sweeps.add(family)
      throw error
    }
    return more
  }

  /** Clients wait for what was noted, nobody for a look: it goes first and between. */
  async #endFew(done: Done, signal: AbortSignal): Promise<void> {
    if (this.#tooMany().length === 0) await this.#end(this.#pending, done, signal)
  }

  /** Decided anew before each walk, for a walk takes time. What fails stays noted. */
  async #end(noted: Map<string, GoneFlows>, done: Done, signal: AbortSignal): Promise<void> {
    for (;;) {
      const [flows] = deletesOf(this.#due(noted), this.#index())
      if (flows === undefined) return
      done.walks++
      done.deleted += await this.#opts.tool.end(flows, signal)
      // What was noted again meanwhile may have begun behind the walk.
      for (const each of flows.gone) if (noted.get(goneText(each)) === each) noted.delete(goneText(each))
    }
  }

  #settings(): ProxyTable['families'] {
    return Object.fromEntries(this.#families)
  }

  #index(): FlowIndex {
    this.#indexed ??= new FlowIndex(this.#rows.values(), this.#settings())
    return this.#indexed
  }

  #complain(error: unknown): void {
    const { log } = this.#opts
    if (error instanceof ConntrackMissing) {
      this.#missing = true
      this.#pending.clear()
      this.#rows.clear()
      log.warn(
        'the program conntrack is not here: UDP clients that keep sending may stay with pods that are gone, all else works; install the package conntrack (conntrack-tools)',
      )
      return
    }
    const message = error instanceof Error ? error.message : String(error)
    if (message !== this.#said) log.warn('UDP flows could not be ended, trying again', { reason: message })
    this.#said = message
  }
}
