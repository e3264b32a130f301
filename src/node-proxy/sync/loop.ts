import { aborted } from '../../lib/aborted.ts'
import { Backoff } from '../../lib/backoff.ts'
import type { Clock } from '../../lib/clock.ts'
import type { IpFamily } from '../../lib/ip.ts'
import type { Log } from '../../observe/log.ts'
import type { Applied, Changed, DataPlane, FamilyFailure } from '../data-plane.ts'
import { familiesIn, type ProxyTable } from '../table/row.ts'
import type { SyncHealth } from '../health/sync-health.ts'
import { nextStep, type SyncState, type SyncStep } from './schedule.ts'

/** Where the loop finds what to write: the table as it is now, and what of it changed since it was last taken. */
export interface SyncSource {
  take(): { readonly table: ProxyTable; readonly changed: Changed }
}

export interface Synced {
  readonly whole: boolean
  readonly ms: number
  readonly table: ProxyTable
  /** Families that took the table, if perhaps without some rows. */
  readonly families: readonly IpFamily[]
  readonly failures: readonly FamilyFailure[]
}

export interface SyncLoopOptions {
  /** One that only goes on. */
  readonly clock: Clock
  readonly log: Log
  readonly plane: DataPlane
  readonly source: SyncSource
  readonly health: SyncHealth
  /** How often it is looked whether what was written is still there; no retry waits longer. */
  readonly checkMs: number
  readonly minMs: number
  /** Everything is written anew this often. Default 1 h. */
  readonly wholeMs?: number
  /** A number in [0, 1). */
  readonly random?: () => number
  readonly onSynced?: (synced: Synced) => void
  /** Every `checkMs`. */
  readonly onCheck?: () => void
}

const noRows: ReadonlySet<string> = new Set()
const hourMs = 3_600_000
const firstRetryMs = 1_000

/** Brings every change to the data plane, and keeps it there. */
export class SyncLoop {
  readonly #opts: SyncLoopOptions
  readonly #backoff: Backoff
  /** Families whose last write failed, and when they are tried again. */
  readonly #failing = new Map<IpFamily, number>()
  /** Rows that could not be served. */
  #rows: ReadonlySet<string> = new Set()
  #state: SyncState
  #wake: () => void = () => {}

