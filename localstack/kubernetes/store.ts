import type { Clock } from '../../src/lib/clock.ts'
import { ApiFault } from './fault.ts'
import { History } from './history.ts'
import { freeze, type AnyObject, type ResourceName } from './object.ts'
import { readCursor, staleCursor, writeCursor } from './page.ts'
import { resourceNames, resources, type Resource } from './resource.ts'
import { fieldMatcher, labelMatcher } from './selector.ts'
import { bookmark, errorEvent, eventOf, type WatchEvent } from './watch.ts'

export interface Selection {
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
}

export interface ListOptions extends Selection {
  readonly limit?: number | undefined
  readonly continue?: string | undefined
  /** Lists the cluster as it was at exactly this version. */
  readonly exactly?: string | undefined
}

export interface WatchOptions extends Selection {
  /** Watch from here on. Absent or "0": begin with an ADDED for every object there is. */
  readonly resourceVersion?: string | undefined
  readonly bookmarks?: boolean
}

export interface List<T> {
  readonly items: readonly T[]
  readonly resourceVersion: string
  readonly continue?: string
  readonly remaining?: number
}

export interface StoreOptions {
  /** How many changes can still be watched from. Default 1000. */
  readonly history?: number
  /** How often a watcher that asked for bookmarks gets one, in milliseconds. Default 60000. */
  readonly bookmarkEvery?: number
}

const keyOf = (namespace: string | undefined, name: string) => `${namespace ?? ''}/${name}`

function matcher(resource: Resource, { namespace, labelSelector, fieldSelector }: Selection) {
  const byLabel = labelMatcher(labelSelector)
  const byField = fieldMatcher(resource, fieldSelector)
  return (object: Parameters<typeof byLabel>[0]) =>
    (namespace === undefined || object.metadata.namespace === namespace) && byLabel(object) && byField(object)
}

/** Objects under versions: one counter for all of them, and a past that can be listed and watched from. */
export class Store {
  readonly #clock: Clock
  readonly #history: History
  readonly #bookmarkEvery: number
  readonly #objects = new Map<ResourceName, Map<string, AnyObject>>(
    resourceNames.map((name) => [name, new Map()]),
  )
  #version = 0

  constructor(clock: Clock, options: StoreOptions) {
    this.#clock = clock
    this.#history = new History(options.history ?? 1000)
    this.#bookmarkEvery = options.bookmarkEvery ?? 60_000
  }

  get resourceVersion(): string {
    return String(this.#version)
  }

  find(name: ResourceName, namespace: string | undefined, own: string): AnyObject | undefined {
    return this.#of(name).get(keyOf(resources[name].namespaced ? namespace : '', own))
  }

  /** Stores what was there before the first change that anybody can see: it has no version of its own, and no past. */
  seed(name: ResourceName, object: AnyObject): void {
    const { namespace, name: own } = object.metadata
    const metadata = { ...object.metadata, resourceVersion: this.resourceVersion }
    this.#of(name).set(keyOf(namespace, own), freeze({ ...object, metadata }))
  }

  /** Stores the next content of an object, frozen, under a new version. */
  put(name: ResourceName, before: AnyObject | undefined, object: AnyObject): AnyObject {
    const version = ++this.#version
    const after = freeze({ ...object, metadata: { ...object.metadata, resourceVersion: String(version) } })
    const key = keyOf(after.metadata.namespace, after.metadata.name)
    this.#of(name).set(key, after)
    this.#history.record({ version, resource: name, key, before, after })
    return after
  }

  drop(name: ResourceName, before: AnyObject): void {
    const key = keyOf(before.metadata.namespace, before.metadata.name)
    this.#of(name).delete(key)
    this.#history.record({ version: ++this.#version, resource: name, key, before, after: undefined })
  }

  list(name: ResourceName, options: ListOptions): List<AnyObject> {
    const cursor = options.continue === undefined ? undefined : readCursor(options.continue)
    const version = cursor?.version ?? Number(options.exactly ?? this.#version)
    const matches = matcher(resources[name], options)
    const found = [...this.#objectsAt(name, version)]
      .filter(([key, object]) => (cursor === undefined || key > cursor.key) && matches(object))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
    const shown = options.limit ? found.slice(0, options.limit) : found
    const last = shown.at(-1)
    return {
      items: shown.map(([, object]) => object),
      resourceVersion: String(version),
      ...(last !== undefined && shown.length < found.length
        ? { continue: writeCursor({ version, key: last[0] }), remaining: found.length - shown.length }
        : {}),
    }
  }

  watch(name: ResourceName, options: WatchOptions, tell: (event: WatchEvent) => void): () => void {
    const matches = matcher(resources[name], options)
    let stopped = false
    const say = (event: WatchEvent) => {
      if (!stopped) tell(event)
    }
    let from = Number(options.resourceVersion ?? 0)
    if (from === 0) {
      from = this.#version
      for (const object of this.list(name, options).items) say({ type: 'ADDED', object })
    }
    const stops: (() => void)[] = []
    try {
      const unfollow = this.#history.follow(from, (change) => {
        const event = change.resource === name ? eventOf(change, matches) : undefined
        if (event !== undefined) say(event)
      })
      stops.push(unfollow)
      if (options.bookmarks === true) stops.push(this.#markEvery(() => say(this.bookmark(name))))
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error
      say(errorEvent(error))
    }
    return () => {
      stopped = true
      for (const stop of stops) stop()
    }
  }

  bookmark(name: ResourceName): WatchEvent {
    return bookmark(resources[name], this.resourceVersion)
  }

  compact(): void {
    this.#history.compact(this.#version)
  }

  #of(name: ResourceName): Map<string, AnyObject> {
    return this.#objects.get(name) ?? new Map<string, AnyObject>()
  }

  /** The objects at an earlier version, found by undoing what came later. */
  #objectsAt(name: ResourceName, version: number): ReadonlyMap<string, AnyObject> {
    if (version >= this.#version) return this.#of(name)
    const past = new Map(this.#of(name))
    try {
      for (const change of this.#history.after(version).toReversed()) {
        if (change.resource !== name) continue
        if (change.before === undefined) past.delete(change.key)
        else past.set(change.key, change.before)
      }
    } catch {
      throw staleCursor()
    }
    return past
  }

  #markEvery(run: () => void): () => void {
    const mark = () => {
      cancel = this.#clock.after(this.#bookmarkEvery, mark)
      run()
    }
    let cancel = this.#clock.after(this.#bookmarkEvery, mark)
    return () => cancel()
  }
}
