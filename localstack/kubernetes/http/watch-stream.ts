import type { ServerResponse } from 'node:http'
import type { Clock } from '../../../src/lib/clock.ts'
import { ApiFault } from '../fault.ts'
import type { AnyObject } from '../object.ts'
import { isYes, type Target } from './route.ts'
import type { ClusterState } from '../state.ts'
import type { View } from './view.ts'
import type { WatchEvent } from '../watch.ts'

export interface Stream {
  readonly state: ClusterState
  readonly clock: Clock
  readonly target: Target
  readonly query: URLSearchParams
  readonly view: View
  readonly response: ServerResponse
}

/** Without a limit of the client's the server ends a watch after a while, as it must to balance its load. */
const defaultTimeout = 1800

/** Writes events as lines of JSON until the client goes, the time is up or the watch has failed. */
export function streamWatch({ state, clock, target, query, view, response }: Stream): void {
  const initial = query.get('sendInitialEvents')
  if (initial !== null)
    throw new ApiFault(
      422,
      'Invalid',
      'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
      {
        group: 'meta.k8s.io',
        kind: 'ListOptions',
        causes: [
          {
            reason: 'FieldValueForbidden',
            message:
              'Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
            field: 'sendInitialEvents',
          },
        ],
      },
    )
  const { plural, namespaced } = target.resource
  const byName = target.name === undefined ? undefined : `metadata.name=${target.name}`
  const bookmarks = isYes(query.get('allowWatchBookmarks'))
  let first = true
  const write = (event: WatchEvent) => {
    const failed = event.type === 'ERROR'
    const object = failed ? event.object : view.one(event.object as AnyObject, first)
    first = false
    response.write(`${JSON.stringify({ type: event.type, object })}\n`)
    if (failed) end()
  }
  const stops: (() => void)[] = []
  const end = () => {
    for (const stop of stops) stop()
    response.end()
  }
  const seconds = Number(query.get('timeoutSeconds') ?? defaultTimeout) || defaultTimeout
  stops.push(
    clock.after(seconds * 1000, () => {
      if (bookmarks) write(state.bookmark(plural))
      end()
    }),
  )
  response.on('close', end)
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' })
  response.flushHeaders()
  const stop = state.watch(
    plural,
    {
      resourceVersion: query.get('resourceVersion') || undefined,
      labelSelector: query.get('labelSelector') ?? undefined,
      fieldSelector: [query.get('fieldSelector'), byName].filter(Boolean).join(','),
      namespace: namespaced ? target.namespace : undefined,
      bookmarks,
    },
    write,
  )
  stops.push(stop)
  if (response.writableEnded) stop()
}
