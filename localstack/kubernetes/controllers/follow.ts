import type { ObjectOf, ResourceName } from '../object.ts'
import type { ClusterState } from '../state.ts'

/** Tells of every object there is, of every change and of every end, until the signal aborts. */
export function follow<R extends ResourceName>(
  state: ClusterState,
  resource: R,
  signal: AbortSignal,
  tell: (object: ObjectOf<R>, gone: boolean) => void,
): void {
  const stop = state.watch(resource, {}, (event) => {
    if (event.type !== 'BOOKMARK' && event.type !== 'ERROR') tell(event.object, event.type === 'DELETED')
  })
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
}

export const keyOf = ({ metadata }: { metadata: { namespace?: string; name: string } }): string =>
  `${metadata.namespace ?? 'default'}/${metadata.name}`
