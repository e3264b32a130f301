import type { Clock } from '../lib/clock.ts'
import type { KubeObject } from '../model/objects.ts'
import { silentLog, type Log } from '../observe/log.ts'
import { deadline } from '../lib/deadline.ts'
import { isConflict, isForbidden, isNotFound } from './errors.ts'
import { apiVersionOf, leases, type KubeApi } from './port.ts'
import { microTime } from './time.ts'

export interface LeaseOptions {
  readonly api: KubeApi
  readonly clock: Clock
  readonly namespace: string
  readonly name: string
  /** Must be another one in each process, after a restart too. */
  readonly identity: string
  readonly log?: Log
  /** How long the others wait after our last renewal. Default 30 s. */
  readonly durationMs?: number
  /** Default 4 s. */
  readonly renewMs?: number
  /** Default 8 s. */
  readonly requestTimeoutMs?: number
  /** We stop this much before the others may start, for clocks that run unevenly. Default 2 s. */
  readonly marginMs?: number
  readonly random?: () => number
  readonly onAcquired?: () => void
  /** Also called when the lease is given back at the end. */
  readonly onLost?: (why: string) => void
}

export interface LeaseObject extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string
    readonly leaseDurationSeconds?: number
    readonly acquireTime?: string
    readonly renewTime?: string
    readonly leaseTransitions?: number
  }
}

/**
 * Leader election on one Lease object. No clock is compared with another's: a contender waits a full duration from
 * the moment it *saw* the lease change last, and the holder counts from before it *sent* the renewal that succeeded.
 *
 *   holder      send renewal ---------------- heldUntil | margin |
 *   contender         see it ------------------------------- may take
 */
export class Lease {
  readonly #opts: Required<Omit<LeaseOptions, 'onAcquired' | 'onLost'>>
  readonly #onAcquired: (() => void) | undefined
  readonly #onLost: ((why: string) => void) | undefined
  #seen: LeaseObject | undefined
  #seenAt = 0
  /** 0 while we do not lead. */
  #heldUntil = 0
  #cancelGiveUp = () => {}

