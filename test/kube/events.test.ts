import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle, VirtualClock } from '../../src/lib/clock.ts'
import { KubeError } from '../../src/kube/errors.ts'
import { EventRecorder, type EventType } from '../../src/kube/events.ts'
import { events } from '../../src/kube/port.ts'
import type { KubeObject } from '../../src/model/objects.ts'
import { MemoryCluster } from './memory.ts'

interface EventObject extends KubeObject {
  type: string
  reason: string
  action: string
  note: string
  eventTime: string
  reportingController: string
  reportingInstance: string
  regarding: object
  series?: { count: number; lastObservedTime: string }
}

const service = (uid = 'u1', name = 'web'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'shop', name, uid, resourceVersion: '7' },
})

function make(repeatMs?: number) {
  const cluster = new MemoryCluster()
  const clock = new VirtualClock()
  const recorder = new EventRecorder({
    api: cluster,
    clock,
    instance: 'pod-1',
    ...(repeatMs === undefined ? {} : { repeatMs }),
  })
  const written = () =>
    cluster
      .all<EventObject>(events)
      .map(({ type, reason, note, series }) => `${type} ${reason} ${note} x${series?.count ?? 1}`)
  return { cluster, clock, recorder, written }
}

type Said = readonly [type: EventType, reason: string, message: string, afterMs?: number]
const ensuring: Said = ['Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer']
const failed: Said = ['Warning', 'SyncLoadBalancerFailed', 'no subnet']

const rows: readonly { name: string; said: readonly Said[]; written: readonly string[] }[] = [
  {
    name: 'a thing said once is written once',
    said: [ensuring],
    written: ['Normal EnsuringLoadBalancer Ensuring load balancer x1'],
  },
  {
    name: 'a retry that says the same adds nothing',
    said: [failed, failed, failed, failed],
    written: ['Warning SyncLoadBalancerFailed no subnet x1'],
  },
  {
    name: 'another message is another event',
    said: [failed, ['Warning', 'SyncLoadBalancerFailed', 'no quota']],
    written: ['Warning SyncLoadBalancerFailed no subnet x1', 'Warning SyncLoadBalancerFailed no quota x1'],
  },
  {
    name: 'the same after a different one counts up the series',
    said: [failed, ensuring, failed, ensuring, failed],
    written: [
      'Warning SyncLoadBalancerFailed no subnet x3',
      'Normal EnsuringLoadBalancer Ensuring load balancer x2',
    ],
  },
  {
    name: 'the same after an hour is written again, as a new event',
    said: [failed, ['Warning', 'SyncLoadBalancerFailed', 'no subnet', 3_600_001]],
    written: ['Warning SyncLoadBalancerFailed no subnet x1', 'Warning SyncLoadBalancerFailed no subnet x1'],
  },
]

for (const row of rows)
  test(`events: ${row.name}`, async () => {
    const { clock, recorder, written } = make()
    for (const [type, reason, message, afterMs = 1_000] of row.said) {
      await clock.advance(afterMs)
      recorder.record(service(), type, reason, message)
      await recorder.drained()
    }
    assert.deepEqual(written(), row.written)
  })

test('events: hold what the API requires', async () => {
  const { cluster, recorder } = make()
  recorder.record(service(), ...(['Warning', 'SyncLoadBalancerFailed', `ü${'ü'.repeat(2_000)}`] as const))
  await recorder.drained()
  const [event] = cluster.all<EventObject>(events)
  assert.ok(event !== undefined)
  assert.match(event.metadata.name, /^web\.[0-9a-f]{16}$/)
  assert.match(event.eventTime, /\.\d{6}Z$/)
  assert.deepEqual(
    [
      event.metadata.namespace,
      event.apiVersion,
      event.reportingController,
      event.reportingInstance,
      event.action,
    ],
    ['shop', 'events.k8s.io/v1', 'service-controller', 'pod-1', 'SyncLoadBalancerFailed'],
  )
  assert.deepEqual(event.regarding, {
    apiVersion: 'v1',
    kind: 'Service',
    namespace: 'shop',
    name: 'web',
    uid: 'u1',
    resourceVersion: '7',
  })
  assert.ok(Buffer.byteLength(event.note) <= 1_024 && event.note.endsWith('ü…'))
})

test('events: objects are apart, also of the same name; what has no namespace is told in default', async () => {
  const { cluster, recorder, written } = make()
  recorder.record(service('u1'), ...(failed as [EventType, string, string]))
  recorder.record(service('u2'), ...(failed as [EventType, string, string]))
  recorder.record({ kind: 'Node', metadata: { name: 'n1', uid: 'n' } }, 'Normal', 'Seen', 'hello')
  await recorder.drained()
  assert.equal(written().length, 3)
  assert.equal(cluster.all(events)[2]?.metadata.namespace, 'default')
})

test('events: a refusal neither throws nor silences the next try', async () => {
  const { cluster, recorder, written } = make()
  cluster.before = () => {
    throw new KubeError(403, 'Forbidden', 'no')
  }
  recorder.record(service(), 'Warning', 'Bad', 'x')
  await recorder.drained()
  cluster.before = () => {}
  recorder.record(service(), 'Warning', 'Bad', 'x')
  await recorder.drained()
  assert.deepEqual(written(), ['Warning Bad x x1'])
})

test('events: an event that is gone is written anew', async () => {
  const { cluster, recorder, written } = make()
  recorder.record(service(), 'Warning', 'Bad', 'x')
  recorder.record(service(), 'Normal', 'Good', 'y')
  await recorder.drained()
  for (const { metadata } of cluster.all(events)) cluster.remove(events, metadata)
  recorder.record(service(), 'Warning', 'Bad', 'x')
  await recorder.drained()
  assert.deepEqual(written(), ['Warning Bad x x1'])
})

test('events: a message that is new each time is slowed down to one a minute', async () => {
  const { clock, recorder, written } = make()
  for (let i = 0; i < 600; i++) {
    recorder.record(service(), 'Warning', 'Bad', `request ${i}`)
    await recorder.drained()
    await clock.advance(1_000)
  }
  assert.equal(written().length, 20 + 9)
})

test('events: 5,000 Services failing at once do not flood the API server', async () => {
  const { recorder, written } = make()
  for (let i = 0; i < 5_000; i++)
    recorder.record(service(`u${i}`, `s${i}`), 'Warning', 'Bad', 'cloud is down')
  await recorder.drained()
  assert.equal(written().length, 100)
})

test('events: an API server that hangs holds nobody up', async () => {
  const { cluster, clock, recorder } = make()
  cluster.create = (_resource, _object, signal?: AbortSignal) =>
    new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(new KubeError(0, 'Timeout', 'late')))
    })
  recorder.record(service(), 'Warning', 'Bad', 'x')
  let drained = false
  const waiting = recorder.drained().then(() => (drained = true))
  await settle()
  assert.equal(drained, false)
  await clock.advance(8_000)
  await waiting
  assert.equal(clock.nextAt, undefined)
})
