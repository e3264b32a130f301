import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '../../../src/lib/clock.ts'
import { cluster, faultOf, loadBalancer, service } from './cluster.ts'

test('a new object gets what only the server knows, and none of what the client claims', () => {
  const state = cluster()
  const claimed = { metadata: { name: 'web', uid: 'mine', creationTimestamp: '2000-01-01T00:00:00Z' } }
  const { metadata, status } = state.create('services', {
    ...service(),
    ...claimed,
    status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
  })
  assert.deepEqual(metadata, {
    name: 'web',
    namespace: 'default',
    uid: 'uid-5',
    creationTimestamp: '2026-01-01T00:00:00Z',
    generation: 1,
    resourceVersion: '5',
  })
  assert.deepEqual(status, { loadBalancer: {} })
})

test('a generated name is a name', () => {
  const object = { ...service(), metadata: { name: '', generateName: 'web-' } }
  assert.match(cluster().create('services', object).metadata.name, /^web-[a-z0-9]{5}$/)
})

const refused: readonly {
  name: string
  run: (state: ReturnType<typeof cluster>) => unknown
  says: string
}[] = [
  {
    name: 'twice the same name',
    run: (state) => state.create('services', service()),
    says: '409 AlreadyExists services "web" already exists',
  },
  {
    name: 'reading what is not there',
    run: (state) => state.get('leases', 'kube-system/lock'),
    says: '404 NotFound leases.coordination.k8s.io "lock" not found',
  },
  {
    name: 'creating in a namespace that is not there',
    run: (state) => state.create('services', { ...service(), metadata: { name: 'x', namespace: 'no' } }),
    says: '404 NotFound namespaces "no" not found',
  },
  {
    name: 'an update from an old version',
    run: (state) =>
      state.update('services', { ...service(), metadata: { name: 'web', resourceVersion: '1' } }),
    says: '409 Conflict Operation cannot be fulfilled on services "web": the object has been modified; please apply your changes to the latest version and try again',
  },
  {
    name: 'a patch that names an old version',
    run: (state) => state.patch('services', 'web', { metadata: { resourceVersion: '1' } }),
    says: '409 Conflict Operation cannot be fulfilled on services "web": the object has been modified; please apply your changes to the latest version and try again',
  },
  {
    name: 'deleting an object of the same name',
    run: (state) => state.delete('services', 'web', { uid: 'other' }),
    says: '409 Conflict Operation cannot be fulfilled on services "web": Precondition failed: UID in precondition: other, UID in object meta: uid-5',
  },
  {
    name: 'updating a lease without a version',
    run(state) {
      const lease = { metadata: { name: 'lock' } }
      state.create('leases', lease)
      state.update('leases', lease)
    },
    says: '422 Invalid Lease.coordination.k8s.io "lock" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
  },
  {
    name: 'a field of the wrong type',
    run: (state) => state.patch('services', 'web', { spec: { ports: [{ port: '80' }] } }),
    says: '400 BadRequest Service in version "v1" cannot be handled as a Service: json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32',
  },
  {
    name: 'a patch of the name',
    run: (state) => state.patch('services', 'web', { metadata: { name: 'other' } }),
    says: '422 Invalid Service "other" is invalid: metadata.name: Invalid value: "other": field is immutable',
  },
  {
    name: 'a finalizer without a domain',
    run: (state) => state.patch('services', 'web', { metadata: { finalizers: ['mine'] } }),
    says: '422 Invalid Service "web" is invalid: metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
  },
  {
    name: 'a new finalizer on what is being deleted',
    run(state) {
      state.patch('services', 'web', { metadata: { finalizers: ['a.example/b'] } })
      state.delete('services', 'web')
      state.patch('services', 'web', { metadata: { finalizers: ['a.example/b', 'a.example/c'] } })
    },
    says: '422 Invalid Service "web" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a.example/c"}',
  },
]

for (const row of refused)
  test(`refused: ${row.name}`, () => {
    const state = cluster()
    state.create('services', service())
    const { code, reason, message } = faultOf(() => row.run(state))
    assert.equal(`${code} ${reason} ${message}`, row.says)
  })

test('generation counts changes of the spec, and an empty change is none', () => {
  const state = cluster()
  const first = state.create('services', loadBalancer())
  const labelled = state.patch('services', 'web', { metadata: { labels: { a: 'b' } } })
  assert.deepEqual([labelled.metadata.generation, labelled.metadata.resourceVersion], [1, '6'])
  assert.equal(state.patch('services', 'web', { metadata: { labels: { a: 'b' } } }), labelled)
  const changed = state.patch('services', 'web', { spec: { sessionAffinity: 'ClientIP' } })
  assert.equal(changed.metadata.generation, 2)
  assert.equal(first.metadata.generation, 1)
})

