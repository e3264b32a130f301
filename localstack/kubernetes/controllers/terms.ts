import type { KubeObject } from '../../../src/model/objects.ts'
import { controllerOf } from './owners.ts'

/** What objects are looked up by in an index: their controller, or that they have none. */
export const ownedBy = (uid: string | undefined): string => `owner ${uid}`
export const unownedIn = (namespace = 'default'): string => `unowned ${namespace}`

export function byController(object: KubeObject): readonly string[] {
  const owner = controllerOf(object)
  return [owner === undefined ? unownedIn(object.metadata.namespace) : ownedBy(owner.uid)]
}
