import type { KubeObject } from '../../../src/model/objects.ts'
import type { ResourceName } from '../object.ts'
import { resourceNames, resources } from '../resource.ts'
import type { ClusterState } from '../state.ts'
import { follow, keyOf } from './follow.ts'
import { ownersOf } from './owners.ts'
import { Queue } from './queue.ts'

interface Place {
  readonly resource: ResourceName
  readonly key: string
}

/**
 * Ends what has lost its last owner. An owner that is deleted in the foreground waits for what blocks it; one that is
 * deleted as an orphan lets go of what it owns first.
 */
export class GarbageCollector {
  readonly #state: ClusterState
  /** Where each object lives, by uid, and what names it as owner. */
  readonly #places = new Map<string, Place>()
  readonly #dependents = new Map<string, Set<string>>()

  constructor(state: ClusterState) {
    this.#state = state
  }

  start(signal: AbortSignal): void {
    const queue = new Queue((uid) => this.#look(uid), signal)
    // What is seen is only looked at later, when all resources have been read once.
    for (const resource of resourceNames)
      follow(this.#state, resource, signal, (object, gone) => this.#see(resource, object, gone, queue))
  }

  #see(resource: ResourceName, object: KubeObject, gone: boolean, queue: Queue): void {
    const { uid = '', deletionTimestamp } = object.metadata
    const owners = ownersOf(object).map((owner) => owner.uid)
    if (gone) this.#places.delete(uid)
    else this.#places.set(uid, { resource, key: keyOf(object) })
    for (const owner of owners) {
      const known = this.#dependents.get(owner) ?? new Set<string>()
      this.#dependents.set(owner, known)
      if (gone) known.delete(uid)
      else known.add(uid)
      if (known.size === 0) this.#dependents.delete(owner)
      if (gone) queue.add(owner)
    }
    if (gone) for (const dependent of this.#dependents.get(uid) ?? []) queue.add(dependent)
    else if (owners.length > 0 || deletionTimestamp !== undefined) queue.add(uid)
  }

  #look(uid: string): void {
    const place = this.#places.get(uid)
    const object = place === undefined ? undefined : this.#find(place)
    if (place === undefined || object === undefined) return
    const { deletionTimestamp, finalizers = [] } = object.metadata
    if (deletionTimestamp === undefined) return this.#endIfAlone(place, object)
    if (finalizers.includes('orphan')) this.#letGo(place, object)
    if (finalizers.includes('foregroundDeletion')) this.#endDependents(place, object)
  }

  #find({ resource, key }: Place): KubeObject | undefined {
    return resources[resource].namespaced
      ? this.#state.find(resource, key)
      : this.#state.find(resource, { name: key.slice(key.indexOf('/') + 1) })
  }

  #dependentsOf({ metadata: { uid = '' } }: KubeObject) {
    return [...(this.#dependents.get(uid) ?? [])].flatMap((dependent) => {
      const place = this.#places.get(dependent)
      const object = place === undefined ? undefined : this.#find(place)
      const owner = object && ownersOf(object).find((one) => one.uid === uid)
      return place === undefined || object === undefined || owner === undefined
        ? []
        : [{ place, object, owner }]
    })
  }

  #endIfAlone({ resource }: Place, object: KubeObject): void {
    const owners = ownersOf(object)
    if (owners.length === 0 || owners.some(({ uid }) => this.#places.has(uid))) return
    this.#state.delete(resource, object.metadata, { uid: object.metadata.uid })
  }

  #letGo({ resource }: Place, owner: KubeObject): void {
    for (const { place, object } of this.#dependentsOf(owner)) {
      const ownerReferences = ownersOf(object).filter(({ uid }) => uid !== owner.metadata.uid)
      this.#state.patch(place.resource, object.metadata, { metadata: { ownerReferences } })
    }
    this.#release(resource, owner, 'orphan')
  }

  #endDependents({ resource }: Place, owner: KubeObject): void {
    const dependents = this.#dependentsOf(owner)
    for (const { place, object } of dependents)
      if (object.metadata.deletionTimestamp === undefined)
        this.#state.delete(place.resource, object.metadata, { propagationPolicy: 'Foreground' })
    const holds = this.#dependentsOf(owner).some((one) => one.owner.blockOwnerDeletion === true)
    if (!holds) this.#release(resource, owner, 'foregroundDeletion')
  }

  #release(resource: ResourceName, { metadata }: KubeObject, finalizer: string): void {
    const finalizers = this.#state.find(resource, metadata)?.metadata.finalizers ?? []
    if (!finalizers.includes(finalizer)) return
    this.#state.patch(resource, metadata, {
      metadata: { finalizers: finalizers.filter((one) => one !== finalizer) },
    })
  }
}
