import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBlueprint } from '../../../providers/openstack/blueprint.ts'
import type { OpenStackConfig } from '../../../providers/openstack/config.ts'
import type { Json, JsonObject } from '../../../src/lib/json.ts'
import { fromService } from '../../../src/model/from-service.ts'
import { targetNodes } from '../../../src/model/nodes.ts'
import type { Context } from '../../../src/provider/blueprint.ts'
import type { World } from '../../support/plan-service.ts'
import {
  type Asked,
  afterOf,
  cloudAfter,
  cluster,
  internal,
  L,
  node,
  partsOf,
  planOf,
  serviceOf,
  titles,
  world,
} from './world.ts'

const local = { externalTrafficPolicy: 'Local', healthCheckNodePort: 31000 }
const udp = { ports: [{ protocol: 'UDP', port: 53, nodePort: 30053 }] }
const ranges = { loadBalancerSourceRanges: ['192.0.2.0/24', '10.0.0.0/8'] }
const on = { [`${L}enable-health-monitor`]: 'true' }

interface Row {
  readonly name: string
  readonly asked: Asked
  readonly config?: Partial<OpenStackConfig>
  readonly more?: World
  readonly kind: string
  /** These fields of it. */
  readonly has: Readonly<Record<string, Json | undefined>>
}

const rows: readonly Row[] = [
  { name: 'no monitor unless asked for', asked: {}, kind: 'health-monitor', has: { type: undefined } },
  {
    name: 'a monitor by setting',
    asked: {},
    config: { createMonitor: true },
    kind: 'health-monitor',
    has: { type: 'TCP', delay: 5, timeout: 3, max_retries: 1, max_retries_down: 3 },
  },
  {
    name: 'a monitor of UDP',
    asked: { annotations: on, spec: udp },
    kind: 'health-monitor',
    has: { type: 'UDP-CONNECT' },
  },
  {
    name: 'a monitor of SCTP',
    asked: { annotations: on, spec: { ports: [{ protocol: 'SCTP', port: 9, nodePort: 30009 }] } },
    kind: 'health-monitor',
    has: { type: 'SCTP' },
  },
  {
    name: 'policy Local forces the monitor on',
    asked: { spec: local },
    kind: 'health-monitor',
    has: { type: 'HTTP', url_path: '/healthz', expected_codes: '200', http_method: 'GET' },
  },
  {
    name: 'policy Local asks over HTTP for UDP where Octavia can',
    asked: { spec: { ...local, ...udp } },
    kind: 'health-monitor',
    has: { type: 'HTTP' },
  },
  {
    name: 'policy Local on OVN',
    asked: { spec: local },
    config: { lbProvider: 'ovn' },
    kind: 'health-monitor',
    has: { type: 'TCP', url_path: undefined },
  },
  {
    name: 'ranges on the listener, sorted',
    asked: { spec: ranges },
    kind: 'listener',
    has: { allowed_cidrs: ['10.0.0.0/8', '192.0.2.0/24'] },
  },
  { name: 'no ranges: nothing is said', asked: {}, kind: 'listener', has: { allowed_cidrs: undefined } },
  {
    name: 'the method of OVN',
    asked: {},
    config: { lbProvider: 'ovn' },
    kind: 'pool',
    has: { lb_algorithm: 'SOURCE_IP_PORT' },
  },
  { name: 'the method of everybody else', asked: {}, kind: 'pool', has: { lb_algorithm: 'ROUND_ROBIN' } },
  {
    name: 'octavia is amphora',
    asked: {},
    config: { lbProvider: 'octavia' },
    kind: 'load-balancer',
    has: { provider: 'amphora' },
  },
  {
    name: 'the subnet of the nodes',
    asked: {},
    kind: 'load-balancer',
    has: { vip_subnet_id: 'subnet-nodes' },
  },
  {
    name: 'an annotation before class and setting',
    asked: { annotations: { [`${L}subnet-id`]: 'subnet-front', [`${L}class`]: 'c' } },
    config: { subnetId: 'subnet-nodes', classes: { c: { subnetId: 'twin-1' } } },
    kind: 'load-balancer',
    has: { vip_subnet_id: 'subnet-front' },
  },
  {
    name: 'a class before the setting',
    asked: { annotations: { [`${L}class`]: 'c' } },
    config: { subnetId: 'subnet-nodes', classes: { c: { subnetId: 'twin-1' } } },
    kind: 'load-balancer',
    has: { vip_subnet_id: 'twin-1' },
  },
  {
    name: 'outside, a class before an annotation',
    asked: { annotations: { [`${L}floating-subnet-tags`]: 'nothing', [`${L}class`]: 'c' } },
    config: { classes: { c: { floatingSubnet: 'public-a' } } },
    kind: 'floating-ip',
    has: { subnet_id: 'public-a' },
  },
  {
    name: 'of subnets that fit, one with a free address',
    asked: { annotations: { [`${L}floating-subnet`]: '~public-.*' } },
    kind: 'floating-ip',
    has: { subnet_id: 'public-a', floating_network_id: 'net-public' },
  },
  {
    name: 'an internal address is that of the load balancer',
    asked: { annotations: { [internal]: 'true' }, spec: { loadBalancerIP: '10.0.1.9' } },
    kind: 'load-balancer',
    has: { vip_address: '10.0.1.9' },
  },
  {
    name: 'an address outside that there is not yet is made, and kept',
    asked: { spec: { loadBalancerIP: '203.0.113.77' } },
    kind: 'floating-ip',
    has: { floating_ip_address: '203.0.113.77', 'tags.lb-controller.io/keep': 'true' },
  },
]

