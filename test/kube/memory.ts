import { isObject, type JsonObject } from '../../src/lib/json.ts'
import { KubeError } from '../../src/kube/errors.ts'
import type { KubeApi, ListOptions, ListPage, ObjectRef, Patch } from '../../src/kube/port.ts'
import type { ResourceType, WatchEnd, WatchEvent, WatchOptions } from '../../src/kube/port.ts'
import type { KubeObject } from '../../src/model/objects.ts'

interface Watcher {
  plural: string
  onEvent: (event: WatchEvent<never>) => void
  finish: (end: WatchEnd) => void
}

/** A cluster in memory under the API server's rules of versions and uids, with faults on demand. */
export class MemoryCluster implements KubeApi {
  /** plural -> namespace/name -> object */
  readonly #objects = new Map<string, Map<string, KubeObject>>()
  readonly #history: { plural: string; version: number; event: WatchEvent<KubeObject> }[] = []
  readonly #watchers = new Set<Watcher>()
  #version = 100
  #oldest = 0
  /** Every request as `verb plural`. */
  readonly log: string[] = []
  /** Asked before every request; may wait, or throw in the server's place. */
  before: (verb: string, resource: ResourceType, opts: object) => Promise<void> | void = () => {}
  /** Asked before a write's answer leaves, when it is done already. */
  afterWrite: (verb: string) => Promise<void> | void = () => {}

