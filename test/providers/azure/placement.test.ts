import assert from 'node:assert/strict'
import test from 'node:test'
import { balancerOf, machineSetOf, served } from '../../../providers/azure/nodes.ts'
import { type Asking, eligible, mostEligible } from '../../../providers/azure/select-load-balancer.ts'
import { matches } from '../../../providers/azure/selectors.ts'
import type { LoadBalancerConfig } from '../../../providers/azure/config.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import type { TargetNode } from '../../../src/model/nodes.ts'
import { balancerBody } from './bodies.ts'
import { azure, contributionOf, existing, node, only } from './world.ts'

const none: Asking = { labels: {}, namespaceLabels: {} }
const by = (key: string, value: string) => ({ matchLabels: { [key]: value } })
const open: LoadBalancerConfig = { name: 'kubernetes' }
const edge: LoadBalancerConfig = { name: 'edge', serviceLabelSelector: by('tier', 'edge') }
const team: LoadBalancerConfig = { name: 'team', serviceNamespaceSelector: by('team', 'shop') }
const shut: LoadBalancerConfig = { name: 'shut', allowServicePlacement: false }

const rows: readonly {
  readonly name: string
  readonly configs: readonly LoadBalancerConfig[]
  readonly asking: Asking
  readonly expected: readonly string[] | RegExp
}[] = [
  { name: 'all', configs: [open, { name: 'back' }], asking: none, expected: ['kubernetes', 'back'] },
  {
    name: 'named, in any case',
    configs: [open, edge],
    asking: { ...none, named: ['KUBERNETES'] },
    expected: ['kubernetes'],
  },
  {
    name: 'an unknown name beside a known one',
    configs: [open, edge],
    asking: { ...none, named: ['x', 'kubernetes'] },
    expected: ['kubernetes'],
  },
  { name: 'only unknown names', configs: [open], asking: { ...none, named: ['x'] }, expected: /named x/ },
  {
    name: 'its labels are selected',
    configs: [open, edge],
    asking: { ...none, labels: { tier: 'edge' } },
    expected: ['edge'],
  },
  {
    name: 'its namespace is selected',
    configs: [open, team],
    asking: { ...none, namespaceLabels: { team: 'shop' } },
    expected: ['team'],
  },
  { name: 'nothing selects it', configs: [open, edge, team], asking: none, expected: ['kubernetes'] },
  { name: 'closed', configs: [shut], asking: none, expected: /takes no new/ },
  {
    name: 'closed, but it is there',
    configs: [open, shut],
    asking: { ...none, current: 'shut' },
    expected: ['kubernetes', 'shut'],
  },
  {
    name: 'every reason is told',
    configs: [edge, team, shut],
    asking: none,
    expected: /labels of the Service.*edge; .*namespace.*team; shut/,
  },
]

for (const { name, configs, asking, expected } of rows)
  test(`load balancers for a Service: ${name}`, () => {
    const found = eligible(configs, asking)
    if (expected instanceof RegExp) assert.match(found.ok ? '' : found.error.message, expected)
    else assert.deepEqual(found.ok ? found.value : found.error, expected)
  })

test('it stays where it is, else goes where the fewest rules are, else to the first', () => {
  assert.equal(mostEligible(['a', 'b'], 'B', new Map()), 'b')
  assert.equal(mostEligible(['a', 'b'], 'gone', new Map([['a', 3]])), 'b')
  assert.equal(
    mostEligible(
      ['a', 'b'],
      undefined,
      new Map([
        ['a', 1],
        ['b', 1],
      ]),
    ),
    'a',
  )
  assert.equal(mostEligible([], undefined, new Map()), undefined)
})

const expression = (operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', values?: readonly string[]) => ({
  matchExpressions: [{ key: 'a', operator, ...(values === undefined ? {} : { values }) }],
})

test('label selectors', () => {
  assert.deepEqual(
    [{}, { a: '1' }, { a: '2' }].map((labels) => [
      matches(expression('In', ['1']), labels),
      matches(expression('NotIn', ['1']), labels),
      matches(expression('Exists'), labels),
      matches(expression('DoesNotExist'), labels),
    ]),
    [
      [false, true, false, true],
      [true, false, true, false],
      [false, true, true, false],
    ],
  )
})

const target = (name: string, labels: Record<string, string> = {}, set = 'pool'): TargetNode => ({
  name,
  labels,
  providerID: `azure:///subscriptions/x/resourceGroups/y/providers/Microsoft.Compute/virtualMachineScaleSets/${set}/virtualMachines/0`,
  addresses: [],
})

