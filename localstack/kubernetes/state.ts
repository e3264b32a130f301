import { randomUUID } from 'node:crypto'
import { systemClock, type Clock } from '../../src/lib/clock.ts'
import { equal } from '../../src/lib/json.ts'
import type { NodeObject } from '../../src/model/objects.ts'
import { invalidValue } from './cause.ts'
import * as faults from './fault.ts'
import { History } from './history.ts'
import * as metadata from './metadata.ts'
import { nodeOf, type NodeSketch } from './nodes.ts'
import * as objects from './object.ts'
import type { AnyObject, Draft, ObjectOf, Reference, ResourceName } from './object.ts'
import { readCursor, staleCursor, writeCursor } from './page.ts'
import { patched, type PatchType } from './patch.ts'
import { groupVersion, resourceNames, resources, type Resource } from './resource.ts'
import { fieldMatcher, labelMatcher } from './selector.ts'
import { strategies, type StrategyOptions } from './strategies.ts'
import type { Strategy } from './strategy.ts'
import { bookmark, errorEvent, eventOf, type WatchEvent } from './watch.ts'

export interface ClusterOptions extends StrategyOptions {
  readonly clock?: Clock
  /** Makes the uids. Default: random; a test that compares output hands in a counter. */
  readonly uid?: () => string
  /** How many changes can still be watched from. Default 1000. */
  readonly history?: number
  /** How often a watcher that asked for bookmarks gets one, in milliseconds. Default 60000. */
  readonly bookmarkEvery?: number
}

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

export interface WriteOptions {
  readonly subresource?: 'status' | undefined
  readonly dryRun?: boolean
}

export interface PatchOptions extends WriteOptions {
  /** Default `merge`. */
  readonly type?: PatchType
}

export interface DeleteOptions {
  readonly uid?: string | undefined
  readonly resourceVersion?: string | undefined
  readonly dryRun?: boolean
}

export interface List<T> {
  readonly items: readonly T[]
  readonly resourceVersion: string
  readonly continue?: string
  readonly remaining?: number
}

const keyOf = (namespace: string | undefined, name: string) => `${namespace ?? ''}/${name}`

