import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as v from 'valibot'
import { defaultConfig, checkConfig } from '../../../providers/openstack/config.ts'
import { contradictionsIn } from '../../../providers/openstack/facts-contradictions.ts'
import { answerFrom } from '../../../providers/openstack/facts-given.ts'
import { network, octavia } from '../../../providers/openstack/facts.ts'
import { factsSchema } from '../../../providers/openstack/facts-schema.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import { facts } from './world.ts'

test('facts: the schema takes what the tests give', () => {
  assert.deepEqual(v.parse(factsSchema, facts), facts)
  assert.deepEqual(contradictionsIn(facts), [])
})

test('facts: what is not given is not known, and networks mean nothing without subnets', () => {
  assert.deepEqual(answerFrom(octavia, {}), { key: octavia.key, unknown: octavia.what })
  assert.deepEqual(answerFrom(network, { networks: [] }), { key: network.key, unknown: network.what })
  assert.ok('value' in answerFrom(network, facts))
  assert.equal(answerFrom(network, facts).key, network.key)
})

const [floating] = facts.floatingIps
const [port] = facts.ports
const wrong: readonly {
  readonly name: string
  readonly given: object
  readonly said: readonly string[]
}[] = [
  {
    name: 'a subnet of no network',
    given: { ...facts, subnets: [{ ...facts.subnets[0], networkId: 'net-9' }], ports: [] },
    said: ['subnets[0].networkId there is no network net-9 among the networks'],
  },
  {
    name: 'a range that is none',
    given: { ...facts, subnets: [{ ...facts.subnets[0], cidr: '10.0.0.0' }] },
    said: ['subnets[0].cidr "10.0.0.0" is no range'],
  },
  {
    name: 'one id twice',
    given: { networks: [...facts.networks, ...facts.networks.slice(0, 1)] },
    said: ['networks[3].id net-public is networks[0] already'],
  },
  {
    name: 'a floating IP of a network inside',
    given: { ...facts, floatingIps: [{ ...floating, networkId: 'net-nodes' }] },
    said: ['floatingIps[0].networkId 203.0.113.10 cannot be of nodes, which is not external'],
  },
  {
    name: 'one address twice',
    given: { ...facts, floatingIps: [floating, { ...floating, id: 'fip-7' }] },
    said: ['floatingIps[1].address 203.0.113.10 is floatingIps[0] already'],
  },
  {
    name: 'an address outside its subnet',
    given: { ...facts, ports: [{ ...port, addresses: [{ subnetId: 'subnet-nodes', address: '10.9.9.9' }] }] },
    said: ['ports[0].addresses[0].address 10.9.9.9 is outside 10.0.1.0/24, the range of subnet-nodes'],
  },
  {
    name: 'a port in two networks',
    given: { ...facts, ports: [{ ...port, networkId: 'net-other' }] },
    said: ['ports[0].addresses[0].address subnet subnet-nodes is in network net-nodes, the port is not'],
  },
]

for (const { name, given, said } of wrong)
  test(`facts that contradict themselves: ${name}`, () => {
    const problems = contradictionsIn(JSON.parse(JSON.stringify(given)) as JsonObject)
    assert.deepEqual(
      problems.map(({ path, message }) => `${path} ${message}`),
      said,
    )
    assert.ok(problems.every(({ code, value }) => code === 'LB_FACTS_CONTRADICTION' && value !== undefined))
  })

const said = (config: object) =>
  checkConfig({ ...defaultConfig, ...config }).map(({ path, value }) => `${path} = ${value}`)

test('settings that cannot be', () => {
  assert.deepEqual(said({}), [])
  assert.deepEqual(said({ octaviaVersion: '3.1' }), ['openstack.octaviaVersion = 3.1'])
  assert.deepEqual(said({ ingressHostnameSuffix: '.nip.io' }), ['openstack.ingressHostnameSuffix = .nip.io'])
  assert.deepEqual(said({ nodeSecurityGroups: ['sg-1'] }), ['openstack.nodeSecurityGroups = sg-1'])
  assert.deepEqual(said({ lbProvider: 'ovn', lbMethod: 'ROUND_ROBIN' }), ['openstack.lbMethod = ROUND_ROBIN'])
  assert.deepEqual(said({ floatingSubnet: '~(' }), ['openstack.floatingSubnet = ~('])
  assert.deepEqual(said({ classes: { edge: { floatingSubnet: '~(' } } }), [
    'openstack.classes["edge"].floatingSubnet = ~(',
  ])
})