  constructor(opts: LeaseOptions) {
    const { onAcquired, onLost, ...rest } = opts
    this.#onAcquired = onAcquired
    this.#onLost = onLost
    this.#opts = {
      log: silentLog,
      durationMs: 30_000,
      renewMs: 4_000,
      requestTimeoutMs: 8_000,
      marginMs: 2_000,
      random: Math.random,
      ...rest,
    }
  }

  get held(): boolean {
    return this.#opts.clock.now() < this.#heldUntil
  }

  /** Until when on our clock nobody else can lead; 0 when we do not. A request must be over before. */
  heldUntil(): number {
    return this.#heldUntil
  }

  /** Who led when we last looked; undefined when nobody did. */
  get holder(): string | undefined {
    const holder = this.#seen?.spec?.holderIdentity
    return holder === '' ? undefined : holder
  }

  /** How often the lease went from one holder to another, by the lease's own count. */
  get transitions(): number {
    return this.#seen?.spec?.leaseTransitions ?? 0
  }

  /** Contends, and leads when it can, until the signal aborts; then gives the lease back. Never rejects. */
  async start(signal: AbortSignal): Promise<void> {
    const { clock, renewMs, random } = this.#opts
    while (!signal.aborted) {
      await this.#bounded(signal, (limited) => this.#round(limited))
      await clock.sleep(this.held ? renewMs : renewMs * (0.75 + 0.5 * random()), signal)
    }
    if (this.#heldUntil === 0) return
    this.#giveUp('stopped')
    await this.#bounded(new AbortController().signal, (limited) => this.#release(limited))
  }

  async #bounded(signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const limit = deadline(this.#opts.clock, this.#opts.requestTimeoutMs, signal)
    try {
      await work(limit.signal)
    } catch (error) {
      if (signal.aborted) return
      // Two that reach for a free lease: one of them gets a 409.
      this.#opts.log[isConflict(error) ? 'debug' : 'warn']('a lease request failed', {
        error,
        held: this.held,
        ...(isForbidden(error) ? { hint: this.#hint() } : {}),
      })
    } finally {
      limit.clear()
    }
  }

  #hint(): string {
    const { namespace, name } = this.#opts
    return `bind to this account the Role of the manifests, and let it name this lease, ${namespace}/${name}`
  }

  /**
   * A holder writes without looking: if it is mistaken about the version, the server says so, and then it looks. So a
   * renewal that arrived but was not answered costs a request, not the lease.
   */
  async #round(signal: AbortSignal): Promise<void> {
    if (this.held) {
      try {
        return await this.#write(signal)
      } catch (error) {
        if (!isConflict(error) && !isNotFound(error)) throw error
      }
    }
    await this.#read(signal)
    if (this.#mayTake()) await this.#write(signal)
  }

  #mayTake(): boolean {
    const { identity, clock, durationMs } = this.#opts
    if (this.holder === undefined || this.holder === identity) return true
    this.#giveUp('taken')
    const theirs = (this.#seen?.spec?.leaseDurationSeconds ?? 0) * 1000
    return clock.now() >= this.#seenAt + Math.max(theirs, durationMs)
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { api, namespace, name } = this.#opts
    try {
      this.#see(await api.get<LeaseObject>(leases, { namespace, name }, signal))
    } catch (error) {
      if (!isNotFound(error)) throw error
      this.#seen = undefined
    }
  }

  #see(lease: LeaseObject): void {
    const changed = this.#seen?.metadata.resourceVersion !== lease.metadata.resourceVersion
    if (changed) this.#seenAt = this.#opts.clock.now()
    this.#seen = lease
  }

  async #write(signal: AbortSignal): Promise<void> {
    const { api, clock, namespace, name, identity, durationMs } = this.#opts
    const sentAt = clock.now()
    const held = this.#seen?.spec
    const mine = held?.holderIdentity === identity
    const spec = {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(durationMs / 1000),
      acquireTime: (mine ? held.acquireTime : undefined) ?? microTime(sentAt),
      renewTime: microTime(sentAt),
      leaseTransitions: held === undefined ? 0 : this.transitions + (mine ? 0 : 1),
    }
    const about = { apiVersion: apiVersionOf(leases), kind: leases.kind }
    this.#see(
      this.#seen === undefined
        ? await api.create<LeaseObject>(leases, { ...about, metadata: { namespace, name }, spec }, signal)
        : await api.update<LeaseObject>(leases, { ...this.#seen, spec }, signal),
    )
    this.#hold(sentAt)
  }

  #hold(sentAt: number): void {
    const { clock, durationMs, marginMs } = this.#opts
    const until = sentAt + durationMs - marginMs
    const leftMs = until - clock.now()
    // The answer came after its own time: we slept, and others may lead.
    if (leftMs <= 0) return this.#giveUp('expired')
    const isNew = this.#heldUntil === 0
    this.#heldUntil = until
    this.#cancelGiveUp()
    this.#cancelGiveUp = clock.after(leftMs, () => this.#giveUp('expired'))
    if (!isNew) return
    this.#opts.log.info('leading', { transitions: this.transitions })
    this.#call(this.#onAcquired)
  }

  #giveUp(why: string): void {
    if (this.#heldUntil === 0) return
    this.#heldUntil = 0
    this.#cancelGiveUp()
    this.#opts.log.info('no longer leading', { why })
    this.#call(this.#onLost, why)
  }

  async #release(signal: AbortSignal): Promise<void> {
    await this.#read(signal)
    if (this.#seen === undefined || this.holder !== this.#opts.identity) return
    const spec = { ...this.#seen.spec, holderIdentity: '', renewTime: microTime(this.#opts.clock.now()) }
    await this.#opts.api.update<LeaseObject>(leases, { ...this.#seen, spec }, signal)
  }

  #call<A extends readonly unknown[]>(run: ((...args: A) => void) | undefined, ...args: A): void {
    try {
      run?.(...args)
    } catch (error) {
      this.#opts.log.error('a handler threw', { error })
    }
  }
}
