import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceSpec } from '../../../src/model/objects.ts'
import { destinationsOf, fateOf } from '../../../src/node-proxy/fate/fate-of.ts'
import type { AddressKind, Fate, SourceKind, Target } from '../../../src/node-proxy/fate/fate.ts'
import type { TableSettings } from '../../../src/node-proxy/table/settings.ts'
import { build, endpoint, node, service, settings, slice } from '../objects.ts'

/** `all kept`, `local masqueraded`, `reject`, `drop`, `pass`: the words of the contract's table. */
function said(fate: Fate): string {
  if (fate.verdict !== 'forward') return fate.verdict
  const where = fate.endpoints.every(({ local }) => local) ? 'local' : 'all'
  return `${where} ${fate.source}`
}

const situations = {
  'a local endpoint': ['10.1.0.1 here', '10.1.0.2 n2'],
  'none local': ['10.1.0.2 n2'],
  'nothing usable': ['10.1.0.2 n2 unready'],
} as const

type Situation = keyof typeof situations

const addresses: Readonly<Record<AddressKind, Target>> = {
  cluster: { address: '10.96.0.1', protocol: 'TCP', port: 80 },
  external: { address: '198.51.100.5', protocol: 'TCP', port: 80 },
  'load-balancer': { address: '192.0.2.9', protocol: 'TCP', port: 80 },
  'node-port': { address: '192.0.2.1', protocol: 'TCP', port: 30080 },
}

const web = (spec: ServiceSpec) =>
  service(
    { type: 'LoadBalancer', externalIPs: ['198.51.100.5'], ...spec },
    { ports: [{ name: 'http', port: 80, nodePort: 30080 }], ingress: [{ ip: '192.0.2.9' }] },
  )

function tableWith(spec: ServiceSpec, situation: Situation, given?: TableSettings) {
  const slices = [slice(situations[situation].map((text) => endpoint(text)))]
  return build({ services: [web(spec)], slices }, given).table
}

interface Line {
  readonly from: SourceKind
  readonly to: 'cluster' | 'outside'
  readonly policy: 'Cluster' | 'Local'
  /** In the order of the situations. */
  readonly fates: readonly [string, string, string]
}

const detected: readonly Line[] = [
  { from: 'pod', to: 'cluster', policy: 'Cluster', fates: ['all kept', 'all kept', 'reject'] },
  { from: 'pod', to: 'cluster', policy: 'Local', fates: ['local kept', 'drop', 'reject'] },
  { from: 'node', to: 'cluster', policy: 'Cluster', fates: ['all masqueraded', 'all masqueraded', 'reject'] },
  { from: 'node', to: 'cluster', policy: 'Local', fates: ['local masqueraded', 'drop', 'reject'] },
  {
    from: 'outside',
    to: 'cluster',
    policy: 'Cluster',
    fates: ['all masqueraded', 'all masqueraded', 'reject'],
  },
  { from: 'outside', to: 'cluster', policy: 'Local', fates: ['local masqueraded', 'drop', 'reject'] },
  {
    from: 'outside',
    to: 'outside',
    policy: 'Cluster',
    fates: ['all masqueraded', 'all masqueraded', 'reject'],
  },
  { from: 'outside', to: 'outside', policy: 'Local', fates: ['local kept', 'drop', 'reject'] },
  { from: 'pod', to: 'outside', policy: 'Cluster', fates: ['all masqueraded', 'all masqueraded', 'reject'] },
  { from: 'pod', to: 'outside', policy: 'Local', fates: ['all kept', 'all kept', 'reject'] },
  { from: 'node', to: 'outside', policy: 'Cluster', fates: ['all masqueraded', 'all masqueraded', 'reject'] },
  { from: 'node', to: 'outside', policy: 'Local', fates: ['all masqueraded', 'all masqueraded', 'reject'] },
]

/** Cluster addresses are never masqueraded, and a pod counts as outside. */
const undetected: readonly Line[] = [
  { from: 'pod', to: 'cluster', policy: 'Cluster', fates: ['all kept', 'all kept', 'reject'] },
  { from: 'node', to: 'cluster', policy: 'Cluster', fates: ['all kept', 'all kept', 'reject'] },
  { from: 'outside', to: 'cluster', policy: 'Local', fates: ['local kept', 'drop', 'reject'] },
  {
    from: 'outside',
    to: 'outside',
    policy: 'Cluster',
    fates: ['all masqueraded', 'all masqueraded', 'reject'],
  },
  { from: 'outside', to: 'outside', policy: 'Local', fates: ['local kept', 'drop', 'reject'] },
  { from: 'pod', to: 'outside', policy: 'Local', fates: ['local kept', 'drop', 'reject'] },
  { from: 'node', to: 'outside', policy: 'Local', fates: ['all masqueraded', 'all masqueraded', 'reject'] },
]

