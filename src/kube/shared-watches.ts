import type { Clock } from '../lib/clock.ts'
import type { KubeObject } from '../model/objects.ts'
import type { Log } from '../observe/log.ts'
import { KubeError } from './errors.ts'
import type { KubeApi, ListOptions, ListPage, ObjectRef, Patch, ResourceType } from './port.ts'
import type { WatchEnd, WatchEvent, WatchOptions } from './port.ts'
import { Reflector } from './reflector.ts'
import type { Trim } from './trim.ts'

export interface SharedKind {
  readonly resource: ResourceType
  /** What is held for everybody: at least what the one who reads the most of an object wants of it. */
  readonly trim: (object: never) => KubeObject
}

export interface SharedWatchesOptions {
  readonly api: KubeApi
  readonly clock: Clock
  readonly log: Log
  readonly kinds: readonly SharedKind[]
  /** Ends all of them. */
  readonly signal: AbortSignal
}

type Selected = Pick<ListOptions, 'namespace' | 'fieldSelector' | 'labelSelector'>

/**
 * An API of which many in one process read the same: one watch on the server for all who watch the same kind by the same
 * labels, one object for all. Whoever names one object is given the events of that one. Anything else goes through.
 */
export class SharedWatches implements KubeApi {
  readonly #options: SharedWatchesOptions
  readonly #feeds = new Map<string, Feed>()

  constructor(options: SharedWatchesOptions) {
    this.#options = options
  }

  async list<T extends KubeObject>(
    resource: ResourceType,
    options: ListOptions,
    signal: AbortSignal,
  ): Promise<ListPage<T>> {
    // One object is asked for to learn whether there is such a kind at all.
    const feed = options.limit === 1 ? undefined : this.#feedOf(resource, options)
    if (feed === undefined) return this.#options.api.list<T>(resource, options, signal)
    return (await feed.list(nameIn(options), signal)) as ListPage<T>
  }

  watch<T extends KubeObject>(
    resource: ResourceType,
    options: WatchOptions,
    onEvent: (event: WatchEvent<T>) => void,
    signal: AbortSignal,
  ): Promise<WatchEnd> {
    const feed = this.#feedOf(resource, options)
    if (feed === undefined) return this.#options.api.watch(resource, options, onEvent, signal)
    return feed.watch(options, nameIn(options), onEvent as (event: WatchEvent<KubeObject>) => void, signal)
  }

  get<T extends KubeObject>(resource: ResourceType, ref: ObjectRef, signal: AbortSignal): Promise<T> {
    return this.#options.api.get(resource, ref, signal)
  }

  create<T extends KubeObject>(resource: ResourceType, object: T, signal: AbortSignal): Promise<T> {
    return this.#options.api.create(resource, object, signal)
  }

  update<T extends KubeObject>(resource: ResourceType, object: T, signal: AbortSignal): Promise<T> {
    return this.#options.api.update(resource, object, signal)
  }

  patch<T extends KubeObject>(
    resource: ResourceType,
    ref: ObjectRef,
    patch: Patch,
    signal: AbortSignal,
  ): Promise<T> {
    return this.#options.api.patch(resource, ref, patch, signal)
  }

  #feedOf(resource: ResourceType, selected: Selected): Feed | undefined {
    const kind = this.#options.kinds.find((one) => one.resource === resource)
    const { namespace, fieldSelector, labelSelector = '' } = selected
    if (kind === undefined || namespace !== undefined) return undefined
    if (fieldSelector !== undefined && nameIn(selected) === undefined) return undefined
    const key = `${resource.plural}?${labelSelector}`
    const known = this.#feeds.get(key)
    if (known !== undefined) return known
    const feed = new Feed({ ...this.#options, kind, labelSelector })
    this.#feeds.set(key, feed)
    return feed
  }
}

const nameIn = ({ fieldSelector = '' }: Selected): string | undefined =>
  /^metadata\.name=([^,]+)$/.exec(fieldSelector)?.[1]

/** So many events are kept for those who listed and do not watch yet. */
const mostKept = 4096

/** One kind as some labels select it. Its versions count its own events. */
class Feed {
  readonly #clock: Clock
  readonly #reflector: Reflector<KubeObject>
  readonly #followers = new Set<() => void>()
  /** Of events `#last - length + 1` to `#last`. */
  #kept: WatchEvent<KubeObject>[] = []
  #last = 0