  constructor(opts: SyncLoopOptions) {
    this.#opts = opts
    const { random = Math.random } = opts
    this.#backoff = new Backoff({ baseMs: firstRetryMs, maxMs: opts.checkMs, random })
    const now = opts.clock.now()
    this.#state = {
      changedAt: undefined,
      rowsAt: undefined,
      wholeAt: now,
      checkAt: now + opts.checkMs,
      wroteAt: undefined,
      tookMs: 0,
      wholeOnly: true,
    }
  }

  /** Something changed. */
  changed(): void {
    this.#opts.health.changed()
    if (this.#state.changedAt !== undefined) return
    this.#set({ changedAt: this.#opts.clock.now() })
    this.#wake()
  }

  /** Until the signal aborts. It never rejects for what the data plane does. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, minMs } = this.#opts
    const stopped = aborted(signal)
    while (!signal.aborted) {
      const { step, at } = nextStep(this.#state, minMs)
      const waitMs = at - clock.now()
      if (waitMs > 0) await this.#sleep(waitMs, stopped)
      else if (step === 'check') await this.#check(signal)
      else await this.#write(step, signal)
    }
  }

  async #sleep(ms: number, stopped: Promise<void>): Promise<void> {
    const woken = Promise.withResolvers<void>()
    this.#wake = woken.resolve
    const cancel = this.#opts.clock.after(ms, woken.resolve)
    await Promise.race([woken.promise, stopped])
    cancel()
  }

  async #check(signal: AbortSignal): Promise<void> {
    const { clock, log, plane, checkMs, onCheck } = this.#opts
    onCheck?.()
    let intact = true
    try {
      intact = await plane.intact(signal)
    } catch (error) {
      if (!signal.aborted) log.warn('what was written could not be looked at', { plane: plane.name, error })
    }
    const now = clock.now()
    if (!intact) log.warn('what was written is gone or changed: writing it anew', { plane: plane.name })
    this.#set({ checkAt: now + checkMs, ...(intact ? {} : { wholeAt: now }) })
  }

  async #write(step: SyncStep, signal: AbortSignal): Promise<void> {
    const { clock, log, plane, source, health } = this.#opts
    const began = clock.now()
    const retried = began >= (this.#state.rowsAt ?? Infinity) ? this.#rows : noRows
    this.#set({ changedAt: undefined, ...(retried.size === 0 ? {} : { rowsAt: undefined }) })
    let table: ProxyTable | undefined
    let changed: Changed = 'all'
    try {
      const taken = source.take()
      table = taken.table
      changed = step === 'whole' || taken.changed === 'all' ? 'all' : this.#reachable(taken.changed, retried)
      health.taken(familiesIn(table))
      const nothing = changed !== 'all' && changed.size === 0
      const applied = nothing ? { failures: [] } : await plane.apply(table, changed, signal)
      for (const { family, keys, message } of applied.failures)
        if (keys === undefined)
          log.error('writing failed: what was served before is kept', {
            plane: plane.name,
            family,
            reason: message,
          })
      this.#after(began, changed, table, applied)
    } catch (error) {
      if (signal.aborted) return
      log.error('writing failed', { plane: plane.name, error })
      const message = error instanceof Error ? error.message : String(error)
      if (table === undefined) this.#set({ wholeAt: clock.now() + this.#backoff.failed('table') })
      else {
        const failures = familiesIn(table).map((family) => ({ family, message }))
        this.#after(began, changed, table, { failures })
      }
    }
  }

  /** Rows of a family whose last write failed wait for the next whole one. */
  #reachable(changed: ReadonlySet<string>, retried: ReadonlySet<string>): ReadonlySet<string> {
    if (this.#failing.size === 0 && retried.size === 0) return changed
    const isFailing = (key: string) => [...this.#failing.keys()].some((family) => key.endsWith(`/${family}`))
    return new Set([...changed, ...retried].filter((key) => !isFailing(key)))
  }

  #after(began: number, changed: Changed, table: ProxyTable, { failures }: Applied): void {
    const whole = changed === 'all'
    const { clock, wholeMs = hourMs, onSynced } = this.#opts
    const now = clock.now()
    const ms = now - began
    const families = familiesIn(table)
    for (const family of this.#failing.keys()) if (!families.includes(family)) this.#failing.delete(family)
    const wrote = families.filter((family) => this.#judge(family, whole, failures))
    this.#backoff.succeeded('table')
    const nextWhole = whole ? now + wholeMs : this.#state.wholeAt
    this.#set({
      wholeAt: this.#failing.size === 0 ? nextWhole : Math.min(...this.#failing.values()),
      wroteAt: began,
      tookMs: whole ? 0 : ms,
      wholeOnly: wrote.length === 0 && families.length > 0,
      rowsAt: this.#noteRows(failures, changed),
    })
    onSynced?.({ whole, ms, table, families: wrote, failures })
  }

  /** Whether a family has the table now. One that failed before has it only after a whole write. */
  #judge(family: IpFamily, whole: boolean, failures: readonly FamilyFailure[]): boolean {
    const { clock, health } = this.#opts
    if (!whole && this.#failing.has(family)) return false
    if (failures.some((failure) => failure.family === family && failure.keys === undefined)) {
      this.#failing.set(family, clock.now() + this.#backoff.failed(family))
      health.failed(family)
      return false
    }
    this.#failing.delete(family)
    this.#backoff.succeeded(family)
    health.wrote(family)
    return true
  }

  /** Rows alone are tried again alone: all else of their family is served. Answers when. */
  #noteRows(failures: readonly FamilyFailure[], changed: Changed): number | undefined {
    const untried = changed === 'all' ? [] : [...this.#rows].filter((key) => !changed.has(key))
    const refused = failures.flatMap(({ keys = [], expected }) => (expected === true ? [] : keys))
    this.#rows = new Set([...untried, ...refused])
    if (this.#rows.size > 0)
      return this.#state.rowsAt ?? this.#opts.clock.now() + this.#backoff.failed('rows')
    this.#backoff.succeeded('rows')
    return undefined
  }

  #set(more: Partial<SyncState>): void {
    this.#state = { ...this.#state, ...more }
  }
}
