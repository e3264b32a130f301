import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodes, pods, services, type WatchEnd } from '../../src/kube/port.ts'
import { Reflector } from '../../src/kube/reflector.ts'
import { SharedWatches } from '../../src/kube/shared-watches.ts'
import { settle, VirtualClock } from '../../src/lib/clock.ts'
import type { KubeObject } from '../../src/model/objects.ts'
import { silentLog } from '../../src/observe/log.ts'
import { MemoryCluster } from './memory.ts'

const as = (name: string, word = 'old') => ({ metadata: { name, labels: { word } } })

/** A cluster, and what shares its watches of Services and Nodes. */
function bed(t: { after(run: () => void): void }) {
  const over = new AbortController()
  t.after(() => over.abort())
  const cluster = new MemoryCluster()
  const clock = new VirtualClock()
  const kinds = [services, nodes].map((resource) => ({ resource, trim: (object: KubeObject) => object }))
  const api = new SharedWatches({ api: cluster, clock, log: silentLog, kinds, signal: over.signal })
  const reflect = (resource = services, fieldSelector?: string) => {
    const reflector = new Reflector({
      api,
      clock,
      resource,
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
    })
    void reflector.start(over.signal)
    return reflector
  }
  return { over, cluster, clock, api, reflect }
}

const words = (reflector: Reflector<KubeObject>) =>
  reflector.store.list().map(({ metadata: { name, labels } }) => `${name} ${labels?.['word']}`)

test('many who watch the same take one list and one watch of the server', async (t) => {
  const { cluster, reflect } = bed(t)
  cluster.put(services, as('a'))
  const all = [reflect(), reflect(), reflect()]
  await settle()
  cluster.put(services, as('a', 'new'))
  cluster.put(services, as('b'))
  await settle()
  for (const one of all) assert.deepEqual(words(one), ['a new', 'b old'])
  cluster.remove(services, { name: 'a' })
  await settle()
  for (const one of all) assert.deepEqual(words(one), ['b old'])
  assert.equal(all[0]?.store.get('b'), all[1]?.store.get('b'), 'it is one object')
  assert.deepEqual(cluster.log, ['list services', 'watch services'])
})

test('who comes later is given what there is by then', async (t) => {
  const { cluster, reflect } = bed(t)
  reflect()
  await settle()
  cluster.put(services, as('a'))
  await settle()
  const late = reflect()
  await settle()
  assert.deepEqual(words(late), ['a old'])
  assert.equal(cluster.watches, 1)
})

test('who names one object hears of that one', async (t) => {
  const { cluster, reflect } = bed(t)
  cluster.put(nodes, as('node-1'))
  cluster.put(nodes, as('node-2'))
  const [one, two] = [reflect(nodes, 'metadata.name=node-1'), reflect(nodes, 'metadata.name=node-2')]
  await settle()
  cluster.put(nodes, as('node-2', 'new'))
  await settle()
  assert.deepEqual([words(one), words(two)], [['node-1 old'], ['node-2 new']])
  assert.equal(cluster.watches, 1)
})

test('nothing is lost between a list and its watch, or between two watches', async (t) => {
  const { cluster, api, clock, over } = bed(t)
  cluster.put(services, as('a'))
  const { resourceVersion } = await api.list(services, {}, over.signal)
  cluster.put(services, as('b'))
  cluster.put(services, as('c'))
  await settle()
  const seen: string[] = []
  let version = resourceVersion
  const watch = (): Promise<WatchEnd> =>
    api.watch(
      services,
      { resourceVersion: version, timeoutSeconds: 60, allowWatchBookmarks: true },
      ({ type, object: { metadata } }) => {
        version = metadata.resourceVersion ?? version
        if (type !== 'BOOKMARK') seen.push(`${type} ${metadata.name}`)
      },
      over.signal,
    )
  const first = watch()
  await clock.advance(60_000)
  assert.deepEqual(await first, { how: 'closed' })
  cluster.remove(services, { name: 'b' })
  await settle()
  void watch()
  assert.deepEqual(seen, ['ADDED b', 'ADDED c', 'DELETED b'])
})

test('a version that is nobody’s, or too old, asks for a new list', async (t) => {
  const { cluster, api, over } = bed(t)
  const { resourceVersion } = await api.list(services, {}, over.signal)
  const watch = (version: string): Promise<WatchEnd> =>
    api.watch(
      services,
      { resourceVersion: version, timeoutSeconds: 60, allowWatchBookmarks: true },
      () => {},
      over.signal,
    )
  for (let n = 0; n < 5_000; n++) cluster.put(services, as(`s${n}`))
  await settle()
  assert.deepEqual(await watch(resourceVersion), { how: 'expired' })
  assert.deepEqual(await watch('100'), { how: 'expired' })
})

test('other kinds, one namespace and other fields go through to the server', async (t) => {
  const { cluster, api, over } = bed(t)
  await api.list(pods, {}, over.signal)
  await api.list(services, { namespace: 'default' }, over.signal)
  await api.list(services, { fieldSelector: 'spec.type=NodePort' }, over.signal)
  await api.list(services, { limit: 1 }, over.signal)
  assert.deepEqual(cluster.log, ['list pods', 'list services', 'list services', 'list services'])
})

test('a list that nobody waits for any more ends', async (t) => {
  const { cluster, api } = bed(t)
  cluster.before = () => new Promise(() => {})
  const stop = new AbortController()
  const listing = api.list(services, {}, stop.signal)
  stop.abort()
  await assert.rejects(listing, /stopped/)
})
