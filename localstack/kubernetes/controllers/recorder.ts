import type { KubeObject } from '../../../src/model/objects.ts'
import { hash } from '../../../src/lib/hash.ts'
import { timeText } from '../metadata.ts'
import type { ClusterState } from '../state.ts'

/** Names of the events that a cluster has been told of, by what they say. */
const told = new WeakMap<ClusterState, Map<string, string>>()

function namesOf(state: ClusterState): Map<string, string> {
  const names = told.get(state) ?? new Map<string, string>()
  told.set(state, names)
  return names
}

/** A name that sorts by time, as real ones do: `kubectl describe` shows what happened in one second in that order. */
const nameAt = (object: string, now: number, turn: number): string =>
  `${object}.${(BigInt(now) * 1_000_000n + BigInt(turn % 1_000_000)).toString(16)}`

/** Writes down what a controller has done, where `kubectl describe` shows it. The same again only counts up. */
export function record(
  state: ClusterState,
  about: KubeObject,
  component: string,
  event: { readonly reason: string; readonly message: string; readonly type?: 'Normal' | 'Warning' },
): void {
  const { name, namespace = 'default', uid = '', resourceVersion = '' } = about.metadata
  const names = namesOf(state)
  const said = hash([namespace, name, uid, component, event.reason, event.message], 16)
  const reference = { namespace, name: names.get(said) ?? nameAt(name, state.clock.now(), names.size) }
  names.set(said, reference.name)
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