const fieldIn = (spec: JsonObject, path: string): Json | undefined =>
  path.startsWith('tags.') ? (spec['tags'] as JsonObject | undefined)?.[path.slice(5)] : spec[path]

for (const { name, asked, config, more, kind, has } of rows)
  test(`desired: ${name}`, () => {
    const { plan, problems } = planOf([asked], more, config)
    assert.deepEqual(
      problems.filter(({ severity }) => severity === 'error'),
      [],
    )
    const spec = afterOf(plan, kind)
    assert.deepEqual(Object.fromEntries(Object.keys(has).map((path) => [path, fieldIn(spec, path)])), has)
  })

test('internal by setting outranks every annotation', () => {
  const { plan } = planOf([{ annotations: { [internal]: 'false' } }], {}, { internalLb: true })
  assert.deepEqual(titles(plan), [
    'create listener vip/tcp/80',
    'create load-balancer vip',
    'create pool vip/tcp/80',
  ])
})

test('an address outside that exists is attached, never made or deleted', () => {
  const { plan } = planOf([{ spec: { loadBalancerIP: '203.0.113.10' } }])
  const step = plan.steps.find(({ kind }) => kind === 'floating-ip')
  assert.equal(step?.action, 'update')
  assert.deepEqual(
    step?.parts?.map(({ action, key }) => `${action} ${key}`),
    ['add port', 'add service shop/web'],
  )
})

test('an IPv6 Service has no floating IP, and members of its family', () => {
  const nodes = [node('node-1', '2001:0db8::0011'), node('node-2', '10.0.1.12')]
  const { plan, problems } = planOf([{ spec: { ipFamilies: ['IPv6'], ipFamilyPolicy: 'SingleStack' } }], {
    nodes,
    facts: {},
  })
  assert.deepEqual(
    problems.map(({ severity, code }) => `${severity} ${code}`),
    ['note LB_OPENSTACK_NO_FLOATING_IP'],
  )
  assert.deepEqual(
    titles(plan).filter((title) => title.includes('floating')),
    [],
  )
  assert.deepEqual(
    partsOf(plan, 'pool').map(({ address }) => address),
    ['2001:db8::11'],
  )
})

test('members: the health check port, the subnet and the name of each', () => {
  const asked = { annotations: { [`${L}member-subnet-id`]: 'subnet-front' }, spec: local }
  const of = (config: Partial<OpenStackConfig>) => partsOf(planOf([asked], {}, config).plan, 'pool')[0]
  const member = {
    address: '10.0.1.11',
    protocol_port: 30080,
    subnet_id: 'subnet-front',
    monitor_port: 31000,
  }
  assert.deepEqual(of({}), { name: 'node-1', ...member })
  assert.deepEqual(of({ serialApiCalls: true }), { name: 'member_node-1_10.0.1.11_30080', ...member })
})

