import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '../../../src/lib/clock.ts'
import type { WatchEvent } from '../../../localstack/kubernetes/watch.ts'
import { cluster, faultOf, service } from './cluster.ts'

const told = (event: WatchEvent): string => {
  if (event.type === 'ERROR') return `ERROR ${event.object.code} ${event.object.message}`
  return `${event.type} ${event.object.metadata.name} ${event.object.metadata.resourceVersion}`
}

function watching(state: ReturnType<typeof cluster>, options: Parameters<typeof state.watch>[1] = {}) {
  const events: string[] = []
  const stop = state.watch('services', options, (event) => events.push(told(event)))
  return { events, stop }
}

test('a watch begins with what there is and goes on with what happens', () => {
  const state = cluster()
  state.create('services', service({}, 'a'))
  const { events, stop } = watching(state)
  state.create('services', service({}, 'b'))
  state.create('configmaps', { metadata: { name: 'other' } })
  state.patch('services', 'a', { metadata: { labels: { x: 'y' } } })
  state.delete('services', 'b')
  stop()
  state.delete('services', 'a')
  assert.deepEqual(events, ['ADDED a 5', 'ADDED b 6', 'MODIFIED a 8', 'DELETED b 9'])
})

test('a watch from a version misses nothing after it', () => {
  const state = cluster()
  state.create('services', service({}, 'a'))
  const { resourceVersion } = state.list('services')
  state.create('services', service({}, 'b'))
  state.delete('services', 'a')
  const { events } = watching(state, { resourceVersion })
  assert.deepEqual(events, ['ADDED b 6', 'DELETED a 7'])
})

test('moving into a selection is ADDED, out of it is DELETED', () => {
  const state = cluster()
  state.create('services', service({}, 'a'))
  const { events } = watching(state, { labelSelector: 'tier=front' })
  state.patch('services', 'a', { metadata: { labels: { tier: 'front' } } })
  state.patch('services', 'a', { spec: { sessionAffinity: 'ClientIP' } })
  state.patch('services', 'a', { metadata: { labels: { tier: 'back' } } })
  state.delete('services', 'a')
  assert.deepEqual(events, ['ADDED a 6', 'MODIFIED a 7', 'DELETED a 8'])
})

test('only one namespace is watched when asked', () => {
  const state = cluster()
  const { events } = watching(state, { namespace: 'kube-system' })
  state.create('services', service())
  state.create('services', { ...service(), metadata: { name: 'dns', namespace: 'kube-system' } })
  assert.deepEqual(events, ['ADDED dns 6'])
})

test('a version that is forgotten is answered with 410', () => {
  const state = cluster()
  state.create('services', service())
  state.compact()
  assert.deepEqual(watching(state, { resourceVersion: '4' }).events, [
    'ERROR 410 too old resource version: 4 (5)',
  ])
  assert.deepEqual(watching(state, { resourceVersion: '5' }).events, [])
})

test('only so many changes are remembered', () => {
  const state = cluster({ history: 10 })
  for (let count = 0; count < 30; count++)
    state.update('configmaps', { metadata: { name: 'x' }, data: { count: String(count) } })
  assert.match(watching(state, { resourceVersion: '5' }).events[0] ?? '', /^ERROR 410 /)
  assert.deepEqual(watching(state, { resourceVersion: '30' }).events, [])
})

test('bookmarks come in time, to those who asked', async () => {
  const clock = new VirtualClock()
  const state = cluster({ clock })
  const asked = watching(state, { bookmarks: true })
  const other = watching(state)
  await clock.advance(60_000)
  state.create('configmaps', { metadata: { name: 'x' } })
  await clock.advance(60_000)
  asked.stop()
  await clock.advance(60_000)
  assert.deepEqual(asked.events, ['BOOKMARK  4', 'BOOKMARK  5'])
  assert.deepEqual(other.events, [])
})

test('a watcher that writes does not disturb the order of the others', () => {
  const state = cluster()
  const first: string[] = []
  state.watch('services', {}, (event) => {
    first.push(told(event))
    if (event.type === 'ADDED')
      state.patch('services', 'web', { metadata: { finalizers: ['a.example/b'] } }, { subresource: 'status' })
  })
  const second = watching(state)
  state.create('services', service())
  assert.deepEqual(first, ['ADDED web 5', 'MODIFIED web 6'])
  assert.deepEqual(second.events, first)
})

test('a watch begun in the middle of an event is told each change once', () => {
  const state = cluster()
  const inner: string[] = []
  state.watch('services', {}, (event) => {
    if (event.type !== 'ADDED') return
    state.patch('services', 'web', { metadata: { labels: { a: 'b' } } })
    state.watch('services', { resourceVersion: '4' }, (later) => inner.push(told(later)))
  })
  state.create('services', service())
  assert.deepEqual(inner, ['ADDED web 5', 'MODIFIED web 6'])
})

test('pages show one state of the cluster, whatever happens between them', () => {
  const state = cluster()
  for (const name of ['a', 'b', 'c']) state.create('services', service({}, name))
  const one = state.list('services', { limit: 2 })
  state.delete('services', 'c')
  state.create('services', service({}, 'd'))
  const two = state.list('services', { limit: 2, continue: one.continue })
  const names = [...one.items, ...two.items].map(({ metadata }) => metadata.name)
  assert.deepEqual(names, ['a', 'b', 'c'])
  assert.equal(one.remaining, 1)
  assert.equal(two.continue, undefined)
  state.compact()
  assert.equal(faultOf(() => state.list('services', { continue: one.continue })).code, 410)
})

const selections: readonly { label?: string; field?: string; names: string }[] = [
  { label: 'tier=front', names: 'a' },
  { label: 'tier==front,env=prod', names: 'a' },
  { label: 'tier!=front', names: 'b c' },
  { label: 'tier', names: 'a b' },
  { label: '!tier', names: 'c' },
  { label: 'tier in (front, back)', names: 'a b' },
  { label: 'tier notin (front),tier', names: 'b' },
  { field: 'metadata.name=b', names: 'b' },
  { field: 'metadata.name!=b', names: 'a c' },
  { field: 'spec.type=LoadBalancer', names: 'c' },
]

for (const { label, field, names } of selections)
  test(`selected by ${label ?? field}: ${names}`, () => {
    const state = cluster()
    const put = (name: string, labels: Record<string, string>, type = 'ClusterIP') =>
      state.create('services', { ...service({ type }), metadata: { name, labels } })
    put('a', { tier: 'front', env: 'prod' })
    put('b', { tier: 'back' })
    put('c', {}, 'LoadBalancer')
    const found = state.list('services', { labelSelector: label, fieldSelector: field })
    assert.equal(found.items.map(({ metadata }) => metadata.name).join(' '), names)
  })

test('a field that cannot be selected by is refused', () => {
  const fault = faultOf(() => cluster().list('services', { fieldSelector: 'spec.colour=red' }))
  assert.equal(fault.message, 'field label not supported: spec.colour')
})
