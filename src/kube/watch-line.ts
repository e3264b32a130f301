import { isObject, type JsonObject } from '../lib/json.ts'
import type { KubeObject } from '../model/objects.ts'
import { errorOfStatus } from './errors.ts'
import type { WatchEnd, WatchEvent } from './port.ts'

export type WatchLine<T> = { readonly event: WatchEvent<T> } | { readonly end: WatchEnd }

/** One line of a watch: an event, or why the watch is over. */
export function readWatchLine<T extends KubeObject>(line: string): WatchLine<T> {
  const parsed = parse(line)
  if (!isObject(parsed) || !isObject(parsed.object)) return { end: { how: 'garbled' } }
  const { type, object } = parsed
  if (type === 'ERROR') {
    const code = Number(object.code ?? 500)
    return { end: code === 410 ? { how: 'expired' } : { how: 'failed', error: errorOfStatus(code, object) } }
  }
  if (!isObject(object.metadata) || !isEventType(type)) return { end: { how: 'garbled' } }
  return { event: { type, object: dropManagedFields(object) as unknown as T } }
}

const isEventType = (type: unknown): type is WatchEvent<unknown>['type'] =>
  type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED' || type === 'BOOKMARK'

function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown
  } catch {
    return undefined
  }
}

/** Who wrote which field is half of an object's weight. Changes the object, which nobody else has yet. */
export function dropManagedFields(object: JsonObject): JsonObject {
  if (isObject(object.metadata)) delete (object.metadata as { managedFields?: unknown }).managedFields
  return object
}
