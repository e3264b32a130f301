import { randomUUID } from 'node:crypto'
import { systemClock, type Clock } from '../../src/lib/clock.ts'
import { equal } from '../../src/lib/json.ts'
import type { NodeObject } from '../../src/model/objects.ts'
import { graceOf, heldByKubelet } from './apps/pod-grace.ts'
import { invalidValue } from './cause.ts'
import * as faults from './fault.ts'
import { applied } from './fields/application.ts'
import type { ManagedEntry } from './fields/managers.ts'
import { entriesOf, trackUpdate } from './fields/tracking.ts'
import * as metadata from './metadata.ts'
import { nodeOf, type NodeSketch } from './nodes.ts'
import { draftOf, freeze, referenceOf } from './object.ts'
import type { AnyObject, Draft, ObjectOf, Reference, ResourceName } from './object.ts'
import { patched } from './patch/patch.ts'
import { resourceNames, resources, type Resource } from './resource.ts'
import { Store, type List, type ListOptions, type WatchOptions } from './store.ts'
import { defaultServiceCidrs } from './service/strategy.ts'
import type {
  ApplyOptions,
  ClusterOptions,
  DeleteOptions,
  PatchOptions,
  WriteOptions,
} from './state-options.ts'
import { strategies } from './strategies.ts'
import type { Strategy } from './strategy.ts'
import type { WatchEvent } from './watch.ts'
import { decodedAs, expectSame, type Precondition, type Writable } from './written.ts'

/** Answers `managedFields` for a draft that has its defaults and not yet what the server chooses for it. */
type Track = (draft: AnyObject) => readonly ManagedEntry[]

/** The objects of one cluster, under the API server's rules. In process and synchronous; the server adds only HTTP. */
export class ClusterState {
  readonly clock: Clock
  readonly #uid: () => string
  readonly #store: Store
  readonly #strategies: { readonly [R in ResourceName]?: Strategy }

  constructor(options: ClusterOptions = {}) {
    this.clock = options.clock ?? systemClock
    this.#uid = options.uid ?? randomUUID
    this.#store = new Store(this.clock, options)
    this.#strategies = strategies(options)
    for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system'])
      this.create('namespaces', { metadata: { name } })
    this.#seedServiceCidr(options.serviceCidrs ?? defaultServiceCidrs)
  }

