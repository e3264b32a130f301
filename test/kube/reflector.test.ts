import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle, VirtualClock } from '../../src/lib/clock.ts'
import { KubeError } from '../../src/kube/errors.ts'
import { services, type ResourceType } from '../../src/kube/port.ts'
import { Reflector, type Trouble } from '../../src/kube/reflector.ts'
import type { ServiceObject } from '../../src/model/objects.ts'
import { MemoryCluster } from './memory.ts'

const reset = new KubeError(0, 'Reset', 'reset')

interface Bench {
  cluster: MemoryCluster
  clock: VirtualClock
  reflector: Reflector<ServiceObject>
  told: string[]
  troubles: Trouble[]
  names: () => string
  add: (name: string, more?: object) => void
}

async function withReflector(
  run: (bench: Bench) => Promise<void>,
  prepare?: (cluster: MemoryCluster) => void,
) {
  const cluster = new MemoryCluster()
  const clock = new VirtualClock()
  const told: string[] = []
  const troubles: Trouble[] = []
  const add = (name: string, more: object = {}) =>
    void cluster.put(services, { metadata: { namespace: 'shop', name }, ...more })
  prepare?.(cluster)
  const reflector = new Reflector<ServiceObject>({
    api: cluster,
    resource: services,
    clock,
    random: () => 0.5,
    onTrouble: (what) => troubles.push(what),
  })
  reflector.store.subscribe(({ key, before, now }) =>
    told.push(`${before === undefined ? '+' : now === undefined ? '-' : '~'} ${key}`),
  )
  const stop = new AbortController()
  const running = reflector.start(stop.signal)
  await settle()
  const names = () =>
    reflector.store
      .list()
      .map((object) => object.metadata.name)
      .toSorted()
      .join(' ')
  try {
    await run({ cluster, clock, reflector, told, troubles, names, add })
  } finally {
    stop.abort()
    await running
    assert.equal(cluster.watches, 0, 'a watch was left')
    assert.equal(clock.nextAt, undefined, 'a timer was left')
  }
}

const many = (count: number) => (cluster: MemoryCluster) => {
  for (let i = 0; i < count; i++) cluster.put(services, { metadata: { namespace: 'shop', name: `s${i}` } })
}

test('reflector: lists 1,234 objects in pages of 500, then watches from there', () =>
  withReflector(async ({ cluster, reflector, told, add }) => {
    assert.equal(await reflector.synced, true)
    assert.equal(reflector.store.size, 1_234)
    assert.deepEqual(cluster.log, ['list services', 'list services', 'list services', 'watch services'])
    add('new')
    assert.equal(told.at(-1), '+ shop/new')
  }, many(1_234)))

test('reflector: synced only after a list came to its end', () =>
  withReflector(
    async ({ cluster, clock, reflector, troubles }) => {
      assert.deepEqual([reflector.hasSynced, reflector.failure?.code], [false, 503])
      cluster.before = () => {}
      await clock.advance(1_000)
      assert.deepEqual([reflector.hasSynced, reflector.failure], [true, undefined])
      assert.deepEqual(troubles, ['list'])
    },
    (cluster) => {
      many(600)(cluster)
      let lists = 0
      cluster.before = (verb) => {
        if (verb === 'list' && ++lists === 2) throw new KubeError(503, 'ServiceUnavailable', 'down')
      }
    },
  ))

test('reflector: a stop before the first list answers synced with false', async () => {
  const cluster = new MemoryCluster()
  cluster.before = () => Promise.reject(reset)
  const reflector = new Reflector<ServiceObject>({
    api: cluster,
    resource: services,
    clock: new VirtualClock(),
  })
  const stop = new AbortController()
  const running = reflector.start(stop.signal)
  await settle()
  stop.abort()
  await running
  assert.equal(await reflector.synced, false)
  await assert.rejects(reflector.start(stop.signal), /starts once/)
})

test('reflector: a list token that expires between pages ends in one unpaged list', () =>
  withReflector(
    async ({ cluster, reflector }) => {
      assert.equal(reflector.store.size, 600)
      assert.deepEqual(cluster.log.slice(0, 3), ['list services', 'list services', 'list services'])
    },
    (cluster) => {
      many(600)(cluster)
      cluster.before = (verb, _resource, opts) => {
        if (verb !== 'list' || !('continue' in opts)) return
        cluster.put(services, cluster.all(services)[0]!)
        cluster.compact()
      }
    },
  ))

test('reflector: a watch that lived is followed at once by the next, from where it stopped', () =>
  withReflector(async ({ cluster, clock, names, add }) => {
    await clock.advance(60_000)
    cluster.log.length = 0
    for (let i = 0; i < 5; i++) {
      add(`a${i}`)
      cluster.endWatches({ how: 'closed' })
      await settle()
      assert.equal(cluster.watches, 1)
    }
    assert.deepEqual(cluster.log, Array(5).fill('watch services'))
    assert.equal(names(), 'a0 a1 a2 a3 a4')
  }))