const masqueraded: readonly Line[] = [
  { from: 'pod', to: 'cluster', policy: 'Cluster', fates: ['all masqueraded', 'all masqueraded', 'reject'] },
  { from: 'pod', to: 'cluster', policy: 'Local', fates: ['local masqueraded', 'drop', 'reject'] },
  { from: 'pod', to: 'outside', policy: 'Local', fates: ['all kept', 'all kept', 'reject'] },
  { from: 'outside', to: 'outside', policy: 'Local', fates: ['local kept', 'drop', 'reject'] },
]

const outsideKinds: readonly AddressKind[] = ['external', 'load-balancer', 'node-port']

function check(title: string, lines: readonly Line[], given?: TableSettings): void {
  for (const { from, to, policy, fates } of lines)
    for (const [at, situation] of (Object.keys(situations) as Situation[]).entries())
      for (const kind of to === 'cluster' ? (['cluster'] as const) : outsideKinds)
        test(`fate: ${title}: ${from} -> ${kind}, ${policy}, ${situation}`, () => {
          const spec =
            to === 'cluster' ? { internalTrafficPolicy: policy } : { externalTrafficPolicy: policy }
          const table = tableWith(spec, situation, given)
          assert.equal(said(fateOf(table, { kind: from }, addresses[kind])), fates[at])
        })
}

check('pods are told by ranges', detected)
check('pods are told by interfaces', detected, settings({ pods: { by: 'interface', prefix: 'veth' } }))
check('pods are not told', undetected, settings({ pods: { by: 'none' } }))
check('masquerade all', masqueraded, settings({ masqueradeAll: true }))

const tcp = (address: string, port: number): Target => ({ address, protocol: 'TCP', port })
const ranged = { loadBalancerSourceRanges: ['192.0.2.0/30', '172.16.0.0/12'] }

interface Corner {
  readonly name: string
  readonly spec?: ServiceSpec
  readonly settings?: TableSettings
  readonly situation?: Situation
  readonly from: SourceKind
  readonly source?: string
  readonly to: Target
  readonly said: string
}

