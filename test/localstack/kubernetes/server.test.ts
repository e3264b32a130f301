import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '../../../src/lib/clock.ts'
import { ClusterState } from '../../../localstack/kubernetes/state.ts'
import { call, follow, serving } from './client.ts'
import { loadBalancer, service } from './cluster.ts'

const services = '/api/v1/namespaces/default/services'
const table = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' }

test('an object is created, read, changed and deleted', () =>
  serving(async (server) => {
    const made = await call(server, services, { method: 'POST', body: loadBalancer() })
    assert.equal(made.code, 201)
    const read = await call(server, `${services}/web`)
    assert.deepEqual(read.body, made.body)
    const changed = await call(server, `${services}/web`, {
      method: 'PUT',
      body: { ...made.body, metadata: { ...made.body.metadata, labels: { a: 'b' } } },
    })
    assert.equal(changed.body.metadata.labels.a, 'b')
    const stale = await call(server, `${services}/web`, { method: 'PUT', body: made.body })
    assert.deepEqual([stale.code, stale.body.kind, stale.body.reason], [409, 'Status', 'Conflict'])
    assert.equal((await call(server, `${services}/web`, { method: 'DELETE' })).code, 200)
    assert.equal((await call(server, `${services}/web`)).code, 404)
  }))

test('a 422 names every cause', () =>
  serving(async (server) => {
    const { code, body } = await call(server, services, { method: 'POST', body: service({ ports: [] }) })
    assert.equal(code, 422)
    assert.equal(body.message, 'Service "web" is invalid: spec.ports: Required value')
    assert.deepEqual(body.details, {
      name: 'web',
      kind: 'Service',
      causes: [{ reason: 'FieldValueRequired', message: 'Required value', field: 'spec.ports' }],
    })
  }))

test('a misspelt field is dropped with a warning', () =>
  serving(async (server) => {
    const body = { ...service(), colour: 'red' }
    const reply = await call(server, services, { method: 'POST', body })
    assert.equal(reply.headers.warning, '299 - "unknown field \\"colour\\""')
    assert.equal(reply.body.colour, undefined)
  }))

const patches: readonly { type: string; patch: unknown }[] = [
  { type: 'merge-patch', patch: { metadata: { labels: { a: 'b' } } } },
  { type: 'strategic-merge-patch', patch: { metadata: { labels: { a: 'b' } } } },
  { type: 'json-patch', patch: [{ op: 'add', path: '/metadata/labels', value: { a: 'b' } }] },
]

for (const { type, patch } of patches)
  test(`a ${type} is applied`, () =>
    serving(async (server) => {
      server.state.create('services', service())
      const headers = { 'content-type': `application/${type}+json` }
      const { body } = await call(server, `${services}/web`, { method: 'PATCH', headers, body: patch })
      assert.deepEqual(body.metadata.labels, { a: 'b' })
    }))

test('lists come in pages', () =>
  serving(async (server) => {
    for (const name of ['a', 'b', 'c']) server.state.create('services', service({}, name))
    const one = await call(server, `${services}?limit=2`)
    assert.equal(one.body.kind, 'ServiceList')
    assert.equal(one.body.metadata.remainingItemCount, 1)
    const token = encodeURIComponent(one.body.metadata.continue)
    const two = await call(server, `${services}?limit=2&continue=${token}`)
    assert.deepEqual(
      two.body.items.map((item: { metadata: { name: string } }) => item.metadata.name),
      ['c'],
    )
    server.state.create('services', service({}, 'd'))
    server.state.compact()
    assert.equal((await call(server, `${services}?continue=${token}`)).code, 410)
  }))

test('a watch streams events and ends in time with a bookmark', () => {
  const clock = new VirtualClock()
  return serving(
    async (server) => {
      server.state.create('services', service())
      const watch = follow(server, `${services}?watch=1&allowWatchBookmarks=true&timeoutSeconds=10`)
      await watch.count(1)
      server.state.delete('services', 'web')
      await watch.count(2)
      await clock.advance(10_000)
      await watch.ended()
      assert.deepEqual(
        watch.lines.map(({ type }) => type),
        ['ADDED', 'DELETED', 'BOOKMARK'],
      )
      assert.equal(watch.lines[2]?.object.metadata.resourceVersion, server.state.resourceVersion)
    },
    { state: new ClusterState({ clock }) },
  )
})

test('bookmarks come while nothing happens', () =>
  serving(
    async (server) => {
      const watch = follow(server, `${services}?watch=1&allowWatchBookmarks=true&resourceVersion=4`)
      await watch.count(2)
      watch.stop()
      assert.deepEqual(
        watch.lines.slice(0, 2).map(({ type }) => type),
        ['BOOKMARK', 'BOOKMARK'],
      )
    },
    { state: new ClusterState({ bookmarkEvery: 10 }) },
  ))