  constructor(options: SharedWatchesOptions & { readonly kind: SharedKind; readonly labelSelector: string }) {
    const { api, clock, log, kind, labelSelector, signal } = options
    this.#clock = clock
    this.#reflector = new Reflector<KubeObject>({
      api,
      clock,
      log,
      resource: kind.resource,
      trim: kind.trim as unknown as Trim<KubeObject>,
      ...(labelSelector === '' ? {} : { labelSelector }),
    })
    this.#reflector.store.subscribe(({ before, now }) => {
      if (now === undefined) this.#note({ type: 'DELETED', object: before! })
      else this.#note({ type: before === undefined ? 'ADDED' : 'MODIFIED', object: now })
    })
    void this.#reflector.start(signal)
  }

  #note(event: WatchEvent<KubeObject>): void {
    this.#last++
    this.#kept.push(event)
    if (this.#kept.length > mostKept) this.#kept = this.#kept.slice(mostKept / 2)
    for (const wake of this.#followers) wake()
  }

  async list(name: string | undefined, signal: AbortSignal): Promise<ListPage<KubeObject>> {
    const stopped = Promise.withResolvers<boolean>()
    const stop = (): void => stopped.resolve(false)
    signal.addEventListener('abort', stop, { once: true })
    const listed = !signal.aborted && (await Promise.race([this.#reflector.synced, stopped.promise]))
    signal.removeEventListener('abort', stop)
    if (!listed) throw new KubeError(0, 'Aborted', 'the request was stopped')
    const items = this.#reflector.store.list().filter(named(name))
    return { items, resourceVersion: versionOf(this.#last) }
  }

  /** Each event is followed by a bookmark: objects carry the server's version, a watch goes on from the feed's. */
  watch(
    { resourceVersion, timeoutSeconds }: WatchOptions,
    name: string | undefined,
    onEvent: (event: WatchEvent<KubeObject>) => void,
    signal: AbortSignal,
  ): Promise<WatchEnd> {
    const wanted = named(name)
    let seen = eventOf(resourceVersion)
    return new Promise((resolve) => {
      const end = (how: 'closed' | 'expired'): void => {
        this.#followers.delete(follow)
        signal.removeEventListener('abort', close)
        cancel()
        resolve({ how })
      }
      const close = (): void => end('closed')
      const follow = (): void => {
        const from = this.#kept.length - (this.#last - (seen ?? -1))
        if (seen === undefined || from < 0) return end('expired')
        seen = this.#last
        for (const event of this.#kept.slice(from)) if (wanted(event.object)) onEvent(event)
        onEvent(bookmark(seen))
      }
      const cancel = this.#clock.after(timeoutSeconds * 1000, close)
      if (signal.aborted) return close()
      signal.addEventListener('abort', close, { once: true })
      this.#followers.add(follow)
      if (seen !== this.#last) follow()
    })
  }
}

const named =
  (name: string | undefined) =>
  ({ metadata }: KubeObject): boolean =>
    name === undefined || metadata.name === name

const bookmark = (seen: number): WatchEvent<KubeObject> => ({
  type: 'BOOKMARK',
  object: { metadata: { name: '', resourceVersion: versionOf(seen) } },
})

const versionOf = (event: number): string => `shared-${event}`

/** Undefined: of another list, or none. */
function eventOf(version: string): number | undefined {
  const [, event] = /^shared-(\d+)$/.exec(version) ?? []
  return event === undefined ? undefined : Number(event)
}