const corners: readonly Corner[] = [
  { name: 'another port of a cluster address', from: 'pod', to: tcp('10.96.0.1', 81), said: 'reject' },
  {
    name: 'another protocol of a cluster address',
    from: 'outside',
    to: { ...tcp('10.96.0.1', 80), protocol: 'UDP' },
    said: 'reject',
  },
  { name: 'a free address of a service range', from: 'pod', to: tcp('10.96.7.7', 80), said: 'drop' },
  { name: 'an address that nobody knows', from: 'pod', to: tcp('8.8.8.8', 80), said: 'pass' },
  { name: 'another port of an external address', from: 'outside', to: tcp('198.51.100.5', 81), said: 'pass' },
  {
    name: 'another port of a load balancer address',
    from: 'outside',
    to: tcp('192.0.2.9', 81),
    said: 'pass',
  },
  { name: 'the node port at another machine', from: 'pod', to: tcp('192.0.2.77', 30080), said: 'pass' },
  {
    name: 'the node port at an address of the node that is not the primary one',
    from: 'outside',
    to: tcp('203.0.113.1', 30080),
    said: 'pass',
  },
  {
    name: 'the same with all addresses',
    settings: settings({ nodePorts: 'all' }),
    from: 'outside',
    to: tcp('203.0.113.1', 30080),
    said: 'all masqueraded',
  },
  {
    name: 'the same with its range',
    settings: settings({ nodePorts: '203.0.113.0/24' }),
    from: 'outside',
    to: tcp('203.0.113.1', 30080),
    said: 'all masqueraded',
  },
  {
    name: 'an address in the range of node ports that is another machine',
    settings: settings({ nodePorts: '203.0.113.0/24' }),
    from: 'outside',
    to: tcp('203.0.113.2', 30080),
    said: 'pass',
  },
  { name: 'another port of the node', from: 'outside', to: tcp('192.0.2.1', 30081), said: 'pass' },
  {
    name: 'the node port by another protocol',
    from: 'outside',
    to: { ...tcp('192.0.2.1', 30080), protocol: 'UDP' },
    said: 'pass',
  },
  { name: 'the node port at a cluster address', from: 'pod', to: tcp('10.96.0.1', 30080), said: 'reject' },
  { name: 'loopback', from: 'node', to: tcp('127.0.0.1', 30080), said: 'pass' },
  {
    name: 'loopback with localhost',
    settings: settings({ nodePorts: 'localhost' }),
    from: 'node',
    to: tcp('127.0.0.1', 30080),
    said: 'all masqueraded',
  },
  {
    name: 'localhost alone: no other address',
    settings: settings({ nodePorts: 'localhost' }),
    from: 'outside',
    to: tcp('192.0.2.1', 30080),
    said: 'pass',
  },
  {
    name: 'loopback of somebody else',
    settings: settings({ nodePorts: 'localhost' }),
    from: 'pod',
    to: tcp('127.0.0.1', 30080),
    said: 'pass',
  },
  {
    name: 'loopback, policy Local',
    spec: { externalTrafficPolicy: 'Local' },
    settings: settings({ nodePorts: 'localhost' }),
    from: 'node',
    to: tcp('127.0.0.1', 30080),
    said: 'local masqueraded',
  },
  {
    name: 'loopback, policy Local, none local: nobody listens',
    spec: { externalTrafficPolicy: 'Local' },
    situation: 'none local',
    settings: settings({ nodePorts: 'localhost' }),
    from: 'node',
    to: tcp('127.0.0.1', 30080),
    said: 'reject',
  },
  {
    name: 'all does not mean loopback',
    settings: settings({ nodePorts: 'all' }),
    from: 'node',
    to: tcp('127.0.0.1', 30080),
    said: 'pass',
  },
  {
    name: 'ranges: a client in one',
    spec: ranged,
    from: 'outside',
    source: '172.16.0.1',
    to: addresses['load-balancer'],
    said: 'all masqueraded',
  },
  {
    name: 'ranges: a client in none',
    spec: ranged,
    from: 'outside',
    source: '8.8.8.8',
    to: addresses['load-balancer'],
    said: 'drop',
  },
  {
    name: 'ranges: a pod in none',
    spec: ranged,
    from: 'pod',
    source: '10.1.0.9',
    to: addresses['load-balancer'],
    said: 'drop',
  },
  {
    name: 'ranges: this node, by its primary address',
    spec: ranged,
    from: 'node',
    to: addresses['load-balancer'],
    said: 'all masqueraded',
  },
  {
    name: 'ranges: this node, in none',
    spec: { loadBalancerSourceRanges: ['172.16.0.0/12'] },
    from: 'node',
    to: addresses['load-balancer'],
    said: 'drop',
  },
  {
    name: 'ranges: the load balancer address itself, while the node is in one',
    spec: ranged,
    from: 'node',
    source: '192.0.2.9',
    to: addresses['load-balancer'],
    said: 'all masqueraded',
  },
  {
    name: 'ranges: the load balancer address itself, while the node is in none',
    spec: { loadBalancerSourceRanges: ['172.16.0.0/12'] },
    from: 'node',
    source: '192.0.2.9',
    to: addresses['load-balancer'],
    said: 'drop',
  },
  {
    name: 'ranges: not for node ports',
    spec: ranged,
    from: 'outside',
    source: '8.8.8.8',
    to: addresses['node-port'],
    said: 'all masqueraded',
  },
  {
    name: 'ranges: not for external addresses',
    spec: ranged,
    from: 'outside',
    source: '8.8.8.8',
    to: addresses.external,
    said: 'all masqueraded',
  },
  {
    name: 'ranges: not for cluster addresses',
    spec: ranged,
    from: 'pod',
    source: '10.1.0.9',
    to: addresses.cluster,
    said: 'all kept',
  },
  {
    name: 'ranges: who is not listed is dropped also where nothing could serve',
    spec: ranged,
    situation: 'nothing usable',
    from: 'outside',
    source: '8.8.8.8',
    to: addresses['load-balancer'],
    said: 'drop',
  },
  {
    name: 'ranges: who is listed is refused where nothing can serve',
    spec: ranged,
    situation: 'nothing usable',
    from: 'outside',
    source: '172.16.0.1',
    to: addresses['load-balancer'],
    said: 'reject',
  },
  {
    name: 'ranges: of the other family only',
    spec: { loadBalancerSourceRanges: ['2001:db8::/32'] },
    from: 'outside',
    source: '172.16.0.1',
    to: addresses['load-balancer'],
    said: 'drop',
  },
  {
    name: 'ranges: of the other family only, whoever it is',
    spec: { loadBalancerSourceRanges: ['2001:db8::/32'] },
    from: 'outside',
    to: addresses['load-balancer'],
    said: 'drop',
  },
  {
    name: 'a family that is not served',
    settings: settings({ families: ['IPv6'] }),
    from: 'pod',
    to: addresses.cluster,
    said: 'pass',
  },
  {
    name: 'only load balancers: a cluster address is another proxy’s',
    settings: settings({ onlyLoadBalancer: true }),
    from: 'pod',
    to: addresses.cluster,
    said: 'pass',
  },
  {
    name: 'only load balancers: so are service ranges',
    settings: settings({ onlyLoadBalancer: true }),
    from: 'pod',
    to: tcp('10.96.7.7', 80),
    said: 'pass',
  },
  {
    name: 'only load balancers: node ports are ours',
    settings: settings({ onlyLoadBalancer: true }),
    from: 'outside',
    to: addresses['node-port'],
    said: 'all masqueraded',
  },
  { name: 'no address', from: 'pod', to: tcp('web', 80), said: 'pass' },
]

