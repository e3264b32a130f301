import { equal } from '../lib/json.ts'
import type { KubeObject } from '../model/objects.ts'

/** `before` alone: removed; `now` alone: added; both: changed. */
export interface Change<T> {
  readonly key: string
  readonly before?: T
  readonly now?: T
}

export interface StoreOptions<T> {
  /** Index name -> the values an object is found under. */
  readonly indexes?: Readonly<Record<string, (object: T) => readonly string[]>>
  /** Told when a subscriber threw; the others still run. */
  readonly onThrow?: (error: unknown) => void
}

/** What everybody but the reflector sees of a store. */
export type ReadStore<T extends KubeObject> = Pick<
  Store<T>,
  'get' | 'byUid' | 'by' | 'list' | 'keys' | 'size' | 'subscribe' | 'learn'
>

/** Names in a namespace, sorted. */
export const namesIn = (keys: readonly string[], namespace: string): readonly string[] =>
  keys.flatMap((key) => (key.startsWith(`${namespace}/`) ? [key.slice(namespace.length + 1)] : [])).toSorted()

export const keyOf = (object: KubeObject): string =>
  object.metadata.namespace === undefined
    ? object.metadata.name
    : `${object.metadata.namespace}/${object.metadata.name}`

const uidIndex = 'uid'

/** The newest known objects of one type, by `namespace/name`. */
export class Store<T extends KubeObject> {
  readonly #objects = new Map<string, T>()
  /** index name -> value -> keys */
  readonly #indexes = new Map<string, Map<string, Set<string>>>()
  readonly #valuesOf: Readonly<Record<string, (object: T) => readonly string[]>>
  readonly #subscribers = new Set<(change: Change<T>) => void>()
  readonly #onThrow: (error: unknown) => void

  constructor(opts: StoreOptions<T> = {}) {
    const uid = (object: T) => (object.metadata.uid === undefined ? [] : [object.metadata.uid])
    this.#valuesOf = { ...opts.indexes, [uidIndex]: uid }
    this.#onThrow = opts.onThrow ?? (() => {})
    for (const name of Object.keys(this.#valuesOf)) this.#indexes.set(name, new Map())
  }

  get size(): number {
    return this.#objects.size
  }

  get(key: string): T | undefined {
    return this.#objects.get(key)
  }

  byUid(uid: string): T | undefined {
    return this.by(uidIndex, uid)[0]
  }

  /** All objects that the named index finds under `value`. */
  by(index: string, value: string): readonly T[] {
    const values = this.#indexes.get(index)
    if (values === undefined) throw new Error(`no index is called ${index}`)
    return [...(values.get(value) ?? [])].map((key) => this.#objects.get(key)!)
  }

  list(): readonly T[] {
    return [...this.#objects.values()]
  }

  keys(): readonly string[] {
    return [...this.#objects.keys()]
  }

  /** Calls `run` after every change, in order; the answer ends it. Subscribers should only note the key. */
  subscribe(run: (change: Change<T>) => void): () => void {
    this.#subscribers.add(run)
    return () => this.#subscribers.delete(run)
  }

  /** Takes over the answer to our own write, unless the object went or something newer is already here. */
  learn(object: T): void {
    if (this.#objects.get(keyOf(object))?.metadata.uid === object.metadata.uid) this.put(object)
  }

  /** An object as a watch delivers it. One of the same uid that is older than what is held is passed over. */
  put(object: T): void {
    const held = this.#objects.get(keyOf(object))
    if (held !== undefined && held.metadata.uid === object.metadata.uid && !isNewer(object, held)) return
    this.#set(object)
  }

  remove(key: string): void {
    const before = this.#objects.get(key)
    if (before === undefined) return
    this.#objects.delete(key)
    this.#reindex(key, before, undefined)
    this.#tell({ key, before })
  }

  /** The whole truth from a list: what it lacks is gone, even when its version ran backwards (a restored backup). */
  replaceAll(objects: readonly T[]): void {
    const listed = new Set(objects.map(keyOf))
    for (const key of this.keys()) if (!listed.has(key)) this.remove(key)
    for (const object of objects) this.#set(object)
  }

  #set(now: T): void {
    const key = keyOf(now)
    const before = this.#objects.get(key)
    // Another object of the same name: whoever follows uids must see the old one go.
    if (before !== undefined && before.metadata.uid !== now.metadata.uid) {
      this.remove(key)
      return this.#set(now)
    }
    this.#objects.set(key, now)
    this.#reindex(key, before, now)
    if (before === undefined) this.#tell({ key, now })
    else if (!sameButVersion(before, now)) this.#tell({ key, before, now })
  }

  #reindex(key: string, before: T | undefined, now: T | undefined): void {
    for (const [name, valuesOf] of Object.entries(this.#valuesOf)) {
      const index = this.#indexes.get(name)!
      const old = before === undefined ? [] : valuesOf(before)
      const next = now === undefined ? [] : valuesOf(now)
      for (const value of old) {
        if (next.includes(value)) continue
        const keys = index.get(value)
        keys?.delete(key)
        if (keys?.size === 0) index.delete(value)
      }
      for (const value of next) {
        const keys = index.get(value)
        if (keys === undefined) index.set(value, new Set([key]))
        else keys.add(key)
      }
    }
  }

  #tell(change: Change<T>): void {
    for (const run of this.#subscribers) {
      try {
        run(change)
      } catch (error) {
        this.#onThrow(error)
      }
    }
  }
}

/** Versions are numbers in practice and, since Kubernetes 1.35, by promise; what is no number counts as newer. */
function isNewer(a: KubeObject, b: KubeObject): boolean {
  const [versionA, versionB] = [a.metadata.resourceVersion, b.metadata.resourceVersion]
  if (versionA === undefined || versionA === versionB) return versionA === undefined
  const digits = /^\d{1,30}$/
  return !digits.test(versionA) || !digits.test(versionB ?? '') || BigInt(versionA) > BigInt(versionB!)
}

const bare = (object: KubeObject) => ({ ...object, metadata: { ...object.metadata, resourceVersion: '' } })

/** A write that changed only what we trimmed away (a node's heartbeat) is no news. */
const sameButVersion = (a: KubeObject, b: KubeObject): boolean =>
  (a.metadata.resourceVersion !== undefined && a.metadata.resourceVersion === b.metadata.resourceVersion) ||
  equal(bare(a), bare(b))
