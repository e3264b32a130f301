import assert from 'node:assert/strict'
import test from 'node:test'
import { stableText, type JsonObject } from '../../../src/lib/json.ts'
import type { Step } from '../../../src/plan/plan.ts'
import { check, dependent } from '../../plan/shuffle.ts'
import { balancerBody, publicIPBody } from './bodies.ts'
import { azure, existing, inside, planOf, service, stemOf, tcp } from './world.ts'

const pinned = { [`${azure}load-balancer-ipv4`]: '203.0.113.10' }
const many = 500

const kindsOf = (steps: readonly Step[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { action, kind } of steps) counts[`${action} ${kind}`] = (counts[`${action} ${kind}`] ?? 0) + 1
  return counts
}

const keysOf = (
  steps: readonly Step[],
  kind: string,
  key: string,
  action: 'add' | 'remove',
): readonly string[] =>
  steps
    .filter((step) => step.kind === kind && step.key === key)
    .flatMap(({ parts = [] }) => parts.filter((part) => part.action === action).map((part) => part.key))
    .toSorted()

test('500 Services are one load balancer, one pool and one security group; an invalid one takes no part', () => {
  const services = Array.from({ length: many }, (_, index) =>
    service({
      index: index + 1,
      ...(index === 7 ? { annotations: { [`${azure}load-balancer-tcp-idle-timeout`]: '3' } } : {}),
    }),
  )
  const { plan, problems } = planOf(services)
  assert.deepEqual(kindsOf(plan.steps), {
    'create load-balancer': 1,
    'create backend-pool': 1,
    'create public-ip': many - 1,
    'update security-group': 1,
  })
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['LB_ANNOTATION_INTEGER'],
  )
  const added = keysOf(plan.steps, 'load-balancer', 'kubernetes', 'add')
  assert.equal(added.length, 3 * (many - 1))
  assert.ok(!added.some((key) => key.includes(stemOf(8))))
})

test('any order of the Services is the same plan', () => {
  const services = Array.from({ length: 30 }, (_, index) =>
    service({ index, annotations: index % 3 === 0 ? pinned : {}, spec: { ports: [tcp(80 + (index % 2))] } }),
  )
  const text = (list: typeof services): string => stableText(planOf(list).plan.steps)
  check(dependent([services]), ([a, b]) => assert.equal(text([...a]), text([...b])))
})

test('a node more is one PUT of the pool, whatever number of Services there is', () => {
  const services = [1, 2, 3].map((index) => service({ index }))
  const observed = existing({
    'load-balancer': [
      balancerBody(
        'kubernetes',
        services.map((_, at) => ({ index: at + 1 })),
      ),
    ],
    'public-ip': [1, 2, 3].map((index) => publicIPBody(index, `203.0.113.${index}`)),
  })
  const nodes = ['node-1', 'node-2', 'node-3'].map((name, at) => ({
    metadata: { name },
    status: { addresses: [{ type: 'InternalIP', address: `10.0.1.${at + 11}` }] },
  }))
  const { plan } = planOf(services, { observed, nodes })
  const steps = plan.steps.filter(({ kind }) => kind !== 'public-ip' && kind !== 'security-group')
  assert.deepEqual(kindsOf(steps), { 'update backend-pool': 1 })
})

test('what is there as asked is left alone, in whatever case Azure writes ids', () => {
  const observed = existing({
    'load-balancer': [balancerBody('kubernetes-internal', [{ index: 1, ip: '10.0.1.5' }])],
  })
  const { plan } = planOf([service({ annotations: inside })], { observed })
  assert.deepEqual(
    plan.steps.map(({ id }) => id),
    [],
  )
})

test('a Service that moves outside gets its new frontend before the old one goes', () => {
  const observed = existing({
    'load-balancer': [
      balancerBody('kubernetes-internal', [
        { index: 1, ip: '10.0.1.5' },
        { index: 2, ip: '10.0.1.6' },
      ]),
    ],
  })
  const { plan } = planOf([service({ index: 1 }), service({ index: 2, annotations: inside })], { observed })
  const old = [`frontend/${stemOf(1)}`, `probe/${stemOf(1)}-TCP-80`, `rule/${stemOf(1)}/Tcp/80`]
  assert.deepEqual(keysOf(plan.steps, 'load-balancer', 'kubernetes', 'add'), old)
  assert.deepEqual(keysOf(plan.steps, 'load-balancer', 'kubernetes-internal', 'remove'), old)
  const order = plan.steps.filter(({ kind }) => kind === 'load-balancer').map(({ key }) => key)
  assert.deepEqual(order, ['kubernetes', 'kubernetes-internal'])
})

test('the last Service that leaves takes the load balancer with it, unless others have something there', () => {
  const here = balancerBody('kubernetes-internal', [{ index: 1, ip: '10.0.1.5' }])
  const rows: readonly (readonly [JsonObject, string])[] = [
    [here, 'delete'],
    [
      balancerBody('kubernetes-internal', [{ index: 1, ip: '10.0.1.5' }], {
        outboundRules: [{ name: 'out' }],
      }),
      'update',
    ],
  ]
  for (const [body, action] of rows) {
    const { plan } = planOf([service()], { observed: existing({ 'load-balancer': [body] }) })
    const step = plan.steps.find(({ key }) => key === 'kubernetes-internal')
    assert.equal(step?.action, action)
  }
})

