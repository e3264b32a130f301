import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textOf } from '../../../src/lib/json-fields.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import type { Plan } from '../../../src/plan/plan.ts'
import { blueprint, built, cluster, legacy, planned, service } from './world.ts'

/** `~ backend-service external: healthChecks`, in the order of the plan; what the cluster shares is left out. */
const steps = (plan: Plan): readonly string[] =>
  plan.steps
    .filter(({ stack }) => stack !== 'shared')
    .map(({ action, kind, key, fields = [], parts = [], outage }) => {
      const what = [...fields.map(({ path }) => path), ...parts.map((part) => `${part.action} ${part.key}`)]
      const mark = { create: '+', update: '~', repair: '±', delete: '-' }[action]
      return `${mark} ${kind} ${key}${action === 'update' ? `: ${what.join(', ')}` : ''}${outage === undefined ? '' : ' (outage)'}`
    })

const local = { externalTrafficPolicy: 'Local', healthCheckNodePort: 32_000 }
const port = (number: number, protocol = 'TCP') => ({
  name: `${protocol.toLowerCase()}-${number}`,
  port: number,
  protocol,
  nodePort: 30_000 + number,
})

test('what was built as asked needs nothing', () => {
  for (const spec of [{}, local, { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' }]) {
    const of = service(spec)
    assert.deepEqual(planned([of], { observed: built(of) }).plan.steps, [])
  }
})

test('what was built with rules that deny, for both families, needs nothing', () => {
  const of = service({ ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' })
  const config = { denyRules: true }
  assert.deepEqual(planned([of], { observed: built(of, config) }, config).plan.steps, [])
  const names = planned([of], {}, config).plan.steps.flatMap(({ key, after }) =>
    key.startsWith('deny/') ? [`${key} ${textOf(after?.['name'])?.replace(/^.*-deny/, '-deny')}`] : [],
  )
  assert.deepEqual(names.toSorted(), ['deny/IPv4 -deny', 'deny/IPv6 -deny-ipv6'])
})

const proxies: readonly Readonly<Record<string, string>>[] = [
  { 'lb-controller.io/tls-certificate': 'edge', 'lb-controller.io/proxy-protocol': 'v1' },
  { 'lb-controller.io/proxy-protocol': 'v1', 'cloud.google.com/network-tier': 'Standard' },
  { 'lb-controller.io/proxy-protocol': 'v1', 'networking.gke.io/load-balancer-type': 'Internal' },
]
for (const annotations of proxies)
  test(`a proxy that was built as asked needs nothing: ${JSON.stringify(annotations)}`, () => {
    const of = service({ ports: [port(80), port(443)] }, annotations)
    assert.deepEqual(steps(planned([of], { observed: built(of) }).plan), [])
  })

test('a flip to the policy Local changes the backend service, and leaves the forwarding rule', () => {
  const { plan } = planned([service(local)], { observed: built(service()) })
  assert.deepEqual(steps(plan), [
    '+ firewall health/IPv4',
    '+ health-check external',
    '~ backend-service external: healthChecks',
  ])
  const back = planned([service()], { observed: built(service(local)) }).plan
  assert.deepEqual(steps(back), [
    '~ backend-service external: healthChecks',
    '- firewall health/IPv4',
    '- health-check external',
  ])
})

test('session affinity is changed in place', () => {
  const { plan } = planned([service({ sessionAffinity: 'ClientIP' })], { observed: built(service()) })
  assert.deepEqual(steps(plan), ['~ backend-service external: sessionAffinity'])
})

test('a new port needs a new rule at the same address, and the plan says that this is an outage', () => {
  const { plan } = planned([service({ ports: [port(80), port(443)] })], {
    observed: built(service({ ports: [port(80)] })),
  })
  assert.deepEqual(steps(plan), [
    '~ firewall allow/IPv4: allowed',
    '- forwarding-rule external/IPv4 (outage)',
    '+ forwarding-rule external/IPv4',
  ])
  assert.equal(plan.steps.at(-1)?.after?.['IPAddress'], '203.0.113.7')
})

const tcp = [port(53)]
const udp = [port(53, 'UDP')]
const both = [...tcp, ...udp]
const internal = { 'networking.gke.io/load-balancer-type': 'Internal' }

/** No rule ever stands on a backend service that it does not suit: Compute Engine refuses such a pair. */
const protocolMoves: readonly {
  readonly name: string
  readonly from: readonly object[]
  readonly to: readonly object[]
  readonly annotations?: Readonly<Record<string, string>>
  readonly spec?: Readonly<Record<string, unknown>>
  readonly plan: readonly string[]
}[] = [
  {
    name: 'TCP to both: the backend service takes both before the second rule comes',
    from: tcp,
    to: both,
    plan: [
      '~ backend-service external: protocol',
      '~ firewall allow/IPv4: allowed',
      '+ forwarding-rule external/IPv4/udp',
    ],
  },
  {
    name: 'TCP to UDP: the rule goes, the backend service changes, the new rule comes',
    from: tcp,
    to: udp,
    plan: [
      '~ firewall allow/IPv4: allowed',
      '- forwarding-rule external/IPv4 (outage)',
      '~ backend-service external: protocol',
      '+ forwarding-rule external/IPv4',
    ],
  },
  {
    name: 'both to TCP: the rule for UDP goes first, that for TCP stays',
    from: both,
    to: tcp,
    plan: [
      '~ firewall allow/IPv4: allowed',
      '- forwarding-rule external/IPv4/udp',
      '~ backend-service external: protocol',
    ],
  },
  {
    name: 'both to UDP: the rule for TCP goes first, that for UDP stays',
    from: both,
    to: udp,
    plan: [
      '~ firewall allow/IPv4: allowed',
      '- forwarding-rule external/IPv4',
      '~ backend-service external: protocol',
    ],
  },
  {
    name: 'inside, TCP to both: the backend service takes both before the rule is made anew',
    from: tcp,
    to: both,
    annotations: internal,
    plan: [
      '~ backend-service internal: protocol',
      '~ firewall allow/IPv4: allowed',
      '- forwarding-rule internal/IPv4 (outage)',
      '+ forwarding-rule internal/IPv4',
    ],
  },
  {
    name: 'inside, both to TCP: the backend service changes once the rule for all protocols is gone',
    from: both,
    to: tcp,
    annotations: internal,
    plan: [
      '~ firewall allow/IPv4: allowed',
      '- forwarding-rule internal/IPv4 (outage)',
      '+ forwarding-rule internal/IPv4',
      '~ backend-service internal: protocol',
    ],
  },
  {
    name: 'of both families: all rules go before the change',
    from: tcp,
    to: udp,
    spec: { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' },
    plan: [
      '~ firewall allow/IPv4: allowed',
      '~ firewall allow/IPv6: allowed',
      '- forwarding-rule external/IPv4 (outage)',
      '- forwarding-rule external/IPv6 (outage)',
      '~ backend-service external: protocol',
      '+ forwarding-rule external/IPv4',
      '+ forwarding-rule external/IPv6',
    ],
  },
]
for (const { name, from, to, annotations, spec, plan } of protocolMoves)
  test(`protocols, ${name}`, () => {
    const observed = built(service({ ...spec, ports: from }, annotations))
    assert.deepEqual(steps(planned([service({ ...spec, ports: to }, annotations)], { observed }).plan), plan)
  })

test('to the other scheme: built beside under other names, then the old goes', () => {
  const of = service({}, { 'networking.gke.io/load-balancer-type': 'Internal' })
  const { plan } = planned([of], { observed: built(service()) })
  const order = steps(plan)
  assert.ok(
    order.indexOf('+ forwarding-rule internal/IPv4') < order.indexOf('- forwarding-rule external/IPv4'),
  )
  assert.ok(
    order.indexOf('- forwarding-rule external/IPv4') < order.indexOf('- address external/IPv4'),
    'an address goes after the rule that stands at it',
  )
  const names = plan.steps.flatMap(({ kind, after, before }) => {
    const name = after?.['name'] ?? before?.['name']
    return typeof name === 'string' ? [`${kind} ${name}`] : []
  })
  assert.equal(new Set(names).size, names.length)
})

test('labels are patched', () => {
  const of = service({}, { 'lb-controller.io/tags': 'team=shop' })
  const { plan } = planned([of], { observed: built(service()) })
  assert.deepEqual(steps(plan), [
    '~ address external/IPv4: labels.team',
    '~ forwarding-rule external/IPv4: labels.team',
  ])
})

const description = '{"kubernetes.io/service-name":"shop/web","kubernetes.io/service-ip":"203.0.113.7"}'
const pool = `https://www.googleapis.com/compute/v1/projects/shop-prod/regions/us-central1/targetPools/${legacy}`

/** What the engine before backend services left. */
const ofTargetPool: readonly (readonly [string, JsonObject])[] = [
  [
    'forwarding-rule',
    {
      name: legacy,
      region: 'us-central1',
      IPAddress: '203.0.113.7',
      IPProtocol: 'TCP',
      portRange: '80-80',
      loadBalancingScheme: 'EXTERNAL',
      networkTier: 'PREMIUM',
      target: pool,
      description,
    },
  ],
  [
    'target-pool',
    { name: legacy, region: 'us-central1', healthChecks: [`global/httpHealthChecks/${legacy}`], description },
  ],
  ['http-health-check', { name: legacy, port: 32_000, requestPath: '/healthz', description }],
  ['firewall', { name: `k8s-fw-${legacy}`, allowed: [{ IPProtocol: 'tcp', ports: ['80'] }], description }],
  [
    'firewall',
    { name: `k8s-${legacy}-http-hc`, allowed: [{ IPProtocol: 'tcp', ports: ['32000'] }], description },
  ],
]

const read = (bodies: readonly (readonly [string, JsonObject])[]): readonly Observed[] =>
  bodies.flatMap(([kind, body]) => blueprint().kinds[kind]?.observe?.(body, cluster) ?? [])

test('a target pool gives way: all is built beside, the rule is turned with its address, the pool goes last', () => {
  const { plan, problems } = planned([service(local)], { observed: read(ofTargetPool) })
  const order = steps(plan)
  const turned = order.indexOf('~ forwarding-rule external/IPv4: backendService')
  assert.ok(order.indexOf('+ backend-service external') < turned)
  assert.deepEqual(order.slice(turned + 1), [
    `- firewall legacy/k8s-${legacy}-http-hc`,
    `- firewall legacy/k8s-fw-${legacy}`,
    `- target-pool ${legacy}`,
    `- http-health-check ${legacy}`,
  ])
  assert.equal(plan.steps.find(({ kind }) => kind === 'address')?.after?.['address'], '203.0.113.7')
  assert.ok(problems.some(({ code }) => code === 'LB_GCP_MIGRATION'))
})

test('the objects of another Service, and of another cluster, stay', () => {
  const others = read(
    ofTargetPool.map(([kind, body]) => [kind, { ...body, description: description.replace('web', 'api') }]),
  )
  const foreign = built(service({}, {}, 'web')).map((item) => item)
  const { plan } = planned([service({}, {}, 'web')], { observed: [...others, ...foreign] })
  assert.deepEqual(plan.steps, [])
  const elsewhere = blueprint().kinds['firewall']?.observe?.(
    {
      name: 'k8s2-zzzzzzzz-shop-web-zzzzzzzz',
      allowed: [{ IPProtocol: 'tcp' }],
      description: '{"networking.gke.io/service-name":"shop/web"}',
    },
    cluster,
  )
  assert.deepEqual(
    elsewhere?.map(({ owners }) => owners),
    [[]],
  )
})
