import { badRequest } from '../fault.ts'
import { jsonPatch } from './json-patch.ts'
import { mergePatch } from './merge-patch.ts'
import type { AnyObject } from '../object.ts'
import type { Resource } from '../resource.ts'
import { schemas } from '../schemas.ts'
import { strategicPatch } from './strategic-patch.ts'

export type PatchType = 'merge' | 'strategic' | 'json'

/** The object with the patch on it; the object itself is left alone. */
export function patched(resource: Resource, object: AnyObject, patch: unknown, type: PatchType): unknown {
  if (type === 'json') return jsonPatch(object, patch)
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch))
    throw badRequest('the patch must be an object')
  return type === 'merge'
    ? mergePatch(object, patch)
    : strategicPatch(object, patch as Record<string, unknown>, schemas[resource.plural])
}