test('the status subresource changes status and metadata, never the spec; an update never the status', () => {
  const state = cluster()
  state.create('services', loadBalancer())
  const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1', ipMode: 'VIP' as const }] } }
  const spec = { sessionAffinity: 'ClientIP' }
  const metadata = { finalizers: ['a.example/b'], annotations: { note: 'x' } }
  const one = state.patch('services', 'web', { metadata, spec, status }, { subresource: 'status' })
  assert.equal(one.spec?.sessionAffinity, 'None')
  assert.deepEqual(one.status, status)
  assert.deepEqual(one.metadata.finalizers, ['a.example/b'])
  assert.deepEqual(one.metadata.annotations, { note: 'x' })
  const two = state.patch('services', 'web', { spec, status: null })
  assert.equal(two.spec?.sessionAffinity, 'ClientIP')
  assert.deepEqual(two.status, status)
})

test('finalizers hold a deleted object until the last is gone', () => {
  const clock = new VirtualClock()
  const state = cluster({ clock })
  state.create('services', { ...loadBalancer(), metadata: { name: 'web', finalizers: ['a.example/b'] } })
  const marked = state.delete('services', 'web')
  assert.equal(marked.metadata.deletionTimestamp, '2026-01-01T00:00:00Z')
  assert.equal(marked.metadata.generation, 2)
  assert.equal(state.delete('services', 'web'), marked)
  const gone = state.patch('services', 'web', { metadata: { finalizers: null } }, { subresource: 'status' })
  assert.equal(gone.metadata.finalizers, undefined)
  assert.equal(state.find('services', 'web'), undefined)
})

test('an object made again under its name is another one', () => {
  const state = cluster()
  const first = state.create('services', service())
  state.delete('services', 'web')
  assert.notEqual(state.create('services', service()).metadata.uid, first.metadata.uid)
})

test('a namespace goes when what it holds has gone', () => {
  const state = cluster()
  state.create('namespaces', { metadata: { name: 'shop' } })
  const metadata = { name: 'web', namespace: 'shop', finalizers: ['a.example/b'] }
  state.create('services', { ...service(), metadata })
  state.create('configmaps', { metadata: { name: 'settings', namespace: 'shop' } })
  const { status } = state.delete('namespaces', 'shop')
  assert.equal(status?.phase, 'Terminating')
  assert.equal(state.find('configmaps', 'shop/settings'), undefined)
  const late = faultOf(() => state.create('configmaps', { metadata: { name: 'late', namespace: 'shop' } }))
  assert.match(late.message, /unable to create new content in namespace shop because it is being terminated$/)
  state.edit('services', 'shop/web', (draft) => delete draft.metadata.finalizers)
  assert.equal(state.find('namespaces', 'shop'), undefined)
})

test('a PUT creates where the real server lets it', () => {
  const state = cluster()
  assert.equal(state.update('services', service()).metadata.generation, 1)
  assert.equal(faultOf(() => state.update('nodes', { metadata: { name: 'n1' } })).code, 404)
})

test('what is read cannot be written into', () => {
  const web = cluster().create('services', service())
  assert.throws(() => Object.assign(web.spec?.ports?.[0] ?? {}, { port: 1 }), TypeError)
})

test('a node has what a cloud gave it', () => {
  const node = cluster().addNode({
    name: 'n1',
    providerID: 'x://n1',
    address: ['192.0.2.1', '2001:db8::1'],
    zone: 'a',
  })
  assert.equal(node.spec?.providerID, 'x://n1')
  assert.equal(node.metadata.labels?.['topology.kubernetes.io/zone'], 'a')
  assert.deepEqual(
    node.status?.addresses?.map(({ address }) => address),
    ['192.0.2.1', '2001:db8::1', 'n1'],
  )
})

test('the ranges that cluster addresses come from are an object from the start, and stay as they are', () => {
  const state = cluster()
  const own = state.get('servicecidrs', 'kubernetes')
  assert.equal(own.spec?.cidrs?.length, 2)
  const more = { metadata: { name: 'more' }, spec: { cidrs: ['10.112.0.0/16'] } }
  state.create('servicecidrs', more)
  assert.equal(state.list('servicecidrs').items.length, 2)
  assert.match(
    faultOf(() => state.update('servicecidrs', { ...more, spec: { cidrs: ['10.113.0.0/16'] } })).message,
    /spec\.cidrs: Invalid value: .*: field is immutable/,
  )
  assert.match(
    faultOf(() => state.create('servicecidrs', { metadata: { name: 'bad' }, spec: { cidrs: ['10.0.0.1'] } }))
      .message,
    /spec\.cidrs\[0\]: Invalid value: .*: must be a valid CIDR value/,
  )
})
