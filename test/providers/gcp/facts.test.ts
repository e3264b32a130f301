import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as v from 'valibot'
import { contradictionsIn } from '../../../providers/gcp/facts-contradictions.ts'
import { answerFrom } from '../../../providers/gcp/facts-given.ts'
import { factsSchema } from '../../../providers/gcp/facts-schema.ts'
import type { Json, JsonObject } from '../../../src/lib/json.ts'

const base = { project: 'shop-prod', region: 'us-central1', network: 'prod' }

const rows: readonly { readonly name: string; readonly facts: JsonObject; readonly path?: string }[] = [
  { name: 'nothing', facts: {} },
  {
    name: 'all in one network',
    facts: { ...base, subnets: [{ name: 'a', network: 'prod', region: 'us-central1' }] },
  },
  {
    name: 'a subnet of another network',
    facts: { ...base, subnets: [{ name: 'a', network: 'dev' }] },
    path: 'subnets[0].network',
  },
  {
    name: 'a subnet of another region',
    facts: { ...base, subnets: [{ name: 'a', region: 'europe-west1' }] },
    path: 'subnets[0].region',
  },
  { name: 'a subnet twice', facts: { subnets: [{ name: 'a' }, { name: 'a' }] }, path: 'subnets[1].name' },
  {
    name: 'a subnet with a bad range',
    facts: { subnets: [{ name: 'a', cidr: '10.0.0.0/33' }] },
    path: 'subnets[0].cidr',
  },
  {
    name: 'IPv6 in a subnet without',
    facts: { subnets: [{ name: 'a', stackType: 'IPV4_ONLY', ipv6Cidr: 'fd00::/64' }] },
    path: 'subnets[0].ipv6Cidr',
  },
  {
    name: 'an address twice',
    facts: {
      addresses: [
        { name: 'a', address: '192.0.2.1' },
        { name: 'b', address: '192.0.2.1' },
      ],
    },
    path: 'addresses[1].address',
  },
  {
    name: 'an address that is none',
    facts: { addresses: [{ name: 'a', address: '192.0.2' }] },
    path: 'addresses[0].address',
  },
  {
    name: 'an address of another version',
    facts: { addresses: [{ name: 'a', address: '192.0.2.1', ipVersion: 'IPV6' }] },
    path: 'addresses[0].ipVersion',
  },
  {
    name: 'an internal one of the Standard tier',
    facts: {
      addresses: [{ name: 'a', address: '10.0.0.1', addressType: 'INTERNAL', networkTier: 'STANDARD' }],
    },
    path: 'addresses[0].networkTier',
  },
  {
    name: 'an address outside its subnet',
    facts: {
      subnets: [{ name: 's', cidr: '10.0.0.0/24' }],
      addresses: [{ name: 'a', address: '10.0.1.1', subnet: 's' }],
    },
    path: 'addresses[0].address',
  },
  {
    name: 'an address of no subnet',
    facts: { subnets: [{ name: 's' }], addresses: [{ name: 'a', address: '10.0.1.1', subnet: 'x' }] },
    path: 'addresses[0].subnet',
  },
]
for (const { name, facts, path } of rows)
  test(`facts: ${name}`, () => {
    assert.ok(v.safeParse(factsSchema, facts).success)
    const problems = contradictionsIn(facts)
    assert.deepEqual(
      problems.map((one) => one.path),
      path === undefined ? [] : [path],
    )
    for (const one of problems)
      assert.ok(
        one.code === 'LB_FACTS_CONTRADICTION' && one.value !== undefined && one.accepted !== undefined,
      )
  })

const answers: readonly (readonly [key: string, given: JsonObject, value: Json | undefined])[] = [
  ['gcp/address/front', {}, undefined],
  ['gcp/address/front', { addresses: [] }, null],
  [
    'gcp/address/2600::1',
    { addresses: [{ name: 'a', address: '2600:0::1/96' }] },
    { name: 'a', address: '2600:0::1/96' },
  ],
  ['gcp/subnet/front', { subnets: [] }, null],
  [
    'gcp/subnet/front',
    { ...base, subnets: [{ name: 'front' }] },
    { name: 'front', path: 'projects/shop-prod/regions/us-central1/subnetworks/front' },
  ],
  ['gcp/logging/shop/edge', { logging: { 'shop/edge': { enabled: true } } }, { enabled: true }],
  ['gcp/place', base, { ...base, network: 'projects/shop-prod/global/networks/prod' }],
]
for (const [key, given, value] of answers)
  test(`${key} from ${JSON.stringify(given)}`, () => {
    const answer = answerFrom({ key, what: 'it' }, given, [])
    assert.deepEqual(answer, value === undefined ? { key, unknown: 'it' } : { key, value })
  })
