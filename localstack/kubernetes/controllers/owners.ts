import type { KubeObject } from '../../../src/model/objects.ts'
import { fieldAt } from '../object.ts'
import type { OwnerReference } from '../workload-objects.ts'

export const ownersOf = (object: KubeObject): readonly OwnerReference[] =>
  (fieldAt(object, 'metadata.ownerReferences') ?? []) as readonly OwnerReference[]

/** The one owner that says how many there are of an object. */
export const controllerOf = (object: KubeObject): OwnerReference | undefined =>
  ownersOf(object).find(({ controller }) => controller === true)

export const isControlledBy = (object: KubeObject, owner: KubeObject): boolean =>
  controllerOf(object)?.uid === owner.metadata.uid

/** The reference by which an object is controlled, and by which a foreground deletion waits for it. */
export const controlledBy = ({ apiVersion = '', kind = '', metadata }: KubeObject): OwnerReference => ({
  apiVersion,
  kind,
  name: metadata.name,
  uid: metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
})
