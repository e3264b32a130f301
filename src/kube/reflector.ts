import { Backoff } from '../lib/backoff.ts'
import type { Clock } from '../lib/clock.ts'
import type { KubeObject } from '../model/objects.ts'
import { silentLog, type Log } from '../observe/log.ts'
import { deadline } from '../lib/deadline.ts'
import { isExpired, isForbidden, KubeError } from './errors.ts'
import type { KubeApi, ListPage, ResourceType, WatchEnd, WatchEvent } from './port.ts'
import { keyOf, Store, type StoreOptions } from './store.ts'
import { trimObject, type Trim } from './trim.ts'

export interface ReflectorOptions<T extends KubeObject> {
  readonly api: KubeApi
  readonly resource: ResourceType
  readonly clock: Clock
  readonly log?: Log
  readonly trim?: Trim<T>
  /** Objects that are not kept are as if they did not exist. Default: every one is. */
  readonly keep?: (object: T) => boolean
  readonly indexes?: StoreOptions<T>['indexes']
  readonly namespace?: string
  readonly fieldSelector?: string
  readonly labelSelector?: string
  /** A number in [0, 1). */
  readonly random?: () => number
  /** Told each time something went wrong, for a counter. */
  readonly onTrouble?: (what: Trouble) => void
}

export type Trouble = 'list' | 'watch' | 'expired' | 'garbled' | 'handler'

const pageSize = 500
/** A watch that lived this long, or got any further, was healthy: its end is no reason to wait. */
const livedMs = 5_000
/** The server ends a watch after 240 to 300 s; one that outlives its time by this much is dead. */
const shortestWatchSeconds = 240
const watchSpreadSeconds = 60
const overdueMs = 30_000

/**
 * Keeps a store the same as the API server's list of one type.
 *
 *   list to the end -> watch -> (closed: watch on from the last version)
 *        ^                   -> (410, or a line that is no event: list again)
 *        +-------------------+   a failure waits, doubling from 0.5 s to 30 s; a watch that lived does not
 */
export class Reflector<T extends KubeObject> {
  readonly store: Store<T>
  /** True once a list came to its end; false when stopped before. Never rejects. */
  readonly synced: Promise<boolean>
  readonly #opts: ReflectorOptions<T>
  readonly #log: Log
  readonly #trim: Trim<T>
  readonly #backoff: Backoff
  readonly #resolveSynced: (synced: boolean) => void
  #hasSynced = false
  #started = false
  #failure: KubeError | undefined
  #waitMs = 0

  constructor(opts: ReflectorOptions<T>) {
    this.#opts = opts
    this.#log = (opts.log ?? silentLog).child({ resource: opts.resource.plural })
    this.#trim = opts.trim ?? trimObject
    const random = opts.random ?? Math.random
    this.#backoff = new Backoff({ baseMs: 500, maxMs: 30_000, jitter: 0.5, random })
    this.store = new Store({
      ...(opts.indexes === undefined ? {} : { indexes: opts.indexes }),
      onThrow: (error) => this.#trouble('handler', 'a handler threw', error),
    })
    const synced = Promise.withResolvers<boolean>()
    this.synced = synced.promise
    this.#resolveSynced = synced.resolve
  }

  get hasSynced(): boolean {
    return this.#hasSynced
  }

  /** Why the store may be behind right now; undefined while all is well. */
  get failure(): KubeError | undefined {
    return this.#failure
  }

  /** Runs until the signal aborts. It never rejects for what a server does; it may be called once. */
  async start(signal: AbortSignal): Promise<void> {
    if (this.#started) throw new Error('a reflector starts once')
    this.#started = true
    let version: string | undefined
    while (!signal.aborted) {
      version = version === undefined ? await this.#list(signal) : await this.#watch(version, signal)
      const waitMs = this.#waitMs
      this.#waitMs = 0
      if (waitMs > 0) await this.#opts.clock.sleep(waitMs, signal)
    }
    this.#resolveSynced(false)
  }

  #failed(error: KubeError | undefined): void {
    this.#failure = error
    this.#waitMs = this.#backoff.failed('')
  }