test('reflector: a server that closes each watch at once is not hammered', () =>
  withReflector(async ({ cluster, clock }) => {
    cluster.before = (verb) => {
      if (verb === 'watch') setImmediate(() => cluster.endWatches({ how: 'closed' }))
    }
    cluster.endWatches({ how: 'closed' })
    cluster.log.length = 0
    await clock.advance(60_000)
    assert.ok(cluster.log.length <= 8, `${cluster.log.length} watches in a minute`)
  }))

test('reflector: after a reset it goes on where it was, and what happened meanwhile arrives', () =>
  withReflector(async ({ cluster, clock, told, add, names, reflector }) => {
    cluster.before = () => Promise.reject(reset)
    cluster.endWatches({ how: 'failed', error: reset })
    await clock.advance(20_000)
    assert.equal(reflector.failure, reset)
    add('late')
    cluster.remove(services, { namespace: 'shop', name: 's0' })
    cluster.before = () => {}
    cluster.log.length = 0
    await clock.advance(40_000)
    assert.deepEqual(cluster.log, ['watch services'])
    assert.deepEqual([names(), told.slice(-2)], ['late s1', ['+ shop/late', '- shop/s0']])
    assert.equal(reflector.failure, undefined)
  }, many(2)))

test('reflector: 410 leads to a new list, and deletions while disconnected are noticed', () =>
  withReflector(async ({ cluster, clock, told, troubles, names, reflector }) => {
    cluster.before = (verb) => (verb === 'watch' ? Promise.reject(reset) : undefined)
    cluster.endWatches({ how: 'failed', error: reset })
    await settle()
    cluster.remove(services, { namespace: 'shop', name: 's1' })
    cluster.compact()
    cluster.before = () => {}
    await clock.advance(5_000)
    assert.ok(troubles.includes('expired'))
    assert.deepEqual([names(), told.at(-1), reflector.hasSynced], ['s0 s2', '- shop/s1', true])
    assert.equal(cluster.watches, 1)
  }, many(3)))

test('reflector: bookmarks move the point to go on from', () =>
  withReflector(async ({ cluster, clock, troubles }) => {
    await clock.advance(60_000)
    cluster.bookmark(services)
    cluster.compact()
    cluster.endWatches({ how: 'closed' })
    await settle()
    assert.deepEqual([troubles, cluster.watches], [[], 1])
  }, many(1)))

test('reflector: a line that is no event is counted and leads to a new list', () =>
  withReflector(async ({ cluster, clock, troubles }) => {
    cluster.log.length = 0
    cluster.endWatches({ how: 'garbled' })
    await clock.advance(1_000)
    assert.deepEqual([troubles, cluster.log], [['garbled'], ['list services', 'watch services']])
  }))

test('reflector: an object without metadata does not pass for an event', () =>
  withReflector(async ({ cluster, clock, troubles, add }) => {
    const watch = cluster.watch.bind(cluster)
    let once = true
    cluster.watch = (resource: ResourceType, opts, onEvent, signal) => {
      if (once) onEvent({ type: 'ADDED', object: {} as never })
      once = false
      return watch(resource, opts, onEvent, signal)
    }
    cluster.endWatches({ how: 'closed' })
    await clock.advance(2_000)
    add('after')
    await settle()
    assert.deepEqual(troubles, ['garbled'])
  }))

test('reflector: a throwing handler hurts neither the others nor the watch', () =>
  withReflector(async ({ reflector, told, troubles, add }) => {
    reflector.store.subscribe(() => {
      throw new Error('handler')
    })
    add('a')
    add('b')
    assert.deepEqual(
      [told, troubles],
      [
        ['+ shop/a', '+ shop/b'],
        ['handler', 'handler'],
      ],
    )
  }))

test('reflector: a replaced object is a removal and an addition, also over a disconnect', () =>
  withReflector(async ({ cluster, clock, told }) => {
    cluster.endWatches({ how: 'failed', error: reset })
    cluster.remove(services, { namespace: 'shop', name: 's0' })
    cluster.put(services, { metadata: { namespace: 'shop', name: 's0' } })
    cluster.compact()
    await clock.advance(5_000)
    assert.deepEqual(told, ['+ shop/s0', '- shop/s0', '+ shop/s0'])
  }, many(1)))

test('reflector: a watch that outlives its time is taken for dead and replaced', () =>
  withReflector(async ({ cluster, clock, add, names }) => {
    cluster.log.length = 0
    await clock.advance(299_000)
    assert.deepEqual(cluster.log, [])
    await clock.advance(2_000)
    assert.deepEqual([cluster.log, cluster.watches], [['watch services'], 1])
    add('a')
    assert.equal(names(), 'a')
  }))

test('reflector: asks for bookmarks and 240 to 300 s', async () => {
  const asked: object[] = []
  await withReflector(async ({ cluster }) => {
    cluster.before = (_verb, _resource, opts) => void asked.push(opts)
    cluster.endWatches({ how: 'garbled' })
    await settle()
  })
  await withReflector(
    async () => {},
    (cluster) => {
      cluster.before = (_verb, _resource, opts) => void asked.push(opts)
    },
  )
  assert.deepEqual(asked, [
    { limit: 500 },
    { resourceVersion: '100', timeoutSeconds: 270, allowWatchBookmarks: true },
  ])
})