for (const {
  name,
  spec = {},
  settings,
  situation = 'a local endpoint',
  from,
  source,
  to,
  said: wanted,
} of corners)
  test(`fate: ${name}`, () => {
    const table = tableWith(spec, situation, settings)
    const client = { kind: from, ...(source === undefined ? {} : { address: source }) }
    assert.equal(said(fateOf(table, client, to)), wanted)
  })

test('fate: ranges and a client that was not named: the fate says for whom it holds', () => {
  const table = tableWith(ranged, 'a local endpoint')
  const fate = fateOf(table, { kind: 'outside' }, addresses['load-balancer'])
  assert.deepEqual(fate.onlyFrom, ['172.16.0.0/12', '192.0.2.0/30'])
  assert.equal(fateOf(table, { kind: 'outside' }, addresses['node-port']).onlyFrom, undefined)
})

test('fate: UDP on loopback is refused', () => {
  const udp = service(
    { type: 'NodePort' },
    { ports: [{ name: 'http', port: 53, protocol: 'UDP', nodePort: 30053 }] },
  )
  const { table } = build({ services: [udp] }, settings({ nodePorts: 'localhost' }))
  const target = { address: '127.0.0.1', protocol: 'UDP', port: 30053 } as const
  assert.equal(fateOf(table, { kind: 'node' }, target).verdict, 'reject')
})

test('fate: a client keeps its endpoint for the time of the Service', () => {
  const table = tableWith({ sessionAffinity: 'ClientIP' }, 'a local endpoint')
  const fate = fateOf(table, { kind: 'pod' }, addresses.cluster)
  assert.equal(fate.verdict === 'forward' && fate.affinitySeconds, 10800)
})

test('fate: the short circuit respects hints', () => {
  const near = { forZones: [{ name: 'a' }] }
  const slices = [
    slice([endpoint('10.1.0.1 here', { forZones: [{ name: 'b' }] }), endpoint('10.1.0.2 n2', near)]),
  ]
  const services = [web({ externalTrafficPolicy: 'Local' })]
  const { table } = build({ services, slices, node: node({ zone: 'a' }) })
  const addressesOf = (kind: SourceKind) => {
    const fate = fateOf(table, { kind }, addresses.external)
    return fate.verdict === 'forward' ? fate.endpoints.map(({ address }) => address) : fate.verdict
  }
  assert.deepEqual(addressesOf('pod'), ['10.1.0.2'])
  assert.deepEqual(addressesOf('outside'), ['10.1.0.1'])
})

test('destinations: every address of a Service, and what fateOf says of each is no other Service’s', () => {
  const other = service({ clusterIP: '10.96.0.2' }, { name: 'other' })
  const dual = web({ clusterIPs: ['10.96.0.1', 'fd00:96::1'] })
  const { table } = build({ services: [dual, other] }, settings({ nodePorts: 'all,localhost' }))
  const all = destinationsOf(table, 'default', 'web').map(
    ({ kind, address, port }) => `${kind} ${address} ${port}`,
  )
  assert.deepEqual(all, [
    'cluster 10.96.0.1 80',
    'external 198.51.100.5 80',
    'load-balancer 192.0.2.9 80',
    'node-port 192.0.2.1 30080',
    'node-port 203.0.113.1 30080',
    'node-port 127.0.0.1 30080',
    'cluster fd00:96::1 80',
    'node-port 2001:db8::1 30080',
    'node-port ::1 30080',
  ])
})

test('NodePorts of UDP on loopback are refused: the forwarder has TCP alone', () => {
  const ports = [{ name: 'dns', port: 53, protocol: 'UDP', nodePort: 30053 }]
  const { table } = build(
    { services: [service({}, { ports })], slices: [slice([endpoint('10.1.0.1 here')], { ports })] },
    settings({ nodePorts: 'localhost' }),
  )
  const target: Target = { address: '127.0.0.1', protocol: 'UDP', port: 30053 }
  assert.equal(fateOf(table, { kind: 'node' }, target).verdict, 'reject')
})
