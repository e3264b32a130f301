import type { KubeObject } from '../../../src/model/objects.ts'
import { hash } from '../../../src/lib/hash.ts'
import { timeText } from '../metadata.ts'
import type { ClusterState } from '../state.ts'

interface Told {
  /** The events that a cluster has been told of, by what they say; what was told last comes last. */
  readonly events: Map<string, { readonly namespace: string; readonly name: string }>
  turn: number
}

const told = new WeakMap<ClusterState, Told>()

function toldTo(state: ClusterState): Told {
  const found = told.get(state) ?? { events: new Map(), turn: 0 }
  told.set(state, found)
  return found
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
  const { events, turn } = toldTo(state)
  const said = hash([namespace, name, uid, component, event.reason, event.message], 16)
  const known = events.get(said)
  const before = known === undefined ? undefined : state.find('events', known)
  const reference =
    known === undefined || before === undefined
      ? { namespace, name: nameAt(name, state.clock.now(), turn) }
      : known
  events.delete(said)
  events.set(said, reference)
  const now = timeText(state.clock.now())
  const { apiVersion = '', kind = '' } = about
  if (before !== undefined) {
    state.patch('events', reference, { count: (before.count ?? 1) + 1, lastTimestamp: now })
    return
  }
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
  toldTo(state).turn++
  // Events that have expired are told anew when they happen again.
  for (const [other, at] of events) {
    if (state.find('events', at) !== undefined) break
    events.delete(other)
  }
}
