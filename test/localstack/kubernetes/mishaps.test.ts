import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle, VirtualClock } from '../../../src/lib/clock.ts'
import { ClusterState } from '../../../localstack/kubernetes/state.ts'
import { call, follow, serving } from './client.ts'
import { service } from './cluster.ts'

const services = '/api/v1/namespaces/default/services'

test('without the token nothing is answered', () =>
  serving(
    async (server) => {
      assert.equal((await call(server, services)).code, 401)
      const headers = { authorization: 'Bearer secret' }
      assert.equal((await call(server, services, { headers })).code, 200)
      assert.match(server.kubeconfig(), /token: "secret"/)
    },
    { token: 'secret' },
  ))

test('a planned answer comes so often, and only where it fits', () =>
  serving(async (server) => {
    server.mishaps.plan({ verb: 'list', resource: 'services', times: 2, code: 429, retryAfter: 3 })
    const first = await call(server, services)
    assert.deepEqual(
      [first.code, first.headers['retry-after'], first.body.details.retryAfterSeconds],
      [429, '3', 3],
    )
    assert.equal((await call(server, '/api/v1/nodes')).code, 200)
    assert.equal((await call(server, services)).code, 429)
    assert.equal((await call(server, services)).code, 200)
  }))

test('a planned answer can be taken back', () =>
  serving(async (server) => {
    const undo = server.mishaps.plan({ code: 503 })
    assert.equal((await call(server, services)).code, 503)
    undo()
    assert.equal((await call(server, services)).code, 200)
  }))

test('who is denied is told what and where', () =>
  serving(async (server) => {
    server.state.create('services', service())
    server.mishaps.deny = [{ verb: 'patch', resource: 'services', subresource: 'status' }]
    const headers = { 'content-type': 'application/merge-patch+json' }
    const ask = { method: 'PATCH', headers, body: {} }
    const denied = await call(server, `${services}/web/status`, ask)
    assert.equal(denied.code, 403)
    assert.equal(
      denied.body.message,
      'services "web" is forbidden: User "system:anonymous" cannot patch resource "services/status" in API group "" in the namespace "default"',
    )
    assert.equal((await call(server, `${services}/web`, ask)).code, 200)
  }))

for (const [cut, stored] of [
  ['before', false],
  ['after', true],
] as const)
  test(`a connection that breaks ${cut} the write ${stored ? 'has' : 'has not'} written`, () =>
    serving(async (server) => {
      server.mishaps.plan({ verb: 'create', times: 1, cut })
      await assert.rejects(call(server, services, { method: 'POST', body: service() }))
      assert.equal(server.state.find('services', 'web') !== undefined, stored)
    }))

test('an answer is held back', () =>
  serving(async (server) => {
    server.mishaps.plan({ verb: 'list', delay: 30 })
    const started = performance.now()
    await call(server, services)
    assert.ok(performance.now() - started >= 29)
  }))

test('dropped watches end, and can begin again', () =>
  serving(async (server) => {
    server.state.create('services', service())
    const watch = follow(server, `${services}?watch=1`)
    await watch.count(1)
    server.dropWatches()
    await watch.ended()
    assert.equal((await call(server, services)).code, 200)
  }))

test('refused connections break what is open, until they are taken again', () =>
  serving(async (server) => {
    server.state.create('services', service())
    const watch = follow(server, `${services}?watch=1`)
    await watch.count(1)
    server.refuseConnections()
    await watch.ended()
    await assert.rejects(call(server, services))
    server.refuseConnections(false)
    assert.equal((await call(server, services)).code, 200)
  }))

test('closing ends a held answer and an open watch at once, and leaves no timer', () => {
  const clock = new VirtualClock()
  return serving(
    async (server) => {
      server.state.create('services', service())
      server.mishaps.plan({ verb: 'list', delay: 60_000 })
      const held = assert.rejects(call(server, services))
      const watch = follow(server, `${services}?watch=1&allowWatchBookmarks=true`)
      await watch.count(1)
      await server.close()
      await Promise.all([held, watch.ended()])
      await settle()
      assert.equal(clock.nextAt, undefined)
    },
    { state: new ClusterState({ clock }) },
  )
})
