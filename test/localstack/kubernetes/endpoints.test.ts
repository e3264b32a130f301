import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EndpointSliceObject } from '../../../src/model/objects.ts'
import type { AnyObject } from '../../../localstack/kubernetes/object.ts'
import { cluster, faultOf, service } from './cluster.ts'
import { deployment, inWorld, type World } from './workload-world.ts'

const slicesIn = (world: World) =>
  world.state.list('endpointslices').items as unknown as readonly EndpointSliceObject[]

test('a dual-stack Service has slices of both families and Endpoints of the first', () =>
  inWorld(async (world) => {
    const labels = { 'service.kubernetes.io/service-proxy-name': 'other' }
    world.state.create('services', {
      metadata: { name: 'web', labels },
      spec: {
        selector: { app: 'web' },
        ipFamilyPolicy: 'RequireDualStack',
        ports: [{ port: 8080, targetPort: 'http' }],
      },
    })
    world.state.create('deployments', deployment())
    await world.settle()
    const slices = slicesIn(world)
    assert.deepEqual(slices.map(({ addressType }) => addressType).toSorted(), ['IPv4', 'IPv6'])
    for (const slice of slices) {
      assert.deepEqual(slice.ports, [{ name: '', protocol: 'TCP', port: 80 }])
      assert.equal(slice.endpoints?.length, 2)
      assert.equal(slice.metadata.labels?.['service.kubernetes.io/service-proxy-name'], 'other')
    }
    const { subsets } = world.state.get('endpoints', 'web')
    assert.deepEqual(
      subsets?.[0]?.addresses?.map(({ ip }) => ip),
      ['10.244.1.16', '10.244.2.16'],
    )
    world.state.delete('services', 'web')
    await world.settle()
    assert.deepEqual([slicesIn(world).length, world.state.list('endpoints').items.length], [0, 0])
  }))

test('a pod that ends serves on and is not ready; a headless Service marks its slices', () =>
  inWorld(async (world) => {
    world.state.create('services', service({ selector: { app: 'web' }, clusterIP: 'None' }))
    world.state.create('deployments', deployment({ replicas: 1 }))
    await world.settle()
    const [pod] = world.pods()
    world.state.delete('pods', pod?.metadata ?? '')
    await world.settle()
    const [slice] = slicesIn(world)
    assert.equal(slice?.metadata.labels?.['service.kubernetes.io/headless'], '')
    const ending = slice?.endpoints?.find(({ conditions }) => conditions?.terminating === true)
    assert.deepEqual(ending?.conditions, { ready: false, serving: true, terminating: true })
  }))

test('Endpoints written by hand are mirrored while the Service has no selector', () =>
  inWorld(async (world) => {
    world.state.create('services', service({}, 'db'))
    world.state.create('endpoints', {
      metadata: { name: 'db' },
      subsets: [{ addresses: [{ ip: '192.0.2.7' }], ports: [{ port: 5432 }] }],
    })
    await world.settle()
    const [slice] = slicesIn(world)
    assert.equal(
      slice?.metadata.labels?.['endpointslice.kubernetes.io/managed-by'],
      'endpointslicemirroring-controller.k8s.io',
    )
    assert.deepEqual(slice.endpoints, [{ addresses: ['192.0.2.7'], conditions: { ready: true } }])
    assert.deepEqual(slice.ports, [{ name: '', port: 5432, protocol: 'TCP' }])
    world.state.delete('endpoints', 'db')
    await world.settle()
    assert.equal(slicesIn(world).length, 0)
  }))

const endpoints = (ip: string) => ({ metadata: { name: 'db' }, subsets: [{ addresses: [{ ip }] }] })
const slice = (ip: string) =>
  ({
    metadata: { name: 'db' },
    addressType: 'IPv4',
    endpoints: [{ addresses: [ip] }],
  }) as unknown as AnyObject

test('an endpoint on the loopback interface is refused unless the cluster lives there', () => {
  const why = 'Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)'
  assert.equal(
    faultOf(() => cluster().create('endpoints', endpoints('127.0.0.1'))).message,
    `Endpoints "db" is invalid: subsets[0].addresses[0].ip: ${why}`,
  )
  assert.equal(
    faultOf(() => cluster().create('endpointslices', slice('127.0.0.1'))).message,
    `EndpointSlice.discovery.k8s.io "db" is invalid: endpoints[0].addresses[0]: ${why}`,
  )
  const local = cluster({ loopbackEndpoints: true })
  local.create('endpoints', endpoints('127.0.0.1'))
  local.create('endpointslices', slice('127.0.0.1'))
})
