import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBlueprint } from '../../../providers/openstack/blueprint.ts'
import { stableText } from '../../../src/lib/json.ts'
import { planOffline } from '../../../src/plan/offline.ts'
import { contribute } from '../../support/plan-service.ts'
import {
  type Asked,
  afterOf,
  at,
  cloudAfter,
  cluster,
  internal,
  L,
  own,
  planOf,
  serviceOf,
  titles,
  world,
} from './world.ts'

const port = (number: number, protocol = 'TCP') => ({ port: number, protocol, nodePort: 30_000 + number })
const grouped = (name: string, ports: readonly object[], more: Asked = {}): Asked => ({
  ...more,
  name,
  annotations: { [`${own}group`]: 'edge', ...more.annotations },
  spec: { ports, ...more.spec },
})

test('two Services of a group are one load balancer with the ports of both', () => {
  const { plan, problems } = planOf([grouped('a', [port(80)]), grouped('b', [port(443)])])
  assert.deepEqual(problems, [])
  assert.deepEqual(titles(plan), [
    'create floating-ip vip',
    'create listener vip/tcp/443',
    'create listener vip/tcp/80',
    'create load-balancer vip',
    'create pool vip/tcp/443',
    'create pool vip/tcp/80',
  ])
  const balancer = plan.steps.find(({ kind }) => kind === 'load-balancer')
  assert.deepEqual(
    balancer?.owners.map(({ name }) => name),
    ['shop/a', 'shop/b'],
  )
  assert.deepEqual(
    balancer?.parts?.map(({ key }) => key),
    ['service shop/a', 'service shop/b'],
  )
})

interface Claim {
  readonly name: string
  readonly a: Asked
  readonly b: Asked
  /** Listeners, each with whose it is. */
  readonly listeners: readonly string[]
  readonly told: readonly string[]
}

const older = { created: '2026-01-01T00:00:00Z' }
const newer = { created: '2026-02-02T00:00:00Z' }
const lost = (path: string, port: string, holder: string): string =>
  `error LB_PART_TAKEN ${path} shop/b: vip/${port} of group/edge/external is held by ${holder}`

const claims: readonly Claim[] = [
  {
    name: 'one port twice: the older has it, the other is told the name, and its other port is served',
    a: grouped('a', [port(80)], older),
    b: grouped('b', [port(80), port(81)], newer),
    listeners: ['vip/tcp/80 shop/a', 'vip/tcp/81 shop/b'],
    told: [lost('spec.ports[0].port', 'tcp/80', 'shop/a')],
  },
  {
    name: 'HTTP and TCP on one port number are one claim',
    a: grouped('a', [port(80)], { ...older, annotations: { [`${L}x-forwarded-for`]: 'true' } }),
    b: grouped('b', [port(80)], newer),
    listeners: ['vip/tcp/80 shop/a'],
    told: [lost('spec.ports[0].port', 'tcp/80', 'shop/a')],
  },
  {
    name: 'TCP and UDP on one port number are two',
    a: grouped('a', [port(53)], older),
    b: grouped('b', [port(53, 'UDP')], newer),
    listeners: ['vip/tcp/53 shop/a', 'vip/udp/53 shop/b'],
    told: [],
  },
]

for (const { name, a, b, listeners, told } of claims)
  test(`claims: ${name}`, () => {
    for (const order of [
      [a, b],
      [b, a],
    ]) {
      const { plan, problems } = planOf(order)
      const of = (kind: string) =>
        plan.steps
          .filter((step) => step.kind === kind)
          .map(({ key, owners }) => `${key} ${owners.map((one) => one.name).join()}`)
      assert.deepEqual(of('listener').toSorted(), listeners)
      assert.deepEqual(
        of('pool')
          .map((pool) => pool.replace('/http ', ' '))
          .toSorted(),
        listeners,
      )
      assert.deepEqual(
        problems.map(({ severity, code, path, message }) => `${severity} ${code} ${path} ${message}`),
        told,
      )
    }
  })

test('claims: who has the port in the cloud keeps it from an older one', () => {
  const young = grouped('b', [port(80)], newer)
  const observed = cloudAfter(planOf([young]).plan)
  const { plan, problems } = planOf([grouped('a', [port(80)], older), young], { observed })
  assert.deepEqual(
    problems.map(({ code, message }) => `${code} ${message}`),
    ['LB_PART_TAKEN tcp/80 of load balancer edge is held by shop/b'],
  )
  assert.deepEqual(titles(plan), ['update floating-ip vip', 'update load-balancer vip'])
})

test('a port that somebody made by hand on a named load balancer is not taken over', () => {
  const body = {
    id: 'lb-1',
    name: 'ours-by-hand',
    listeners: [{ id: 'l-1', name: 'by-hand', protocol: 'HTTP', protocol_port: 80 }],
  }
  const observed = createBlueprint({}).kinds['load-balancer']?.observe?.(body, cluster) ?? []
  const { plan, problems } = planOf(
    [{ annotations: { [`${L}load-balancer-id`]: 'lb-1' }, spec: { ports: [port(80), port(81)] } }],
    { observed },
  )
  assert.deepEqual(
    problems.map(({ severity, code, path, message }) => `${severity} ${code} ${path} ${message}`),
    [
      'warning LB_PART_TAKEN spec.ports[0].port tcp/80 of load balancer lb-1 is held by the listener by-hand, which is not of this cluster',
      'note LB_EMULATED spec.type the load balancer is used as it is: its floating IP is published if it has one, and none is made',
    ],
  )
  assert.deepEqual(titles(plan), [
    'create listener lb-1/tcp/81',
    'create pool lb-1/tcp/81',
    'update load-balancer lb-1',
  ])
})