  async list<T extends KubeObject>(resource: ResourceType, opts: ListOptions): Promise<ListPage<T>> {
    await this.#enter('list', resource, opts)
    const all = [...this.#of(resource).values()] as T[]
    const [from, version] = (opts.continue ?? `0@${this.#version}`).split('@').map(Number) as [number, number]
    if (version < this.#oldest) throw new KubeError(410, 'Expired', 'the token is too old')
    const end = from + (opts.limit ?? all.length)
    return {
      items: structuredClone(all.slice(from, end)),
      resourceVersion: String(version),
      ...(end < all.length ? { continue: `${end}@${version}` } : {}),
    }
  }

  async watch<T extends KubeObject>(
    resource: ResourceType,
    opts: WatchOptions,
    onEvent: (event: WatchEvent<T>) => void,
    signal: AbortSignal,
  ): Promise<WatchEnd> {
    try {
      await this.#enter('watch', resource, opts)
    } catch (error) {
      return { how: 'failed', error: error as KubeError }
    }
    const from = Number(opts.resourceVersion)
    if (from < this.#oldest) return { how: 'expired' }
    for (const { plural, version, event } of this.#history)
      if (plural === resource.plural && version > from) onEvent(structuredClone(event) as WatchEvent<T>)
    const { promise, resolve } = Promise.withResolvers<WatchEnd>()
    const watcher: Watcher = { plural: resource.plural, onEvent, finish: resolve }
    this.#watchers.add(watcher)
    const stop = () => resolve({ how: 'closed' })
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    const end = await promise
    signal.removeEventListener('abort', stop)
    this.#watchers.delete(watcher)
    return end
  }

  async get<T extends KubeObject>(resource: ResourceType, ref: ObjectRef): Promise<T> {
    await this.#enter('get', resource, ref)
    return structuredClone(this.#held(resource, ref)) as T
  }

  async create<T extends KubeObject>(resource: ResourceType, object: T): Promise<T> {
    await this.#enter('create', resource, object.metadata)
    if (this.#of(resource).has(keyOf(object.metadata)))
      throw new KubeError(409, 'AlreadyExists', 'it exists already')
    return this.#done('create', this.put(resource, object) as T)
  }

  async update<T extends KubeObject>(resource: ResourceType, object: T): Promise<T> {
    await this.#enter('update', resource, object.metadata)
    const held = this.#held(resource, object.metadata)
    const { resourceVersion } = object.metadata
    if (resourceVersion !== undefined && resourceVersion !== held.metadata.resourceVersion) throw conflict()
    return this.#done('update', this.put(resource, object) as T)
  }

  async patch<T extends KubeObject>(resource: ResourceType, ref: ObjectRef, patch: Patch): Promise<T> {
    await this.#enter('patch', resource, ref)
    const held = this.#held(resource, ref)
    const { metadata = {} } = patch.body as { metadata?: { uid?: string; resourceVersion?: string } }
    if ((metadata.uid ?? held.metadata.uid) !== held.metadata.uid) throw conflict()
    const version = held.metadata.resourceVersion
    if ((metadata.resourceVersion ?? version) !== version) throw conflict()
    const next = mergePatch(held as unknown as JsonObject, patch.body as JsonObject)
    return this.#done('patch', this.put(resource, next as unknown as T) as T)
  }

  /** As another client would: no fault stands in the way. */
  put(resource: ResourceType, object: KubeObject): KubeObject {
    const held = this.#of(resource).get(keyOf(object.metadata))
    const version = ++this.#version
    const uid = object.metadata.uid ?? held?.metadata.uid ?? `uid-${version}`
    const next = { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(version) } }
    this.#of(resource).set(keyOf(object.metadata), next)
    this.#tell(resource, held === undefined ? 'ADDED' : 'MODIFIED', next)
    return next
  }

  remove(resource: ResourceType, ref: ObjectRef): void {
    const held = this.#held(resource, ref)
    this.#of(resource).delete(keyOf(ref))
    const resourceVersion = String(++this.#version)
    this.#tell(resource, 'DELETED', { ...held, metadata: { ...held.metadata, resourceVersion } })
  }

  all<T extends KubeObject>(resource: ResourceType): T[] {
    return [...this.#of(resource).values()] as T[]
  }

  bookmark(resource: ResourceType): void {
    const metadata = { name: '', resourceVersion: String(++this.#version) }
    this.#tell(resource, 'BOOKMARK', { metadata })
  }

  endWatches(end: WatchEnd): void {
    for (const watcher of this.#watchers) watcher.finish(end)
  }

  get watches(): number {
    return this.#watchers.size
  }

  /** Forgets the past: who asks from before now gets 410. */
  compact(): void {
    this.#oldest = this.#version
  }

  #tell(resource: ResourceType, type: WatchEvent<KubeObject>['type'], object: KubeObject): void {
    const event = { type, object }
    const { plural } = resource
    if (type !== 'BOOKMARK') this.#history.push({ plural, version: this.#version, event })
    for (const watcher of this.#watchers)
      if (watcher.plural === plural) watcher.onEvent(structuredClone(event) as WatchEvent<never>)
  }

  async #enter(verb: string, resource: ResourceType, opts: object): Promise<void> {
    this.log.push(`${verb} ${resource.plural}`)
    await this.before(verb, resource, opts)
  }

  async #done<T>(verb: string, object: T): Promise<T> {
    await this.afterWrite(verb)
    return structuredClone(object)
  }

  #of(resource: ResourceType): Map<string, KubeObject> {
    const held = this.#objects.get(resource.plural) ?? new Map<string, KubeObject>()
    this.#objects.set(resource.plural, held)
    return held
  }

  #held(resource: ResourceType, ref: ObjectRef): KubeObject {
    const held = this.#of(resource).get(keyOf(ref))
    if (held === undefined)
      throw new KubeError(404, 'NotFound', `${resource.plural} ${ref.name} is not there`)
    return held
  }
}

const keyOf = (ref: ObjectRef) => `${ref.namespace ?? ''}/${ref.name}`
const conflict = () => new KubeError(409, 'Conflict', 'the object has been modified')

/** RFC 7386. */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const next: Record<string, JsonObject[string]> = { ...target }
  for (const [key, value] of Object.entries(patch)) {
    const held = next[key]
    if (value === null) delete next[key]
    else next[key] = isObject(value) ? mergePatch(isObject(held) ? held : {}, value) : value
  }
  return next
}
