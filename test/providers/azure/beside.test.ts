import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/lib/json.ts'
import { textIn } from '../../../src/lib/json-fields.ts'
import { idOf } from './described-id.ts'
import { Arm } from './described.ts'
import { shown } from './shown.ts'
import { type Asked, azure, beta, inside, planOf, service, stemOf, tcp } from './world.ts'

const key = (name: string, value = 'true') => ({ [`${azure}${name}`]: value })
const pinned = key('load-balancer-ipv4', '203.0.113.10')
const byNode = key('disable-load-balancer-floating-ip')
const deny = {
  annotations: key('deny-all-except-load-balancer-source-ranges'),
  spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] },
}
const shared = (port: number): Asked => ({ annotations: pinned, spec: { ports: [tcp(port)] } })
const local = { externalTrafficPolicy: 'Local', healthCheckNodePort: 31_000 }

/** What somebody made by hand on the load balancer and in the group. */
const foreign: Readonly<Record<string, JsonObject>> = {
  'outboundRules/out': {
    name: 'out',
    properties: { protocol: 'All', allocatedOutboundPorts: 1024, backendAddressPool: { id: 'x' } },
  },
  'inboundNatRules/ssh': {
    name: 'ssh',
    properties: { protocol: 'Tcp', frontendPort: 50_022, backendPort: 22 },
  },
  'frontend/by-hand': { properties: { publicIPAddress: { id: idOf('publicIPAddresses', 'old-ip') } } },
  'probe/by-hand': { properties: { protocol: 'Tcp', port: 22, intervalInSeconds: 15 } },
  'rule/by-hand/Tcp/22': {
    name: 'by-hand',
    properties: {
      protocol: 'Tcp',
      frontendPort: 22,
      backendPort: 22,
      frontendIPConfiguration: {
        id: idOf('loadBalancers', 'kubernetes', 'frontendIPConfigurations', 'by-hand'),
      },
      probe: { id: idOf('loadBalancers', 'kubernetes', 'probes', 'by-hand') },
    },
  },
}
const rules: readonly JsonObject[] = [
  { name: 'ssh', properties: { priority: 500, access: 'Allow', destinationAddressPrefix: '10.0.1.0/24' } },
  { name: 'k8s-azure-lb_mine', properties: { priority: 200, access: 'Deny', destinationAddressPrefix: '*' } },
]

function cloud(): Arm {
  const arm = new Arm()
  arm.give('shop-ip', '203.0.113.10')
  arm.give('old-ip', '203.0.113.11')
  for (const rule of rules) arm.rules.set(textIn(rule, 'name') ?? '', rule)
  return arm
}

const withForeign = (arm: Arm): void => {
  for (const { parts } of arm.balancers.values())
    for (const [at, body] of Object.entries(foreign)) parts.set(at, body)
}

const first: readonly (readonly [string, Asked])[] = [
  ['its own address', {}],
  ['a shared address', shared(80)],
  ['nodes as destinations', { annotations: byNode }],
  ['denied to all others', deny],
  ['internal', { annotations: inside }],
  ['policy Local', { spec: local }],
  ['both families', { spec: { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' } }],
  ['a Private Link Service', { annotations: { ...inside, ...key('pls-create') } }],
]
const second: Readonly<Record<string, Asked>> = { 'a shared address': shared(443) }

for (const [name, one] of first) {
  const other = { ...(second[name] ?? one), index: 2 }
  const pair = [service(one), service(other)]

  test(`of two with ${name}, one is not among the files: nothing of it is touched`, () => {
    const arm = cloud()
    const look = (services: typeof pair) => planOf(services, { observed: arm.observe() }).plan
    arm.apply(look(pair).steps)
    withForeign(arm)
    assert.deepEqual(shown(look(pair)), [])
    assert.deepEqual(shown(look(pair.slice(0, 1))), [])
    assert.deepEqual(shown(look(pair.slice(1))), [])
    assert.deepEqual(shown(look([])), [])
  })

  test(`of two with ${name}, one changes: what the other has stays as it was`, () => {
    const arm = cloud()
    const look = (services: typeof pair) => planOf(services, { observed: arm.observe() }).plan
    arm.apply(look(pair).steps)
    withForeign(arm)
    const moved = service({ spec: { ports: [tcp(8443)] } })
    for (const _round of [1, 2]) arm.apply(look([moved]).steps)
    assert.deepEqual(shown(look([moved])), [])
    // Which ports of an address the other one needs, only its own file tells.
    const rest = look([moved, service(other)])
    const open = rest.steps.map(({ kind, parts = [] }) => [kind, parts.map(({ action }) => action)])
    assert.deepEqual(open, name === 'a shared address' ? [['security-group', ['remove']]] : [])
    for (const [at, body] of Object.entries(foreign)) {
      const parts = [...arm.balancers.values()].flatMap((held) => held.parts.get(at) ?? [])
      assert.ok(parts.length > 0, at)
      for (const part of parts) assert.deepEqual(part, body)
    }
    for (const rule of rules) assert.equal(arm.rules.get(textIn(rule, 'name') ?? ''), rule)
    const fresh = cloud()
    fresh.apply(planOf([service(other)], { observed: fresh.observe() }).plan.steps)
    for (const [balancer, { parts }] of fresh.balancers)
      for (const at of parts.keys())
        assert.ok(arm.balancers.get(balancer)?.parts.has(at), `${balancer} has lost ${at}`)
    for (const pool of fresh.pools.keys()) assert.ok(arm.pools.has(pool), `${pool} is gone`)
    for (const link of fresh.links.keys()) assert.ok(arm.links.has(link), `${link} is gone`)
  })
}

test('deny-all stays on a shared address while one Service there wants it', () => {
  const arm = cloud()
  const wide = { annotations: { ...pinned, ...deny.annotations }, spec: { ...deny.spec, ports: [tcp(80)] } }
  const narrow = { index: 2, annotations: wide.annotations, spec: { ...deny.spec, ports: [tcp(443)] } }
  const look = (...asked: readonly Asked[]) => planOf(asked.map(service), { observed: arm.observe() }).plan
  arm.apply(look(wide, narrow).steps)
  const open = { annotations: pinned, spec: wide.spec }
  const denies = () => [...arm.rules.keys()].some((name) => name.includes('deny-all'))
  assert.ok(denies())
  for (const _round of [1, 2]) arm.apply(look(open, narrow).steps)
  assert.ok(denies())
  // The other one is not among the files: whether it still wants it, nobody knows.
  for (const _round of [1, 2]) arm.apply(look(open).steps)
  assert.ok(denies())
  const both = { index: 2, annotations: pinned, spec: narrow.spec }
  for (const _round of [1, 2]) arm.apply(look(open, both).steps)
  assert.ok(!denies())
})

test(`the port that ${beta} leaves out is left out of nobody else's rules`, () => {
  const arm = cloud()
  const look = (...asked: readonly Asked[]) => planOf(asked.map(service), { observed: arm.observe() }).plan
  const two = { spec: { ports: [tcp(80), tcp(443)] } }
  arm.apply(look(two, { ...two, index: 2 }).steps)
  const left = { ...two, annotations: { [`${beta}port_443_no_lb_rule`]: 'true' } }
  const { steps } = look(left, { ...two, index: 2 })
  const touched = steps.flatMap(({ parts = [] }) => parts.map((part) => part.key))
  assert.deepEqual(touched, [`probe/${stemOf(1)}-TCP-443`, `rule/${stemOf(1)}/Tcp/443`])
})
