import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenStackConfig } from '../../../providers/openstack/config.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import type { Plan } from '../../../src/plan/plan.ts'
import { Cloud } from './cloud.ts'
import { type Asked, container, internal, L, node, own, planOf } from './world.ts'

/** Steps in the order of the plan, each with what it changes. */
const shown = ({ steps }: Plan): readonly string[] =>
  steps.map(({ action, kind, key, fields = [], parts = [], outage }) => {
    const changes = [
      ...(action === 'update' ? fields.map(({ path }) => path) : []),
      ...(action === 'update' ? parts.map((part) => `${part.action} ${part.key}`) : []),
      ...(outage === undefined ? [] : ['outage']),
    ]
    return `${action} ${kind} ${key}${changes.length === 0 ? '' : `: ${changes.join(', ')}`}`
  })

const nodePorts = [{ id: 'port-1', address: '10.0.1.11' }]
const local = { externalTrafficPolicy: 'Local', healthCheckNodePort: 31_000 }
const group: Asked['annotations'] = { [`${own}group`]: 'edge' }
const port = (number: number, protocol = 'TCP') => ({ protocol, port: number, nodePort: 30_000 + number })
const tls = { [`${L}default-tls-container-ref`]: container }
const egress = 'update security-group nodes/shop/web: remove egress any/all/IPv4, remove egress any/all/IPv6'

interface Row {
  readonly name: string
  readonly from: readonly Asked[]
  /** What a second look still wants of the first: of a new security group Neutron's own rules go. */
  readonly again?: readonly string[]
  readonly to: readonly Asked[]
  readonly nodes?: readonly ReturnType<typeof node>[]
  readonly config?: Partial<OpenStackConfig>
  readonly changed?: Partial<OpenStackConfig>
  readonly steps: readonly string[]
}

const managed = { manageSecurityGroups: true }
const ovn = { ...managed, lbProvider: 'ovn', nodeSecurityGroups: ['sg-default'] }