  #healthy(): void {
    this.#failure = undefined
    this.#backoff.succeeded('')
  }

  /** Answers the version to watch from, or undefined when the list failed. */
  async #list(signal: AbortSignal): Promise<string | undefined> {
    try {
      const { items, version } = await this.#pages(signal)
      if (signal.aborted) return undefined
      this.store.replaceAll(items)
      this.#failure = undefined
      if (!this.#hasSynced) this.#log.info('listed', { objects: items.length })
      this.#hasSynced = true
      this.#resolveSynced(true)
      return version
    } catch (error) {
      if (signal.aborted) return undefined
      this.#trouble('list', 'listing failed', error)
      this.#failed(error instanceof KubeError ? error : new KubeError(0, 'Reset', 'the list was unreadable'))
      return undefined
    }
  }

  async #pages(signal: AbortSignal): Promise<{ items: T[]; version: string }> {
    const items: T[] = []
    let next: string | undefined
    let limit: number | undefined = pageSize
    for (;;) {
      let page: ListPage<T>
      try {
        page = await this.#opts.api.list<T>(
          this.#opts.resource,
          {
            ...this.#selection(),
            ...(limit === undefined ? {} : { limit }),
            ...(next === undefined ? {} : { continue: next }),
          },
          signal,
        )
      } catch (error) {
        // The list grew too old between two pages; asked for in one piece it cannot.
        if (!isExpired(error) || limit === undefined) throw error
        items.length = 0
        next = limit = undefined
        continue
      }
      for (const item of page.items) if (this.#keeps(item)) items.push(this.#trim(item))
      if (page.continue === undefined || page.continue === '') return { items, version: page.resourceVersion }
      next = page.continue
    }
  }

  /** Answers the version to go on from, or undefined when only a list helps. */
  async #watch(from: string, signal: AbortSignal): Promise<string | undefined> {
    const { api, resource, clock, random = Math.random } = this.#opts
    const timeoutSeconds = Math.round(shortestWatchSeconds + watchSpreadSeconds * random())
    const began = clock.now()
    let version = from
    let unreadable = false
    const limit = deadline(clock, timeoutSeconds * 1000 + overdueMs, signal)
    const end = await api.watch<T>(
      resource,
      { ...this.#selection(), resourceVersion: from, timeoutSeconds, allowWatchBookmarks: true },
      (event) => {
        if (limit.signal.aborted) return
        try {
          this.#apply(event)
          version = event.object.metadata.resourceVersion ?? version
          this.#failure = undefined
        } catch {
          unreadable = true
          limit.cut()
        }
      },
      limit.signal,
    )
    limit.clear()
    if (signal.aborted) return version
    const lived = version !== from || clock.now() - began >= livedMs
    if (limit.expired) this.#log.debug('a watch outlived its time')
    return this.#ended(unreadable ? { how: 'garbled' } : end, lived) ? version : undefined
  }

  /** Notes how a watch ended; true when the next may go on where it stopped. */
  #ended(end: WatchEnd, lived: boolean): boolean {
    const error = end.how === 'failed' ? end.error : undefined
    if (lived) this.#healthy()
    else this.#failed(error)
    if (error !== undefined) this.#trouble('watch', 'a watch failed', error)
    if (end.how === 'expired') this.#trouble('expired', 'a watch was too old, listing again')
    if (end.how === 'garbled') this.#trouble('garbled', 'a watch sent what is no event, listing again')
    return end.how === 'closed' || end.how === 'failed'
  }

  #keeps(object: T): boolean {
    return this.#opts.keep?.(object) ?? true
  }

  #apply(event: WatchEvent<T>): void {
    if (event.type === 'BOOKMARK') return
    const object = this.#trim(event.object)
    if (event.type === 'DELETED' || !this.#keeps(event.object)) this.store.remove(keyOf(object))
    else this.store.put(object)
  }

  #selection() {
    const { namespace, fieldSelector, labelSelector } = this.#opts
    return {
      ...(namespace === undefined ? {} : { namespace }),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
    }
  }

  #trouble(what: Trouble, message: string, error?: unknown): void {
    this.#opts.onTrouble?.(what)
    const level = what === 'handler' ? 'error' : what === 'expired' ? 'debug' : 'warn'
    const hint = isForbidden(error)
      ? { hint: 'the ClusterRole of the manifests allows it: bind it to this account' }
      : {}
    this.#log[level](message, error === undefined ? {} : { error, ...hint })
  }
}
