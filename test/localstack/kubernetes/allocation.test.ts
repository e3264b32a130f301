import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceSpec } from '../../../src/model/objects.ts'
import { cluster, faultOf, loadBalancer, service } from './cluster.ts'

const defaults: readonly {
  name: string
  spec: ServiceSpec
  has: { readonly [F in keyof ServiceSpec]?: unknown }
}[] = [
  {
    name: 'ClusterIP',
    spec: {},
    has: {
      type: 'ClusterIP',
      clusterIP: '10.96.1.0',
      clusterIPs: ['10.96.1.0'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      externalTrafficPolicy: undefined,
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    },
  },
  {
    name: 'LoadBalancer',
    spec: { type: 'LoadBalancer' },
    has: {
      allocateLoadBalancerNodePorts: true,
      externalTrafficPolicy: 'Cluster',
      healthCheckNodePort: undefined,
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80, nodePort: 30086 }],
    },
  },
  {
    name: 'LoadBalancer that wants no node ports',
    spec: { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false },
    has: { ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }] },
  },
  {
    name: 'LoadBalancer with local traffic',
    spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local' },
    has: { healthCheckNodePort: 30087 },
  },
  {
    name: 'two protocols share the node port of one',
    spec: {
      type: 'NodePort',
      ports: [
        { name: 'udp', protocol: 'UDP', port: 53 },
        { name: 'tcp', protocol: 'TCP', port: 53, nodePort: 30053 },
      ],
    },
    has: {
      ports: [
        { name: 'udp', protocol: 'UDP', port: 53, targetPort: 53, nodePort: 30053 },
        { name: 'tcp', protocol: 'TCP', port: 53, targetPort: 53, nodePort: 30053 },
      ],
    },
  },
  {
    name: 'both families',
    spec: { ipFamilyPolicy: 'PreferDualStack' },
    has: { clusterIPs: ['10.96.1.0', 'fd00:10:96::100'], ipFamilies: ['IPv4', 'IPv6'] },
  },
  {
    name: 'IPv6 first',
    spec: { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6'] },
    has: { clusterIPs: ['fd00:10:96::100', '10.96.1.0'], ipFamilies: ['IPv6', 'IPv4'] },
  },
  {
    name: 'headless',
    spec: { clusterIP: 'None', selector: { a: 'b' } },
    has: { clusterIP: 'None', clusterIPs: ['None'], ipFamilies: ['IPv4'] },
  },
  {
    name: 'ExternalName',
    spec: { type: 'ExternalName', externalName: 'example.com', ports: [] },
    has: {
      clusterIP: undefined,
      clusterIPs: undefined,
      ipFamilies: undefined,
      internalTrafficPolicy: undefined,
    },
  },
  {
    name: 'client affinity',
    spec: { sessionAffinity: 'ClientIP' },
    has: { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } },
  },
]

for (const row of defaults)
  test(`a new Service is given: ${row.name}`, () => {
    const { spec = {} } = cluster().create('services', service(row.spec))
    for (const [field, value] of Object.entries(row.has))
      assert.deepEqual(spec[field as keyof ServiceSpec], value, field)
  })

test('dual stack is refused where the cluster has one family', () => {
  const fault = faultOf(() =>
    cluster({ serviceCidrs: ['10.96.0.0/16'] }).create(
      'services',
      service({ ipFamilyPolicy: 'RequireDualStack' }),
    ),
  )
  assert.match(fault.message, /this cluster is not configured for dual-stack services$/)
})

test('a number that another Service holds is refused, and free again after its deletion', () => {
  const state = cluster()
  const wanted = { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }], clusterIP: '10.96.0.10' }
  state.create('services', service(wanted, 'a'))
  const ip = faultOf(() => state.create('services', service(wanted, 'b')))
  assert.match(ip.message, /failed to allocate IP 10\.96\.0\.10: provided IP is already allocated$/)
  const { clusterIP: _, ...portOnly } = wanted
  const port = faultOf(() => state.create('services', service(portOnly, 'b')))
  assert.equal(
    port.message,
    'Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
  )
  state.delete('services', 'a')
  assert.equal(state.create('services', service(wanted, 'b')).spec?.clusterIP, '10.96.0.10')
})