test('what somebody else put on the load balancer stays as it is', () => {
  const outbound = { name: 'aksOutboundRule', properties: { protocol: 'All' } }
  const observed = existing({
    'load-balancer': [balancerBody('kubernetes', [{ index: 1 }], { outboundRules: [outbound] })],
  })
  const parts = observed.find(({ kind }) => kind === 'load-balancer')?.parts
  assert.deepEqual(parts?.['outboundRules/aksOutboundRule'], { spec: outbound, owners: [], foreign: true })
  const { plan } = planOf([service()], { observed })
  assert.deepEqual(keysOf(plan.steps, 'load-balancer', 'kubernetes', 'remove'), [])
})

test('a Service that nobody gave keeps what it has', () => {
  const observed = existing({ 'load-balancer': [balancerBody('kubernetes', [{ index: 1 }, { index: 2 }])] })
  const { plan } = planOf([service({ index: 1 })], { observed })
  assert.deepEqual(keysOf(plan.steps, 'load-balancer', 'kubernetes', 'remove'), [])
})

test('Services that pin one address share its frontend; of two on one port the older has it', () => {
  const { plan, problems } = planOf([
    service({ index: 2, annotations: pinned }),
    service({ index: 1, annotations: pinned }),
    service({ index: 3, annotations: { [`${azure}pip-name`]: 'shop-ip' }, spec: { ports: [tcp(443)] } }),
  ])
  assert.deepEqual(keysOf(plan.steps, 'load-balancer', 'kubernetes', 'add'), [
    'frontend/ip-203-0-113-10',
    `probe/${stemOf(1)}-TCP-80`,
    `probe/${stemOf(3)}-TCP-443`,
    'rule/ip-203-0-113-10/Tcp/443',
    'rule/ip-203-0-113-10/Tcp/80',
  ])
  assert.deepEqual(
    problems.map(({ code, path, message }) => ({ code, path, message })),
    [
      {
        code: 'LB_PART_TAKEN',
        path: 'spec.ports[0]',
        message: 'shop/web-2: rule/ip-203-0-113-10/Tcp/80 of load-balancer kubernetes is held by shop/web-1',
      },
    ],
  )
})

test('who holds a port in the cloud keeps it, though the other is older', () => {
  const observed = existing({
    'load-balancer': [balancerBody('kubernetes', [{ index: 9 }])],
    'public-ip': [publicIPBody(9, '203.0.113.9')],
  })
  const others = { [`${azure}load-balancer-ipv4`]: '203.0.113.9' }
  const { plan, problems } = planOf([service({ index: 9 }), service({ index: 1, annotations: others })], {
    observed,
  })
  const taken = problems.find(({ code }) => code === 'LB_PART_TAKEN')
  assert.match(taken?.message ?? '', /^shop\/web-1: .* is held by shop\/web-9$/)
  assert.deepEqual(keysOf(plan.steps, 'load-balancer', 'kubernetes', 'add'), [])
})

test('who pins the address of another Service joins its frontend, and keeps its public IP alive', () => {
  const observed = existing({
    'load-balancer': [balancerBody('kubernetes', [{ index: 9 }])],
    'public-ip': [publicIPBody(9, '203.0.113.9')],
  })
  const annotations = { [`${azure}load-balancer-ipv4`]: '203.0.113.9' }
  const { plan } = planOf([service({ index: 1, annotations, spec: { ports: [tcp(443)] } })], { observed })
  assert.deepEqual(keysOf(plan.steps, 'load-balancer', 'kubernetes', 'add'), [
    `probe/${stemOf(1)}-TCP-443`,
    `rule/${stemOf(9)}/Tcp/443`,
  ])
  assert.deepEqual(
    plan.steps.filter(({ action }) => action === 'delete'),
    [],
  )
})

test('a rule for all ports shares its frontend with nobody', () => {
  const address = { ...inside, [`${azure}load-balancer-ipv4`]: '10.0.1.50' }
  const all = { ...address, [`${azure}load-balancer-enable-high-availability-ports`]: 'true' }
  const { plan, problems } = planOf([
    service({ index: 1, annotations: address }),
    service({ index: 2, annotations: all }),
  ])
  assert.deepEqual(keysOf(plan.steps, 'load-balancer', 'kubernetes-internal', 'add'), [
    'frontend/ip-10-0-1-50',
    `probe/${stemOf(1)}-TCP-80`,
    'rule/ip-10-0-1-50/Tcp/80',
  ])
  assert.match(problems.find(({ code }) => code === 'LB_PART_TAKEN')?.message ?? '', /held by shop\/web-1/)
})

test('a public IP that somebody made by hand is never ours', () => {
  const body = { ...publicIPBody(1, '203.0.113.1'), tags: {} }
  const [seen] = existing({ 'public-ip': [body] })
  assert.equal(seen?.body, 'foreign')
  const { plan } = planOf([service({ index: 2 })], { observed: seen === undefined ? [] : [seen] })
  assert.deepEqual(
    plan.steps.filter(({ action }) => action === 'delete'),
    [],
  )
})

test('a public IP of another cluster of the same name is not ours', () => {
  const tags = {
    'k8s-azure-service': 'shop/web-1',
    'k8s-azure-cluster-name': 'kubernetes',
    'lb-controller-cluster': 'another',
    'lb-controller-service-uid': '1',
  }
  const [seen] = existing({ 'public-ip': [{ ...publicIPBody(1, '203.0.113.1'), tags }] })
  assert.deepEqual(seen?.owners, [])
})
