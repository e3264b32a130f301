/** What a request writes, before the rules of its resource. */
import { decode } from './decode.ts'
import * as faults from './fault.ts'
import { withoutOwners } from './metadata.ts'
import type { AnyObject, Draft } from './object.ts'
import { groupVersion, type Resource } from './resource.ts'
import { schemas } from './schemas.ts'
import type { WriteOptions } from './state-options.ts'

export type Writable = Draft<AnyObject> & { status?: unknown }

/** Which very object a request means. */
export interface Precondition {
  readonly uid?: string | undefined
  readonly resourceVersion?: string | undefined
}

/** A draft of that resource's form. Throws 400 for what cannot be read as one. */
export function decodedAs(resource: Resource, object: unknown, options: WriteOptions): Writable {
  const { value, unknown } = decode(withoutOwners(object), schemas[resource.plural], resource.version)
  if (unknown.length > 0) options.onUnknown?.(unknown)
  const draft = value as Writable
  ;(draft as { metadata?: unknown }).metadata ??= {}
  draft.kind = resource.kind
  draft.apiVersion = groupVersion(resource.group, resource.version)
  return draft
}

/** Throws 409 where the object is another one by now. */
export function expectSame(resource: Resource, before: AnyObject, want: Precondition): void {
  const { name, uid, resourceVersion } = before.metadata
  if (want.uid && want.uid !== uid)
    throw faults.conflict(
      resource,
      name,
      `Precondition failed: UID in precondition: ${want.uid}, UID in object meta: ${uid}`,
    )
  if (want.resourceVersion && want.resourceVersion !== resourceVersion) throw faults.conflict(resource, name)
}