test('of more than may share, the newest finds no room, and nothing of it is made', () => {
  const asked = ['a', 'b', 'c'].map((name, at) =>
    grouped(name, [port(80 + at)], { created: `2026-0${at + 1}-01T00:00:00Z` }),
  )
  for (const order of [asked, asked.toReversed()]) {
    const { plan, problems } = planOf(order)
    assert.deepEqual(
      problems.map(({ code, path, message }) => `${code} ${path} ${message}`),
      [
        `LB_OPENSTACK_SHARE_FULL ${at(`${own}group`)} shop/c: group/edge/external is shared by shop/a, shop/b already, so shop/c has no room on it`,
      ],
    )
    assert.ok(
      titles(plan).every((title) => !title.endsWith('/82')),
      titles(plan).join(),
    )
  }
  const roomy = planOf(asked, {}, { maxSharedLb: 3 })
  assert.deepEqual(roomy.problems, [])
  assert.ok(titles(roomy.plan).includes('create listener vip/tcp/82'))
})

test('internal Services of a group have a load balancer apart, without a floating IP', () => {
  const { plan } = planOf([
    grouped('a', [port(80)]),
    grouped('b', [port(80)], { annotations: { [internal]: 'true' } }),
  ])
  const balancers = plan.steps.filter(({ kind }) => kind === 'load-balancer').map(({ stack }) => stack)
  assert.deepEqual(balancers.toSorted(), ['group/edge/external', 'group/edge/internal'])
  assert.deepEqual(
    plan.steps.filter(({ kind }) => kind === 'floating-ip').map(({ stack }) => stack),
    ['group/edge/external'],
  )
})

test('a Service that leaves a group takes its listener and its mark, and no more', () => {
  const both = [grouped('a', [port(80)]), grouped('b', [port(81)])]
  const observed = cloudAfter(planOf(both).plan)
  const { plan } = planOf([both[0] ?? {}, { name: 'b', spec: { ports: [port(81)] } }], { observed })
  const inGroup = plan.steps.filter(({ stack }) => stack.startsWith('group/'))
  assert.deepEqual(inGroup.map(({ action, kind, key }) => `${action} ${kind} ${key}`).toSorted(), [
    'delete listener vip/tcp/81',
    'delete pool vip/tcp/81',
    'update floating-ip vip',
    'update load-balancer vip',
  ])
  const balancer = inGroup.find(({ kind }) => kind === 'load-balancer')
  assert.deepEqual(
    balancer?.parts?.map(({ action, key }) => `${action} ${key}`),
    ['remove service shop/b'],
  )
})

test('two Services that differ on a setting of the shared load balancer: the older decides', () => {
  const { plan, problems } = planOf([
    grouped('a', [port(80)], { ...older, annotations: { [`${L}flavor-id`]: 'small' } }),
    grouped('b', [port(81)], { ...newer, annotations: { [`${L}flavor-id`]: 'big' } }),
  ])
  assert.equal(afterOf(plan, 'load-balancer')['flavor_id'], 'small')
  assert.deepEqual(
    problems.map(({ code, path }) => `${code} ${path}`),
    [`LB_FIELD_TAKEN ${at(`${L}flavor-id`)}`],
  )
})

test('the same bytes in any order of Services and nodes', () => {
  const blueprint = createBlueprint({ maxSharedLb: 9 })
  const services = ['a', 'b', 'c', 'd'].map((name, index) =>
    serviceOf(grouped(name, [port(80), port(90 + index)])),
  )
  const made = (list: typeof services, nodes = world.nodes ?? []) =>
    stableText(
      planOffline(
        blueprint,
        list.flatMap((service) => contribute(blueprint, service, { ...world, nodes }).contribution ?? []),
      ).steps,
    )
  const expected = made(services)
  assert.equal(made(services.toReversed(), (world.nodes ?? []).toReversed()), expected)
})

test('a named load balancer that others are on does not take an internal Service', () => {
  const body = { id: 'lb-1', name: 'ours-by-hand' }
  const observed = createBlueprint({}).kinds['load-balancer']?.observe?.(body, cluster) ?? []
  const { plan, problems } = planOf(
    [{ annotations: { [`${L}load-balancer-id`]: 'lb-1', [internal]: 'true' } }],
    { observed },
  )
  assert.deepEqual(
    problems.map(({ severity, code, path }) => `${severity} ${code} ${path}`),
    [`error LB_OPENSTACK_SHARE_INTERNAL ${at(`${L}load-balancer-id`)}`],
  )
  assert.deepEqual(titles(plan), [])
})