test('policy Local where HTTP cannot be asked: members are the nodes with pods', () => {
  const blueprint = createBlueprint({ lbProvider: 'ovn' })
  const { lb } = fromService(serviceOf({ spec: local }), {
    provider: 'openstack',
    table: blueprint.annotations,
    can: blueprint.can,
    origin: 'cluster',
  })
  assert.ok(lb)
  const pod = { address: '10.2.0.9', port: 8080, portName: '', serving: true, terminating: false }
  const endpoints = [
    { ...pod, node: 'node-1', ready: false },
    { ...pod, node: 'node-2', ready: true },
  ]
  const context = { cluster, nodes: targetNodes(world.nodes ?? []), facts: new Map(), observed: [] }
  const members = (more: Partial<Context>) => {
    const { resources, problems } = blueprint.desired(lb, { ...context, ...more })
    assert.deepEqual(
      problems.map(({ code, path }) => `${code} ${path}`),
      ['LB_EMULATED spec.externalTrafficPolicy'],
    )
    return Object.keys(resources.find(({ kind }) => kind === 'pool')?.parts ?? {})
  }
  assert.deepEqual(members({ endpoints }), ['10.0.1.12:30080'])
  assert.deepEqual(members({}), ['10.0.1.11:30080', '10.0.1.12:30080'])
})

const groups: readonly {
  readonly name: string
  readonly asked: Asked
  readonly config: Partial<OpenStackConfig>
  readonly rules: readonly string[]
}[] = [
  { name: 'the subnet reaches the NodePort', asked: {}, config: {}, rules: ['tcp/30080/10.0.1.0/24'] },
  {
    name: 'and the health check port',
    asked: { spec: local },
    config: {},
    rules: ['tcp/30080/10.0.1.0/24', 'tcp/31000/10.0.1.0/24'],
  },
  { name: 'UDP', asked: { spec: udp }, config: {}, rules: ['udp/30053/10.0.1.0/24'] },
  {
    name: 'on OVN clients come themselves',
    asked: {},
    config: { lbProvider: 'ovn' },
    rules: ['tcp/30080/0.0.0.0/0'],
  },
  {
    name: 'on OVN ranges are enforced here',
    asked: { spec: ranges },
    config: { lbProvider: 'ovn' },
    rules: ['tcp/30080/10.0.0.0/8', 'tcp/30080/192.0.2.0/24'],
  },
]

for (const { name, asked, config, rules } of groups)
  test(`security group: ${name}`, () => {
    const own = planOf([asked], {}, { ...config, manageSecurityGroups: true })
    const shared = planOf(
      [asked],
      {},
      { ...config, manageSecurityGroups: true, nodeSecurityGroups: ['sg-nodes'] },
    )
    for (const { plan } of [own, shared]) {
      const step = plan.steps.find(({ kind }) => kind === 'security-group')
      assert.deepEqual(
        step?.parts?.map(({ key }) => key),
        rules,
      )
    }
    assert.equal(afterOf(own.plan, 'security-group')['name'], 'lb-sg-uid-of-web-shop-web')
    // Only port-1 can have groups; into the nodes' group one step is enough.
    assert.deepEqual(
      titles(own.plan).filter((title) => title.includes(' port ')),
      ['update port port-1'],
    )
    assert.deepEqual(
      titles(shared.plan).filter((title) => / port |security-group/.test(title)),
      ['update security-group sg-nodes'],
    )
  })

test('status: the floating IP before the address inside, Proxy with PROXY protocol, and it stays through a failed edit', () => {
  const blueprint = createBlueprint({})
  const asked: Asked = { annotations: { [`${L}proxy-protocol`]: 'v1' } }
  const owner = { uid: 'uid-of-web', name: 'shop/web' }
  const observed = cloudAfter(planOf([asked]).plan)
  const done = { converged: true, deleting: false }
  const status = blueprint.statusOf(owner, observed, done, {})
  assert.deepEqual(status, { ingress: [{ ip: '203.0.113.50', ipMode: 'Proxy' }] })
  const inside = observed.filter(({ kind }) => kind !== 'floating-ip')
  assert.deepEqual(blueprint.statusOf(owner, inside, done, {}), {
    ingress: [{ ip: '10.0.1.100', ipMode: 'Proxy' }],
  })
  const failing = { converged: false, deleting: false }
  assert.deepEqual(blueprint.statusOf(owner, observed, failing, {}), {})
  assert.deepEqual(blueprint.statusOf(owner, observed, failing, status), status)
  assert.deepEqual(blueprint.statusOf(owner, [], { converged: true, deleting: true }, status), {})
})