test('a refused or dry write takes nothing', () => {
  const state = cluster({ nodePorts: { first: 30000, last: 30001 } })
  faultOf(() => state.create('services', loadBalancer({ type: 'LoadBalancer', sessionAffinity: 'X' })))
  state.create('services', loadBalancer(), { dryRun: true })
  assert.equal(state.find('services', 'web'), undefined)
  state.create('services', loadBalancer({}, 'a'))
  state.create('services', loadBalancer({}, 'b'))
  const full = faultOf(() => state.create('services', loadBalancer({}, 'c')))
  assert.equal(full.code, 500)
  assert.match(full.message, /failed to allocate a nodePort: range is full$/)
})

test('writing the first manifest again keeps what was allocated', () => {
  const state = cluster()
  const before = state.create('services', loadBalancer({ externalTrafficPolicy: 'Local' }))
  const after = state.update('services', loadBalancer({ externalTrafficPolicy: 'Local' }))
  assert.equal(after, before)
})

test('a port that takes the number of another leaves that one a new number', () => {
  const state = cluster()
  const ports = [
    { name: 'p', port: 80, nodePort: 30080 },
    { name: 'q', port: 81, nodePort: 30081 },
  ]
  state.create('services', service({ type: 'NodePort', ports }))
  const swapped = [
    { name: 'p', port: 80, nodePort: 30081 },
    { name: 'q', port: 81 },
  ]
  const { spec } = state.update('services', service({ type: 'NodePort', ports: swapped }))
  assert.deepEqual(
    spec?.ports?.map(({ nodePort }) => nodePort),
    [30081, 30086],
  )
})

test('a LoadBalancer that becomes a ClusterIP gives back its ports and keeps its address and status', () => {
  const state = cluster()
  state.create(
    'services',
    loadBalancer({ externalTrafficPolicy: 'Local', loadBalancerClass: 'example.com/x' }),
  )
  const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } }
  const before = state.patch('services', 'web', { status }, { subresource: 'status' })
  const { spec, status: left } = state.patch('services', 'web', { spec: { type: 'ClusterIP' } })
  assert.equal(spec?.clusterIP, before.spec?.clusterIP)
  assert.deepEqual(spec?.ports, [{ port: 80, protocol: 'TCP', targetPort: 80 }])
  for (const field of [
    'healthCheckNodePort',
    'loadBalancerClass',
    'allocateLoadBalancerNodePorts',
    'externalTrafficPolicy',
  ] as const)
    assert.equal(spec?.[field], undefined, field)
  assert.deepEqual(left, status)
  const port = before.spec?.ports?.[0]?.nodePort ?? 0
  state.create('services', service({ type: 'NodePort', ports: [{ port: 1, nodePort: port }] }, 'next'))
})

test('a server of current releases clears the status itself and refuses it back', () => {
  const state = cluster({ clearStatusOnTypeChange: true })
  state.create('services', loadBalancer())
  const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } }
  state.patch('services', 'web', { status }, { subresource: 'status' })
  const after = state.patch('services', 'web', { spec: { type: 'ClusterIP' } })
  assert.deepEqual(after.status, { loadBalancer: {} })
  const fault = faultOf(() => state.patch('services', 'web', { status }, { subresource: 'status' }))
  assert.match(fault.message, /may only be used when `spec.type` is "LoadBalancer"$/)
})

test('the health port comes and goes with local traffic', () => {
  const state = cluster()
  state.create('services', loadBalancer())
  const local = state.patch('services', 'web', { spec: { externalTrafficPolicy: 'Local' } })
  assert.equal(local.spec?.healthCheckNodePort, 30087)
  const back = state.patch('services', 'web', { spec: { externalTrafficPolicy: 'Cluster' } })
  assert.equal(back.spec?.healthCheckNodePort, undefined)
  state.create('services', service({ type: 'NodePort', ports: [{ port: 1, nodePort: 30087 }] }, 'next'))
})

test('a second family comes with the policy and goes with it', () => {
  const state = cluster()
  state.create('services', service())
  const dual = state.patch('services', 'web', { spec: { ipFamilyPolicy: 'PreferDualStack' } })
  assert.deepEqual(dual.spec?.clusterIPs, ['10.96.1.0', 'fd00:10:96::100'])
  const single = state.patch('services', 'web', { spec: { ipFamilyPolicy: 'SingleStack' } })
  assert.deepEqual(single.spec?.clusterIPs, ['10.96.1.0'])
  assert.deepEqual(single.spec?.ipFamilies, ['IPv4'])
})