/** The objects of one cluster, under the API server's rules. In process and synchronous; the server adds only HTTP. */
export class ClusterState {
  readonly clock: Clock
  readonly #uid: () => string
  readonly #history: History
  readonly #bookmarkEvery: number
  readonly #strategies: { readonly [R in ResourceName]?: Strategy }
  readonly #objects = new Map<ResourceName, Map<string, AnyObject>>(
    resourceNames.map((name) => [name, new Map()]),
  )
  #version = 0

  constructor(options: ClusterOptions = {}) {
    this.clock = options.clock ?? systemClock
    this.#uid = options.uid ?? randomUUID
    this.#history = new History(options.history ?? 1000)
    this.#bookmarkEvery = options.bookmarkEvery ?? 60_000
    this.#strategies = strategies(options)
    for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system'])
      this.create('namespaces', { metadata: { name } })
  }

  /** The version of the last change. */
  get resourceVersion(): string {
    return String(this.#version)
  }

  create<R extends ResourceName>(name: R, object: ObjectOf<R>, options: WriteOptions = {}): ObjectOf<R> {
    const resource = resources[name]
    const draft = objects.draftOf(object)
    if (draft.metadata.resourceVersion)
      throw faults.badRequest('resourceVersion should not be set on objects to be created')
    delete draft.metadata.resourceVersion
    this.#place(resource, draft)
    metadata.bear(draft, resource, this.clock.now(), this.#uid())
    const { name: own, namespace } = draft.metadata
    if (own && this.#stored(resource).has(keyOf(namespace, own))) throw faults.alreadyExists(resource, own)
    this.#prepare(resource, draft, undefined)
    return this.#commit(resource, undefined, draft as AnyObject, options) as ObjectOf<R>
  }

  /** The object, or 404. */
  get<R extends ResourceName>(name: R, reference: Reference): ObjectOf<R> {
    const found = this.find(name, reference)
    if (found === undefined) throw faults.notFound(resources[name], objects.referenceOf(reference).name)
    return found
  }

  find<R extends ResourceName>(name: R, reference: Reference): ObjectOf<R> | undefined {
    const { name: own, namespace } = objects.referenceOf(reference)
    const resource = resources[name]
    return this.#stored(resource).get(keyOf(resource.namespaced ? namespace : '', own)) as
      ObjectOf<R> | undefined
  }

  list<R extends ResourceName>(name: R, options: ListOptions = {}): List<ObjectOf<R>> {
    const cursor = options.continue === undefined ? undefined : readCursor(options.continue)
    const version = cursor?.version ?? Number(options.exactly ?? this.#version)
    const matches = this.#matcher(resources[name], options)
    const found = [...this.#objectsAt(resources[name], version)]
      .filter(([key, object]) => (cursor === undefined || key > cursor.key) && matches(object))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
    const shown = options.limit === undefined || options.limit === 0 ? found : found.slice(0, options.limit)
    const last = shown.at(-1)
    return {
      items: shown.map(([, object]) => object as ObjectOf<R>),
      resourceVersion: String(version),
      ...(last !== undefined && shown.length < found.length
        ? { continue: writeCursor({ version, key: last[0] }), remaining: found.length - shown.length }
        : {}),
    }
  }

  /** Replaces an object. With a resourceVersion or uid in its metadata, only that very object. */
  update<R extends ResourceName>(name: R, object: ObjectOf<R>, options: WriteOptions = {}): ObjectOf<R> {
    const resource = resources[name]
    const { uid, resourceVersion } = object.metadata
    const before = this.find(name, object.metadata)
    if (before === undefined) {
      if (resource.createOnUpdate === true && !resourceVersion && options.subresource === undefined)
        return this.create(name, object, options)
      throw faults.notFound(resource, object.metadata.name)
    }
    if (resource.unconditionalUpdate === false && !resourceVersion)
      throw faults.invalid(resource, object.metadata.name, [
        invalidValue('metadata.resourceVersion', 0, 'must be specified for an update'),
      ])
    this.#expect(resource, before, uid, resourceVersion)
    return this.#replace(resource, before as AnyObject, objects.draftOf(object), options) as ObjectOf<R>
  }

  patch<R extends ResourceName>(
    name: R,
    reference: Reference,
    patch: unknown,
    options: PatchOptions = {},
  ): ObjectOf<R> {
    const resource = resources[name]
    const before = this.get(name, reference) as AnyObject
    const draft = objects.draftOf(patched(resource, before, patch, options.type ?? 'merge'))
    this.#expect(resource, before, draft.metadata.uid, draft.metadata.resourceVersion)
    if (
      draft.metadata.name !== before.metadata.name ||
      draft.metadata.namespace !== before.metadata.namespace
    )
      throw faults.badRequest('the name of the object does not match the name on the URL')
    return this.#replace(resource, before, draft, options) as ObjectOf<R>
  }

  /** Reads, changes and writes in one step: what a patient user with an editor does. */
  edit<R extends ResourceName>(
    name: R,
    reference: Reference,
    change: (draft: Draft<ObjectOf<R>>) => void,
    options: WriteOptions = {},
  ): ObjectOf<R> {
    const draft = objects.draftOf(this.get(name, reference))
    change(draft as unknown as Draft<ObjectOf<R>>)
    return this.update(name, draft as unknown as ObjectOf<R>, options)
  }

  /** Removes the object, or marks it when finalizers hold it; the answer is the object as it was left. */
  delete<R extends ResourceName>(name: R, reference: Reference, options: DeleteOptions = {}): ObjectOf<R> {
    const resource = resources[name]
    const before = this.get(name, reference) as AnyObject
    this.#expect(resource, before, options.uid, options.resourceVersion)
    if (name === 'namespaces') return this.#empty(before, options) as ObjectOf<R>
    if (!before.metadata.finalizers?.length) {
      this.#remove(resource, before, options)
      return before as ObjectOf<R>
    }
    if (before.metadata.deletionTimestamp !== undefined) return before as ObjectOf<R>
    return this.#commit(resource, before, this.#marked(before), options) as ObjectOf<R>
  }

  watch<R extends ResourceName>(
    name: R,
    options: WatchOptions,
    onEvent: (event: WatchEvent<ObjectOf<R>>) => void,
  ): () => void {
    const resource = resources[name]
    const matches = this.#matcher(resource, options)
    const tell = onEvent as (event: WatchEvent) => void
    const { resourceVersion = '0' } = options
    let from = Number(resourceVersion)
    let stopped = false
    if (from === 0) {
      from = this.#version
      for (const object of this.list(name, options).items) if (!stopped) tell({ type: 'ADDED', object })
    }
    let unfollow = () => {}
    try {
      unfollow = this.#history.follow(from, (change) => {
        const event = change.resource === name ? eventOf(change, matches) : undefined
        if (event !== undefined && !stopped) tell(event)
      })
    } catch (error) {
      if (!(error instanceof faults.ApiFault)) throw error
      tell(errorEvent(error))
    }
    const unmark = options.bookmarks === true ? this.#markEvery(() => tell(this.bookmark(name))) : () => {}
    return () => {
      stopped = true
      unfollow()
      unmark()
    }
  }

  bookmark(name: ResourceName): WatchEvent {
    return bookmark(resources[name], this.resourceVersion)
  }

  /** Forgets the past: older resource versions are answered with 410 from now on. */
  compact(): void {
    this.#history.compact(this.#version)
  }

  addNode(sketch: NodeSketch): NodeObject {
    return this.create('nodes', nodeOf(sketch))
  }

  #stored(resource: Resource): Map<string, AnyObject> {
    return this.#objects.get(resource.plural) ?? new Map()
  }

  #matcher(resource: Resource, { namespace, labelSelector, fieldSelector }: Selection) {
    const byLabel = labelMatcher(labelSelector)
    const byField = fieldMatcher(resource, fieldSelector)
    return (object: AnyObject | ObjectOf<ResourceName>) =>
      (namespace === undefined || object.metadata.namespace === namespace) &&
      byLabel(object) &&
      byField(object)
  }

  /** The cluster at an earlier version, found by undoing what came later. */
  #objectsAt(resource: Resource, version: number): ReadonlyMap<string, AnyObject> {
    if (version === this.#version) return this.#stored(resource)
    const past = new Map(this.#stored(resource))
    try {
      for (const change of this.#history.after(version).toReversed()) {
        if (change.resource !== resource.plural) continue
        if (change.before === undefined) past.delete(change.key)
        else past.set(change.key, change.before)
      }
    } catch {
      throw staleCursor()
    }
    return past
  }

  #expect(resource: Resource, stored: { metadata: AnyObject['metadata'] }, uid?: string, version?: string) {
    const { name, uid: own, resourceVersion } = stored.metadata
    if (uid && uid !== own)
      throw faults.conflict(
        resource,
        name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${own}`,
      )
    if (version && version !== resourceVersion) throw faults.conflict(resource, name)
  }

  /** Puts a new object into its namespace, which must be there and stay. */
  #place(resource: Resource, draft: Draft<AnyObject>): void {
    draft.kind = resource.kind
    draft.apiVersion = groupVersion(resource.group, resource.version)
    if (!resource.namespaced) {
      delete draft.metadata.namespace
      return
    }
    draft.metadata.namespace ??= 'default'
    const namespace = this.get('namespaces', draft.metadata.namespace)
    if (namespace.metadata.deletionTimestamp !== undefined)
      throw faults.forbidden(
        resource,
        draft.metadata.name,
        `unable to create new content in namespace ${namespace.metadata.name} because it is being terminated`,
      )
  }

  #prepare(resource: Resource, draft: Draft<AnyObject>, before: AnyObject | undefined): void {
    const strategy = this.#strategies[resource.plural]
    strategy?.prepare?.(draft, before)
    strategy?.allocate?.(draft, before)
    const object = draft as AnyObject
    this.#refuse(resource, object, [
      ...metadata.checkMetadata(object, resource, before),
      ...(strategy?.check?.(object, before) ?? []),
    ])
  }

  #refuse(resource: Resource, object: AnyObject, causes: readonly faults.Cause[]): void {
    if (causes.length > 0) throw faults.invalid(resource, object.metadata.name, causes)
  }

  #replace(resource: Resource, before: AnyObject, draft: Draft<AnyObject>, options: WriteOptions): AnyObject {
    metadata.keepIdentity(draft, before)
    draft.kind = before.kind ?? resource.kind
    draft.apiVersion = before.apiVersion ?? resource.version
    const next = draft as Draft<AnyObject> & { status?: unknown }
    if (options.subresource === 'status') {
      const { metadata: meta, status } = next
      const kept = objects.draftOf(before)
      for (const key of Object.keys(next)) delete next[key as 'status']
      Object.assign(next, kept, { metadata: meta, ...(status === undefined ? {} : { status }) })
      this.#refuse(resource, next as AnyObject, [
        ...metadata.checkMetadata(next as AnyObject, resource, before),
        ...(this.#strategies[resource.plural]?.checkStatus?.(next as AnyObject) ?? []),
      ])
    } else {
      if (resource.status && before['status'] === undefined) delete next.status
      else if (resource.status) next.status = structuredClone(before['status'])
      this.#prepare(resource, draft, before)
    }
    if (resource.generation && !metadata.sameSpec(before, next as AnyObject))
      next.metadata.generation = (before.metadata.generation ?? 0) + 1
    if (before.metadata.deletionTimestamp !== undefined && !next.metadata.finalizers?.length) {
      this.#remove(resource, before, options)
      return objects.freeze(next) as AnyObject
    }
    return this.#commit(resource, before, next as AnyObject, options)
  }

  #marked(before: AnyObject): AnyObject {
    const { generation } = before.metadata
    const deletionTimestamp = metadata.timeText(this.clock.now())
    return {
      ...before,
      metadata: {
        ...before.metadata,
        deletionTimestamp,
        ...{ deletionGracePeriodSeconds: 0 },
        ...(generation === undefined ? {} : { generation: generation + 1 }),
      },
    }
  }

  #commit(
    resource: Resource,
    before: AnyObject | undefined,
    object: AnyObject,
    options: WriteOptions,
  ): AnyObject {
    const tidy = metadata.tidied(object)
    const old = before?.metadata.resourceVersion
    const unchanged = { ...tidy, metadata: { ...tidy.metadata, ...(old && { resourceVersion: old }) } }
    if (before !== undefined && equal(before, unchanged)) return before
    if (options.dryRun === true) return objects.freeze(unchanged)
    const version = ++this.#version
    const after = objects.freeze({
      ...tidy,
      metadata: { ...tidy.metadata, resourceVersion: String(version) },
    })
    const key = keyOf(after.metadata.namespace, after.metadata.name)
    this.#stored(resource).set(key, after)
    this.#strategies[resource.plural]?.settle?.(before, after)
    this.#history.record({ version, resource: resource.plural, key, before, after })
    return after
  }

  #remove(resource: Resource, before: AnyObject, options: WriteOptions): void {
    if (options.dryRun === true) return
    const { namespace, name } = before.metadata
    const key = keyOf(namespace, name)
    this.#stored(resource).delete(key)
    this.#strategies[resource.plural]?.settle?.(before, undefined)
    const version = ++this.#version
    this.#history.record({ version, resource: resource.plural, key, before, after: undefined })
    this.#release(namespace)
  }

  /** Deletes what a namespace holds; the namespace itself goes with the last of it. */
  #empty(namespace: AnyObject, options: WriteOptions): AnyObject {
    const doomed =
      namespace.metadata.deletionTimestamp === undefined
        ? this.#commit(
            resources.namespaces,
            namespace,
            { ...this.#marked(namespace), status: { phase: 'Terminating' } },
            options,
          )
        : namespace
    if (options.dryRun === true) return doomed
    const { name } = namespace.metadata
    for (const resource of resourceNames.filter((one) => resources[one].namespaced))
      for (const { metadata } of this.list(resource, { namespace: name }).items)
        this.delete(resource, metadata)
    this.#release(name)
    return doomed
  }

  #release(name: string | undefined): void {
    const namespace =
      name === undefined ? undefined : (this.find('namespaces', name) as AnyObject | undefined)
    if (namespace?.metadata.deletionTimestamp === undefined) return
    const held = resourceNames.some(
      (resource) =>
        resources[resource].namespaced && this.list(resource, { namespace: name }).items.length > 0,
    )
    if (!held && !namespace.metadata.finalizers?.length) this.#remove(resources.namespaces, namespace, {})
  }

  #markEvery(run: () => void): () => void {
    let cancel = () => {}
    const again = () => {
      cancel = this.clock.after(this.#bookmarkEvery, () => {
        again()
        run()
      })
    }
    again()
    return () => cancel()
  }
}