test('a watch of one name sees only that one', () =>
  serving(async (server) => {
    const watch = follow(server, `${services}/b?watch=1`)
    await new Promise((resolve) => setTimeout(resolve, 20))
    for (const name of ['a', 'b']) server.state.create('services', service({}, name))
    await watch.count(1)
    watch.stop()
    assert.equal(watch.lines[0]?.object.metadata.name, 'b')
  }))

test('a forgotten version ends a watch with 410', () =>
  serving(async (server) => {
    server.state.create('services', service())
    server.state.compact()
    const watch = follow(server, `${services}?watch=1&resourceVersion=1`)
    await watch.ended()
    assert.deepEqual(
      watch.lines.map(({ type, object }) => [type, object.code, object.reason]),
      [['ERROR', 410, 'Expired']],
    )
  }))

test('a table has the columns of kubectl', () =>
  serving(async (server) => {
    server.state.create('services', loadBalancer())
    const { body } = await call(server, services, { headers: table })
    assert.deepEqual(
      body.columnDefinitions.map(
        ({ name, priority }: { name: string; priority: number }) => `${name}${priority}`,
      ),
      ['Name0', 'Type0', 'Cluster-IP0', 'External-IP0', 'Port(s)0', 'Age0', 'Selector1'],
    )
    const cells = ['web', 'LoadBalancer', '10.96.1.0', '<pending>', '80:30086/TCP', '0s', '<none>']
    assert.deepEqual(body.rows[0].cells, cells)
    assert.equal(body.rows[0].object.kind, 'PartialObjectMetadata')
  }))

test('a watch of tables says the columns once', () =>
  serving(async (server) => {
    server.state.create('services', service({}, 'a'))
    server.state.create('services', service({}, 'b'))
    const watch = follow(server, `${services}?watch=1`, table)
    await watch.count(2)
    watch.stop()
    const columns = watch.lines.map(({ object }) => object.columnDefinitions.length as number)
    assert.deepEqual(columns, [7, 0])
  }))

test('an event is the same in both of its groups', () =>
  serving(async (server) => {
    const note = {
      metadata: { name: 'x', namespace: 'default' },
      regarding: { kind: 'Service', name: 'web' },
      reason: 'Ensured',
      note: 'done',
      type: 'Normal',
      reportingController: 'lb',
    }
    const path = '/apis/events.k8s.io/v1/namespaces/default/events'
    const made = await call(server, path, { method: 'POST', body: note })
    assert.equal(made.body.note, 'done')
    assert.equal(made.body.apiVersion, 'events.k8s.io/v1')
    const query = 'fieldSelector=involvedObject.kind%3DService%2CinvolvedObject.name%3Dweb'
    const core = await call(server, `/api/v1/namespaces/default/events?${query}`)
    assert.deepEqual(
      core.body.items.map(({ message, reportingComponent }: Record<string, string>) => [
        message,
        reportingComponent,
      ]),
      [['done', 'lb']],
    )
    const other = await call(server, '/api/v1/events?fieldSelector=involvedObject.name%3Dother')
    assert.equal(other.body.items.length, 0)
  }))

test('discovery and OpenAPI say what is served', () =>
  serving(async (server) => {
    const core = await call(server, '/api/v1')
    const names = core.body.resources.map(({ name }: { name: string }) => name)
    for (const name of ['services', 'services/status', 'nodes', 'events'])
      assert.ok(names.includes(name), name)
    const groups = await call(server, '/apis')
    assert.deepEqual(
      groups.body.groups.map(({ name }: { name: string }) => name),
      ['apps', 'coordination.k8s.io', 'discovery.k8s.io', 'events.k8s.io', 'networking.k8s.io'],
    )
    const { body } = await call(server, '/openapi/v3/api/v1')
    const { ports } = body.components.schemas['io.k8s.api.core.v1.ServiceSpec'].properties
    assert.equal(ports['x-kubernetes-patch-merge-key'], 'port')
  }))

test('deleting a collection goes by selection', () =>
  serving(async (server) => {
    server.state.create('services', { ...service(), metadata: { name: 'a', labels: { x: 'y' } } })
    server.state.create('services', service({}, 'b'))
    await call(server, `${services}?labelSelector=x%3Dy`, { method: 'DELETE' })
    assert.deepEqual(
      server.state.list('services').items.map(({ metadata }) => metadata.name),
      ['b'],
    )
  }))

test('the kubeconfig leads to the server', () =>
  serving(async (server) => {
    assert.match(server.kubeconfig(), new RegExp(`server: ${server.url}\n`))
    assert.equal((await call(server, '/readyz')).body, 'ok')
  }))

test('a client that asks now and then keeps its connection: a new one costs more than most requests', () =>
  serving(async (server) => {
    const { headers } = await call(server, services, { headers: { connection: 'keep-alive' } })
    assert.equal(headers['keep-alive'], 'timeout=90')
  }))