test('nodes that Azure leaves out', () => {
  const rowsOf: readonly (readonly [Record<string, string>, boolean])[] = [
    [{}, true],
    [{ 'node-role.kubernetes.io/control-plane': '' }, false],
    [{ 'node-role.kubernetes.io/master': '' }, false],
    [{ 'kubernetes.azure.com/managed': 'False' }, false],
    [{ 'kubernetes.azure.com/managed': 'true' }, true],
    [{ 'kubernetes.azure.com/resource-group': 'other' }, false],
    [{ 'kubernetes.azure.com/resource-group': 'SHOP' }, true],
  ]
  for (const [labels, expected] of rowsOf) assert.equal(served(target('n', labels), 'shop'), expected)
})

test('a node belongs to one load balancer: its own machines, else a selector, else one that takes any', () => {
  const configs: readonly LoadBalancerConfig[] = [
    { name: 'kubernetes' },
    { name: 'second' },
    { name: 'own', primaryVMSet: 'POOL-1' },
    { name: 'gpu', nodeSelector: by('gpu', 'yes') },
  ]
  assert.equal(machineSetOf(target('n', {}, 'pool-1')), 'pool-1')
  assert.equal(balancerOf(target('n', { gpu: 'yes' }, 'pool-1'), configs), 'own')
  assert.equal(balancerOf(target('n', { gpu: 'yes' }), configs), 'gpu')
  const spread = Array.from({ length: 40 }, (_, at) => balancerOf(target(`node-${at}`), configs))
  assert.deepEqual(
    [...new Set(spread)].toSorted((a = '', b = '') => (a < b ? -1 : 1)),
    ['kubernetes', 'own', 'second'],
  )
})

test('a Service stays on the load balancer that has its frontend, and its pool has the nodes of that one', () => {
  const loadBalancers = [
    { name: 'kubernetes', primaryVMSet: 'pool-1' },
    { name: 'back', primaryVMSet: 'pool-0' },
  ]
  const observed = existing({ 'load-balancer': [balancerBody('back', [{ index: 1 }])] })
  const nodes = [node('node-1', 11), node('node-2', 12)]
  const { resources } = contributionOf({}, { observed, nodes }, { loadBalancers })
  assert.equal(only(resources, 'load-balancer').key, 'back')
  const pool = only(resources, 'backend-pool')
  assert.equal(pool.key, 'back/kubernetes')
  assert.match(JSON.stringify(pool.spec), /10\.0\.1\.12/)
  assert.doesNotMatch(JSON.stringify(pool.spec), /10\.0\.1\.11/)
})

test('with several load balancers a Service with policy Local has a pool of its own', () => {
  const loadBalancers = [{ name: 'kubernetes' }]
  const { resources } = contributionOf(
    { spec: { externalTrafficPolicy: 'Local', healthCheckNodePort: 32_100 } },
    {},
    { loadBalancers },
  )
  assert.equal(only(resources, 'backend-pool').key, 'kubernetes/shop-web-1')
})

test('while the labels of the namespace are not known, neither is the load balancer', () => {
  const loadBalancers = [
    { name: 'kubernetes' },
    { name: 'team', serviceNamespaceSelector: by('team', 'shop') },
  ]
  const { resources, problems } = contributionOf({}, {}, { loadBalancers })
  assert.deepEqual(problems, [])
  assert.equal(only(resources, 'load-balancer').key, '<load balancer>')
})

test('an address that others pinned does not leave with its Service', () => {
  const loadBalancers = [{ name: 'kubernetes' }, { name: 'back' }]
  const body = balancerBody('kubernetes', [{ index: 1 }, { index: 2 }])
  const text = JSON.stringify(body).replaceAll(
    /frontendIPConfigurations\/a00000002\w+/g,
    'frontendIPConfigurations/a0000000122224333844455555555555',
  )
  const observed = existing({ 'load-balancer': [JSON.parse(text) as typeof body] })
  const annotations = { [`${azure}load-balancer-configurations`]: 'back' }
  const { problems } = contributionOf({ index: 1, annotations }, { observed }, { loadBalancers })
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['LB_AZURE_LOAD_BALANCER_ADDRESS'],
  )
})

for (const loadBalancers of [[], [{ name: 'kubernetes' }]])
  test(`a load balancer and its pool are known by their names in any case, ${loadBalancers.length} configured`, () => {
    const text = JSON.stringify(balancerBody('kubernetes', [{ index: 2 }]))
      .replaceAll('loadBalancers/kubernetes', 'loadBalancers/Kubernetes')
      .replaceAll('"name":"kubernetes"', '"name":"Kubernetes"')
    const observed = existing({ 'load-balancer': [JSON.parse(text) as JsonObject] })
    const { resources } = contributionOf({ index: 1 }, { observed }, { loadBalancers })
    assert.equal(only(resources, 'load-balancer').key, 'Kubernetes')
    assert.equal(only(resources, 'backend-pool').key, 'Kubernetes/Kubernetes')
  })