const rows: readonly Row[] = [
  {
    name: 'PROXY protocol: a pool beside, the listener turns to it, the old one goes, nobody is cut off',
    from: [{}],
    to: [{ annotations: { [`${L}proxy-protocol`]: 'v2' } }],
    steps: [
      'create pool vip/tcp/80/proxyv2',
      'update listener vip/tcp/80: default_pool_id',
      'delete pool vip/tcp/80',
    ],
  },
  {
    name: 'PROXY protocol goes: the same way back',
    from: [{ annotations: { [`${L}proxy-protocol`]: 'true' } }],
    to: [{}],
    steps: [
      'create pool vip/tcp/80',
      'update listener vip/tcp/80: default_pool_id',
      'delete pool vip/tcp/80/proxy',
    ],
  },
  {
    name: 'X-Forwarded-For: the listener has to be made anew, and leads to a pool that fits it from the start',
    from: [{}],
    to: [{ annotations: { [`${L}x-forwarded-for`]: 'true' } }],
    steps: [
      'create pool vip/tcp/80/http',
      'delete listener vip/tcp/80: outage',
      'create listener vip/tcp/80',
      'delete pool vip/tcp/80',
    ],
  },
  {
    name: 'TLS ends: as with any protocol',
    from: [{ annotations: tls }],
    to: [{}],
    steps: [
      'create pool vip/tcp/80',
      'delete listener vip/tcp/80: outage',
      'create listener vip/tcp/80',
      'delete pool vip/tcp/80/http',
    ],
  },
  {
    name: 'internal to external with ranges: who may come in is settled before the floating IP leads there',
    from: [{ annotations: { [internal]: 'true' } }],
    to: [{ spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } }],
    steps: [
      'update listener vip/tcp/80: allowed_cidrs',
      'update load-balancer vip: description',
      'create floating-ip vip',
    ],
  },
  {
    name: 'external to internal: the floating IP goes',
    from: [{}],
    to: [{ annotations: { [internal]: 'true' } }],
    steps: ['update load-balancer vip: description', 'delete floating-ip vip'],
  },
  {
    name: 'a named subnet: another load balancer beside, to which the floating IP moves once it listens',
    from: [{}],
    to: [{ annotations: { [`${L}subnet-id`]: 'subnet-front' } }],
    steps: [
      'create load-balancer subnet=subnet-front',
      'create pool subnet=subnet-front/tcp/80',
      'create listener subnet=subnet-front/tcp/80',
      'update floating-ip vip: change port',
      'delete load-balancer vip',
    ],
  },
  {
    name: 'a node of another subnet that sorts first is a member, and moves no load balancer',
    from: [{}],
    to: [{}],
    nodes: [node('a', '10.0.2.5'), node('node-1', '10.0.1.11'), node('node-2', '10.0.1.12')],
    steps: ['update pool vip/tcp/80: add 10.0.2.5:30080'],
  },
  {
    name: 'settings of another place and another driver are for new load balancers',
    from: [{}],
    to: [{}],
    changed: { subnetId: 'subnet-front', lbProvider: 'f5' },
    steps: [],
  },
  {
    name: 'policy Local to Cluster with checks: members are asked on the NodePort again',
    from: [{ spec: local }],
    to: [{ annotations: { [`${L}enable-health-monitor`]: 'true' } }],
    steps: [
      'update pool vip/tcp/80: change 10.0.1.11:30080, change 10.0.1.12:30080',
      'delete health-monitor vip/tcp/80: outage',
      'create health-monitor vip/tcp/80',
    ],
  },
  {
    name: 'policy Cluster to Local',
    from: [{}],
    to: [{ spec: local }],
    steps: [
      'create health-monitor vip/tcp/80',
      'update pool vip/tcp/80: change 10.0.1.11:30080, change 10.0.1.12:30080',
    ],
  },
  {
    name: 'ports in another order keep their names',
    from: [{ spec: { ports: [port(80), port(81)] } }],
    to: [{ spec: { ports: [port(81), port(80)] } }],
    steps: [],
  },
  {
    name: 'TCP to UDP on one port number',
    from: [{ spec: { ports: [port(53)] } }],
    to: [{ spec: { ports: [port(53, 'UDP')] } }],
    steps: [
      'create pool vip/udp/53',
      'create listener vip/udp/53',
      'delete listener vip/tcp/53',
      'delete pool vip/tcp/53',
    ],
  },
  {
    name: 'a group: one leaves for a load balancer of its own, the other stays as it is',
    from: [
      { name: 'a', annotations: group },
      { name: 'b', annotations: group, spec: { ports: [port(81)] } },
    ],
    to: [
      { name: 'a', annotations: group },
      { name: 'b', spec: { ports: [port(81)] } },
    ],
    steps: [
      'create load-balancer vip',
      'create pool vip/tcp/81',
      'create listener vip/tcp/81',
      'create floating-ip vip',
      'delete listener vip/tcp/81',
      'update floating-ip vip: remove service shop/b',
      'update load-balancer vip: remove service shop/b',
      'delete pool vip/tcp/81',
    ],
  },
  {
    name: 'a group in which one protocol fits its pool only: the loser of the port has no pool either',
    from: [{ name: 'a', annotations: group }],
    to: [
      { name: 'a', annotations: group },
      {
        name: 'b',
        annotations: { ...group, [`${L}x-forwarded-for`]: 'true' },
        created: '2027-01-01T00:00:00Z',
      },
    ],
    steps: ['update load-balancer vip: add service shop/b', 'update floating-ip vip: add service shop/b'],
  },
  {
    name: 'a security group on the ports of nodes leaves those that are no members any more',
    config: managed,
    from: [{}],
    again: [egress],
    to: [{ annotations: { [`${L}node-selector`]: 'role=edge' } }],
    steps: [
      'update pool vip/tcp/80: remove 10.0.1.11:30080, remove 10.0.1.12:30080',
      'update port port-1: remove security-group:uid-of-web:nodes/shop/web',
    ],
  },
  {
    name: 'ranges at the nodes: the new one comes in before the old one goes',
    config: ovn,
    from: [{ spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } }],
    to: [{ spec: { loadBalancerSourceRanges: ['10.0.0.0/9'] } }],
    steps: [
      'update security-group sg-default: add tcp/30080/10.0.0.0/9',
      'update security-group sg-default: remove tcp/30080/10.0.0.0/8',
    ],
  },
]

for (const { name, from, again = [], to, nodes, config = {}, changed = {}, steps } of rows)
  test(`there and back: ${name}`, () => {
    const cloud = new Cloud(nodePorts)
    const look = (asked: readonly Asked[], more: Partial<OpenStackConfig>) =>
      planOf(
        asked,
        { observed: cloud.observe(), ...(nodes === undefined || asked !== to ? {} : { nodes }) },
        { ...config, ...more },
      ).plan
    cloud.apply(look(from, {}).steps)
    const second = look(from, {})
    assert.deepEqual(shown(second), again)
    cloud.apply(second.steps)
    const move = look(to, changed)
    assert.deepEqual(shown(move), steps)
    cloud.apply(move.steps)
    assert.deepEqual(shown(look(to, changed)), [])
  })

test('what is described both by itself and within another object is one object', () => {
  const cloud = new Cloud()
  cloud.apply(planOf([{}]).plan.steps)
  const observed = cloud.observe()
  assert.deepEqual(shown(planOf([{}], { observed: [...observed, ...observed] }).plan), [])
  const asked = [{ spec: { ports: [port(81)] } }]
  const once = shown(planOf(asked, { observed }).plan)
  assert.deepEqual(shown(planOf(asked, { observed: [...observed, ...observed] }).plan), once)
})

test('a rule that somebody put into the group of a Service stays', () => {
  const cloud = new Cloud(nodePorts)
  cloud.apply(planOf([{}], { observed: cloud.observe() }, managed).plan.steps)
  const theirs: JsonObject = {
    direction: 'ingress',
    ethertype: 'IPv4',
    protocol: 'icmp',
    description: 'for pings',
  }
  cloud.add('security-group:uid-of-web:nodes/shop/web', 'icmp', theirs)
  const { plan } = planOf([{}], { observed: cloud.observe() }, managed)
  assert.deepEqual(shown(plan), [egress])
})
