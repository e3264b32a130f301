import assert from 'node:assert/strict'
import test from 'node:test'
import * as v from 'valibot'
import { checkConfig, defaultConfig } from '../../../providers/azure/config.ts'
import { contradictionsIn } from '../../../providers/azure/facts-contradictions.ts'
import { answerFrom } from '../../../providers/azure/facts-given.ts'
import { factsSchema } from '../../../providers/azure/facts-schema.ts'
import { namespaceKey, networkKey, publicIPsKey } from '../../../providers/azure/facts.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import { facts } from './world.ts'

test('the facts of these tests are as the schema wants them', () => {
  assert.equal(v.safeParse(factsSchema, facts).success, true)
  assert.deepEqual(contradictionsIn(facts), [])
})

const net = (...subnets: readonly JsonObject[]): JsonObject => ({ virtualNetwork: { name: 'shop', subnets } })
const a = { name: 'a', ranges: ['10.0.0.0/16'] }

const rows: readonly {
  readonly name: string
  readonly given: JsonObject
  readonly path: string
  readonly says: RegExp
}[] = [
  {
    name: 'one name twice in a group',
    given: { publicIPs: [{ name: 'ip' }, { name: 'IP' }] },
    path: 'publicIPs[1].name',
    says: /already publicIPs\[0\]/,
  },
  {
    name: 'one address twice',
    given: {
      publicIPs: [
        { name: 'a', ipAddress: '203.0.113.1' },
        { name: 'b', resourceGroup: 'x', ipAddress: '203.0.113.1' },
      ],
    },
    path: 'publicIPs[1].ipAddress',
    says: /already publicIPs\[0\]/,
  },
  {
    name: 'an address of another family than its version',
    given: { publicIPs: [{ name: 'a', ipAddress: '203.0.113.1', version: 'IPv6' }] },
    path: 'publicIPs[0].version',
    says: /no IPv6 address/,
  },
  {
    name: 'one subnet twice',
    given: net(a, { name: 'A', ranges: [] }),
    path: 'virtualNetwork.subnets[1].name',
    says: /already virtualNetwork\.subnets\[0\]/,
  },
  {
    name: 'subnets that overlap',
    given: net(a, { name: 'b', ranges: ['10.0.9.0/24'] }),
    path: 'virtualNetwork.subnets[1].ranges[0]',
    says: /overlaps 10\.0\.0\.0\/16 of subnet a/,
  },
  {
    name: 'a range that is none',
    given: net({ name: 'a', ranges: ['10.0.0.0'] }),
    path: 'virtualNetwork.subnets[0].ranges[0]',
    says: /not a range/,
  },
]

for (const { name, given, path, says } of rows)
  test(`contradicting facts: ${name}`, () => {
    const [found, second] = contradictionsIn(given)
    assert.equal(second, undefined)
    assert.equal(found?.code, 'LB_FACTS_CONTRADICTION')
    assert.equal(found.path, path)
    assert.match(found.message, says)
  })

const ask = (key: string, args?: string, given: JsonObject = facts): unknown => {
  const fact = answerFrom({ key, what: 'it', ...(args === undefined ? {} : { args }) }, given)
  return 'value' in fact ? fact.value : 'unknown' in fact ? fact.unknown : fact.problem
}

test('what the facts answer', () => {
  assert.equal((ask(networkKey) as JsonObject)['location'], 'westeurope')
  assert.equal((ask(publicIPsKey(undefined)) as readonly unknown[]).length, 3)
  assert.deepEqual(ask(publicIPsKey('other'), 'other'), [])
  assert.equal((ask(publicIPsKey('SHOP'), 'SHOP') as readonly unknown[]).length, 3)
  assert.equal(ask(publicIPsKey(undefined), undefined, {}), 'it')
  assert.equal(ask(namespaceKey('shop'), 'shop'), 'it')
  assert.deepEqual(ask(namespaceKey('shop'), 'shop', { namespaces: { shop: { labels: { team: 'x' } } } }), {
    team: 'x',
  })
})

const paths = (config: Partial<typeof defaultConfig>): readonly string[] =>
  checkConfig({ ...defaultConfig, ...config }).map(({ path }) => path)

test('settings that contradict themselves', () => {
  assert.deepEqual(paths({}), [])
  assert.deepEqual(paths({ loadBalancers: [{ name: 'a' }, { name: 'A' }] }), ['azure.loadBalancers[1]'])
  assert.deepEqual(paths({ loadBalancers: [{ name: 'a-internal' }] }), ['azure.loadBalancers[0]'])
  assert.deepEqual(paths({ loadBalancers: [{ name: 'a' }], clusterName: 'b' }), ['azure.loadBalancers'])
  assert.deepEqual(paths({ loadBalancers: [{ name: 'a' }], loadBalancerSku: 'basic' }), [
    'azure.loadBalancerSku',
  ])
  assert.deepEqual(paths({ sharedProbePath: 'healthz' }), ['azure.sharedProbePath'])
})
