import type { KubeObject } from '../../../src/model/objects.ts'
import { hash } from '../../../src/lib/hash.ts'
import { timeText } from '../metadata.ts'
import type { ClusterState } from '../state.ts'

/** Writes down what a controller has done, where `kubectl describe` shows it. The same again only counts up. */
export function record(
  state: ClusterState,
  about: KubeObject,
  component: string,
  event: { readonly reason: string; readonly message: string; readonly type?: 'Normal' | 'Warning' },
): void {
  const { name, namespace = 'default', uid = '', resourceVersion = '' } = about.metadata
  const reference = { namespace, name: `${name}.${hash([uid, component, event.reason, event.message], 16)}` }
  const now = timeText(state.clock.now())
  const before = state.find('events', reference)
  const { apiVersion = '', kind = '' } = about
  if (before !== undefined)
    state.patch('events', reference, { count: (before.count ?? 1) + 1, lastTimestamp: now })
  else
    state.create('events', {
      metadata: reference,
      involvedObject: { apiVersion, kind, namespace, name, uid, resourceVersion },
      type: 'Normal',
      ...event,
      source: { component },
      reportingComponent: component,
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
    })
}
