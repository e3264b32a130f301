import type { KubeObject } from '../../src/model/objects.ts'
import { statusOf, type ApiFault } from './fault.ts'
import type { Change } from './history.ts'
import { freeze } from './object.ts'
import { groupVersion, type Resource } from './resource.ts'
import type { Matches } from './selector.ts'

export type WatchEvent<T = KubeObject> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  | { readonly type: 'BOOKMARK'; readonly object: KubeObject }
  | { readonly type: 'ERROR'; readonly object: ReturnType<typeof statusOf> }

/**
 * What a watcher with a selector sees of a change. An object that moves out of the selection is DELETED for this
 * watcher, with its last selected content at the new version; one that moves in is ADDED.
 */
export function eventOf(change: Change, matches: Matches): WatchEvent | undefined {
  const { before, after } = change
  const was = before !== undefined && matches(before)
  const is = after !== undefined && matches(after)
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object: after }
  if (!was) return undefined
  const metadata = { ...before.metadata, resourceVersion: String(change.version) }
  return { type: 'DELETED', object: freeze({ ...before, metadata }) }
}

/** Tells a watcher how far it has come, so that it can resume later than the last change it cared for. */
export const bookmark = (resource: Resource, resourceVersion: string): WatchEvent => ({
  type: 'BOOKMARK',
  object: {
    kind: resource.kind,
    apiVersion: groupVersion(resource.group, resource.version),
    metadata: { name: '', resourceVersion },
  },
})

export const errorEvent = (fault: ApiFault): WatchEvent => ({ type: 'ERROR', object: statusOf(fault) })