  /** The ranges that the API server was started with, which it writes down itself. */
  #seedServiceCidr(cidrs: readonly string[]): void {
    const draft = draftOf({ metadata: { name: 'kubernetes' }, spec: { cidrs }, status: { conditions: [] } })
    metadata.bear(draft, resources.servicecidrs, this.clock.now(), randomUUID())
    this.#store.seed('servicecidrs', draft)
  }

  /** The version of the last change. */
  get resourceVersion(): string {
    return this.#store.resourceVersion
  }

  create<R extends ResourceName>(name: R, object: ObjectOf<R>, options: WriteOptions = {}): ObjectOf<R> {
    return this.#create(name, object as AnyObject, options)
  }

  #create(name: ResourceName, object: AnyObject, options: WriteOptions, track?: Track): AnyObject {
    const resource = resources[name]
    const draft = decodedAs(resource, object, options)
    if (draft.metadata.resourceVersion)
      throw faults.badRequest('resourceVersion should not be set on objects to be created')
    this.#place(resource, draft)
    metadata.bear(draft, resource, this.clock.now(), this.#uid())
    const { name: own, namespace } = draft.metadata
    if (own && this.#store.find(name, namespace, own) !== undefined) throw faults.alreadyExists(resource, own)
    this.#prepare(resource, draft, undefined, track ?? this.#tracker(resource, undefined, object, options))
    return this.#commit(resource, undefined, draft, options)
  }

  /** The object, or 404. */
  get<R extends ResourceName>(name: R, reference: Reference): ObjectOf<R> {
    return this.#present(name, reference)
  }

  find<R extends ResourceName>(name: R, reference: Reference): ObjectOf<R> | undefined {
    const { name: own, namespace } = referenceOf(reference)
    return this.#store.find(name, namespace, own)
  }

  list<R extends ResourceName>(name: R, options: ListOptions = {}): List<ObjectOf<R>> {
    return this.#store.list(name, options)
  }

  /** Tells what happens to the objects of a resource from now, or from an earlier version on; the answer stops it. */
  watch<R extends ResourceName>(
    name: R,
    options: WatchOptions,
    onEvent: (event: WatchEvent<ObjectOf<R>>) => void,
  ): () => void {
    return this.#store.watch(name, options, onEvent as (event: WatchEvent) => void)
  }

  /** Replaces an object. With a resourceVersion or uid in its metadata, only that very object. */
  update<R extends ResourceName>(name: R, object: ObjectOf<R>, options: WriteOptions = {}): ObjectOf<R> {
    const resource = resources[name]
    const { uid, resourceVersion, name: own } = object.metadata
    const { namespace } = referenceOf(object.metadata)
    const before = this.#store.find(name, namespace, own)
    if (before === undefined) {
      if (resource.createOnUpdate === true && !resourceVersion && options.subresource === undefined)
        return this.create(name, object, options)
      throw faults.notFound(resource, own)
    }
    if (resource.unconditionalUpdate === false && !resourceVersion)
      throw faults.invalid(resource, own, [
        invalidValue('metadata.resourceVersion', 0, 'must be specified for an update'),
      ])
    return this.#replace(resource, before, object, { uid, resourceVersion }, options)
  }

  patch<R extends ResourceName>(
    name: R,
    reference: Reference,
    patch: unknown,
    options: PatchOptions = {},
  ): ObjectOf<R> {
    const before = this.#present(name, reference)
    const result = patched(resources[name], before, patch, options.type ?? 'merge') as ObjectOf<R>
    const { uid, resourceVersion } = (result.metadata ?? {}) as Partial<ObjectOf<R>['metadata']>
    return this.#replace(resources[name], before, result, { uid, resourceVersion }, options)
  }

  /** Server-side apply: the object has what the configuration says, and less than its manager's last one said. */
  apply<R extends ResourceName>(
    name: R,
    config: ObjectOf<R>,
    { force = false, ...options }: ApplyOptions,
  ): { readonly object: ObjectOf<R>; readonly created: boolean } {
    const resource = resources[name]
    if (entriesOf(config as AnyObject) !== undefined)
      throw faults.badRequest('metadata.managedFields must be nil')
    const live = this.find(name, config.metadata) as AnyObject | undefined
    if (live === undefined && options.subresource !== undefined)
      throw faults.notFound(resource, config.metadata.name)
    const time = metadata.timeText(this.clock.now())
    decodedAs(resource, config, {
      onUnknown(fields) {
        throw faults.untyped(resource, config.metadata, fields)
      },
    })
    const said = config as AnyObject
    const result = applied({ resource, live, config: said, writer: options.writer, force, time })
    const track = () => result.managedFields
    if (live === undefined)
      return { object: this.#create(name, result.object, options, track), created: true }
    const { uid, resourceVersion } = config.metadata
    const object = this.#replace(resource, live, result.object, { uid, resourceVersion }, options, track)
    return { object, created: false }
  }

  /** Reads, changes and writes in one step: what a patient user with an editor does. */
  edit<R extends ResourceName>(
    name: R,
    reference: Reference,
    change: (draft: Draft<ObjectOf<R>>) => void,
    options: WriteOptions = {},
  ): ObjectOf<R> {
    const draft = draftOf(this.get(name, reference)) as unknown as Draft<ObjectOf<R>>
    change(draft)
    return this.update(name, draft as unknown as ObjectOf<R>, options)
  }

  /** Removes the object, or marks it when finalizers hold it; the answer is the object as it was left. */
  delete<R extends ResourceName>(name: R, reference: Reference, options: DeleteOptions = {}): ObjectOf<R> {
    const resource = resources[name]
    const before = this.#present(name, reference)
    expectSame(resource, before, options)
    if (name === 'namespaces') return this.#empty(before, options)
    const grace = name === 'pods' ? graceOf(before, options.gracePeriodSeconds) : 0
    const finalizers = metadata
      .finalizersFor(before, options.propagationPolicy)
      .filter((one) => one !== heldByKubelet || grace > 0)
    const held = finalizers.length > 0
    if (!held) this.#remove(resource, before, options)
    const isMarked = before.metadata.deletionTimestamp !== undefined
    if (!held || (isMarked && grace >= metadata.graceIn(before))) return before
    const marked = metadata.markDeleted(before, this.clock.now(), finalizers, grace)
    return this.#commit(resource, before, marked, options)
  }

  bookmark(name: ResourceName): WatchEvent {
    return this.#store.bookmark(name)
  }

  /** Forgets the past: older resource versions are answered with 410 from now on. */
  compact(): void {
    this.#store.compact()
  }

  addNode(sketch: NodeSketch): NodeObject {
    return this.create('nodes', nodeOf(sketch, metadata.timeText(this.clock.now())))
  }

  #present(name: ResourceName, reference: Reference): AnyObject {
    const { name: own, namespace } = referenceOf(reference)
    const found = this.#store.find(name, namespace, own)
    if (found === undefined) throw faults.notFound(resources[name], own)
    return found
  }

  /** Puts a new object into its namespace, which must be there and stay. */
  #place(resource: Resource, draft: Writable): void {
    if (!resource.namespaced) {
      delete draft.metadata.namespace
      return
    }
    draft.metadata.namespace ??= 'default'
    const { name, deletionTimestamp } = this.get('namespaces', draft.metadata.namespace).metadata
    if (deletionTimestamp !== undefined)
      throw faults.forbidden(
        resource,
        draft.metadata.name,
        `unable to create new content in namespace ${name} because it is being terminated`,
      )
  }

  #tracker(
    resource: Resource,
    before: AnyObject | undefined,
    object: unknown,
    { writer, subresource }: WriteOptions,
  ): Track {
    const time = metadata.timeText(this.clock.now())
    const given = entriesOf(object as AnyObject)
    return (after) => trackUpdate({ resource, before, after, given, writer, subresource, time })
  }

  #prepare(resource: Resource, draft: Writable, before: AnyObject | undefined, track: Track): void {
    const strategy = this.#strategies[resource.plural]
    strategy?.prepare?.(draft, before)
    metadata.setOwners(draft, track(draft))
    strategy?.allocate?.(draft, before)
    this.#refuse(resource, draft, [
      ...metadata.checkMetadata(draft, resource, before),
      ...(strategy?.check?.(draft, before) ?? []),
    ])
  }

  #refuse(resource: Resource, object: AnyObject, causes: readonly faults.Cause[]): void {
    if (causes.length > 0) throw faults.invalid(resource, object.metadata.name, causes)
  }

  #replace(
    resource: Resource,
    before: AnyObject,
    object: unknown,
    want: Precondition,
    options: WriteOptions,
    track = this.#tracker(resource, before, object, options),
  ): AnyObject {
    const next = decodedAs(resource, object, options)
    expectSame(resource, before, want)
    metadata.keepIdentity(next, before)
    if (options.subresource === 'status') {
      const { metadata: meta, status } = next
      for (const field of Object.keys(next)) delete next[field as 'status']
      Object.assign(next, before, { metadata: meta }, status === undefined ? {} : { status })
      metadata.setOwners(next, track(next))
      this.#refuse(resource, next, [
        ...metadata.checkMetadata(next, resource, before),
        ...(this.#strategies[resource.plural]?.checkStatus?.(next) ?? []),
      ])
    } else {
      if (resource.status) delete next.status
      if (resource.status && before['status'] !== undefined) next.status = before['status']
      this.#prepare(resource, next, before, track)
    }
    if (resource.generation && !metadata.sameSpec(before, next))
      next.metadata.generation = (before.metadata.generation ?? 0) + 1
    if (before.metadata.deletionTimestamp === undefined || next.metadata.finalizers?.length)
      return this.#commit(resource, before, next, options)
    this.#remove(resource, before, options)
    return freeze(next)
  }

  #commit(resource: Resource, before: AnyObject | undefined, object: AnyObject, options: WriteOptions) {
    const tidy = metadata.tidied(object, before?.metadata.resourceVersion)
    if (before !== undefined && equal(before, tidy)) return before
    if (options.dryRun === true) return freeze(tidy)
    // Told first: whoever watches may at once write again and need the numbers that are free by now.
    this.#strategies[resource.plural]?.settle?.(before, tidy)
    return this.#store.put(resource.plural, before, tidy)
  }

  #remove(resource: Resource, before: AnyObject, options: { dryRun?: boolean | undefined }): void {
    if (options.dryRun === true) return
    this.#strategies[resource.plural]?.settle?.(before, undefined)
    this.#store.drop(resource.plural, before)
    this.#release(before.metadata.namespace)
  }

  /** Deletes what a namespace holds; the namespace itself goes with the last of it. */
  #empty(namespace: AnyObject, options: DeleteOptions): AnyObject {
    const { name, deletionTimestamp } = namespace.metadata
    const marked = { ...metadata.markDeleted(namespace, this.clock.now()), status: { phase: 'Terminating' } }
    const doomed =
      deletionTimestamp === undefined
        ? this.#commit(resources.namespaces, namespace, marked, options)
        : namespace
    if (options.dryRun === true) return doomed
    for (const resource of resourceNames.filter((one) => resources[one].namespaced))
      for (const { metadata } of this.list(resource, { namespace: name }).items)
        this.delete(resource, metadata)
    this.#release(name)
    return doomed
  }

  #release(name: string | undefined): void {
    const namespace = name === undefined ? undefined : this.#store.find('namespaces', undefined, name)
    if (namespace?.metadata.deletionTimestamp === undefined) return
    const held = resourceNames.some(
      (one) => resources[one].namespaced && this.list(one, { namespace: name }).items.length > 0,
    )
    if (!held && !namespace.metadata.finalizers?.length) this.#remove(resources.namespaces, namespace, {})
  }
}
