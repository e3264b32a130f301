import assert from 'node:assert/strict'
import test from 'node:test'
import { seeded } from '../../../localstack/aws/state/seed.ts'
import { checkConfig, defaultConfig } from '../../../providers/aws/config.ts'
import { type Network, networkKey, regionOfZone } from '../../../providers/aws/facts.ts'
import { chooseGroups } from '../../../providers/aws/node-groups.ts'
import type { TargetNode } from '../../../src/model/nodes.ts'
import { createTestWorld, never, nodeNamed, readInput, readService, type TestWorld } from './world.ts'

const web = readInput('web.yaml')

async function ask(world: TestWorld, nodes: readonly TargetNode[]) {
  const lb = readService(web, world.provider)
  return world.provider.lookup(world.provider.lookups(lb, nodes), never)
}

test('the network: subnets with zone, reach and tags', async () => {
  const world = createTestWorld()
  const [fact] = await ask(world, world.nodes)
  assert.ok(fact !== undefined && 'value' in fact)
  const network = fact.value as unknown as Network
  assert.equal(network.vpcId, seeded.vpc)
  assert.equal(network.region, 'us-east-1')
  assert.deepEqual(network.ranges?.[0], '10.0.0.0/16')
  assert.deepEqual(
    network.subnets.map((subnet) => [subnet.id, subnet.zone, subnet.zoneType, subnet.public]),
    [
      ...['a', 'b', 'c'].map((zone) => [
        `subnet-0priv0${zone}`,
        `us-east-1${zone}`,
        'availability-zone',
        false,
      ]),
      ...['a', 'b', 'c'].map((zone) => [
        `subnet-0pub0${zone}`,
        `us-east-1${zone}`,
        'availability-zone',
        true,
      ]),
    ],
  )
})

test('without nodes the VPC must be configured', async () => {
  const [unknown] = await ask(createTestWorld(), [])
  assert.match((unknown as { unknown: string }).unknown, /no node is an instance yet/)
  const [known] = await ask(createTestWorld({}, { vpcId: seeded.vpc }), [])
  assert.ok(known !== undefined && 'value' in known && known.key === networkKey)
})

test('instances are asked for in chunks, and those that EC2 does not know are absent', async () => {
  const world = createTestWorld()
  const nodes = Array.from({ length: 401 }, (_, at) =>
    nodeNamed(`n${at}`, `i-${at.toString(16).padStart(4, '0')}`),
  )
  world.cloud.addInstance({ id: 'i-0000' })
  world.cloud.addInstance({ id: 'i-0190', groups: [seeded.defaultGroup, seeded.nodeGroup] })
  world.cloud.clearLog()
  const [, fact] = await ask(world, nodes)
  assert.ok(fact !== undefined && 'value' in fact)
  assert.deepEqual((fact.value as { instances: unknown }).instances, {
    'i-0000': [seeded.nodeGroup],
    'i-0190': [seeded.defaultGroup, seeded.nodeGroup],
  })
  assert.equal(world.cloud.counts()['ec2:DescribeInstances'], 4)
})

test('a refused lookup names its action', async () => {
  const world = createTestWorld()
  world.cloud.deny('ec2:DescribeRouteTables')
  await assert.rejects(ask(world, world.nodes), { kind: 'denied', op: 'ec2:DescribeRouteTables' })
})

const tagged = { name: 'nodes', tags: { 'kubernetes.io/cluster/demo': 'owned' } }
const plain = { name: 'other', tags: {} }

const groups = [
  { name: 'the only one', of: ['sg-1'], all: { 'sg-1': plain }, chosen: ['sg-1'], doubts: 0 },
  {
    name: 'the one tagged',
    of: ['sg-1', 'sg-2'],
    all: { 'sg-1': plain, 'sg-2': tagged },
    chosen: ['sg-2'],
    doubts: 0,
  },
  {
    name: 'the smallest of several tagged, with a warning',
    of: ['sg-3', 'sg-2'],
    all: { 'sg-3': tagged, 'sg-2': tagged },
    chosen: ['sg-2'],
    doubts: 1,
  },
  {
    name: 'the smallest of several when none is tagged, with a warning',
    of: ['sg-3', 'sg-2'],
    all: { 'sg-3': plain, 'sg-2': plain },
    chosen: ['sg-2'],
    doubts: 1,
  },
]

for (const row of groups)
  test(`node groups: ${row.name}`, () => {
    const facts = { instances: { 'i-1': row.of, 'i-2': row.of }, groups: row.all }
    const { groups: chosen, doubts } = chooseGroups(facts, 'demo')
    assert.deepEqual(chosen, row.chosen)
    assert.equal(doubts.length, row.doubts)
    assert.equal(chooseGroups(facts, 'demo').groups, chosen, 'computed once')
  })

const zones = [
  ['us-east-1a', 'us-east-1'],
  ['us-gov-west-1b', 'us-gov-west-1'],
  ['us-east-1-bos-1a', 'us-east-1'],
  ['us-east-1-wl1-bos-wlz-1', 'us-east-1'],
  ['nonsense', undefined],
] as const
for (const [zone, region] of zones) test(`region of ${zone}`, () => assert.equal(regionOfZone(zone), region))

test('settings that cannot be are named by their path', () => {
  const bad = {
    ...defaultConfig,
    region: 'Virginia',
    vpcId: 'my-vpc',
    endpoint: 'localhost:4566',
    nodeSecurityGroups: ['sg-1', 'nodes'],
    tags: { 'aws:x': '1' },
  }
  assert.deepEqual(
    checkConfig(bad).map((problem) => problem.path),
    ['aws.region', 'aws.vpcId', 'aws.endpoint', 'aws.nodeSecurityGroups[1]', 'aws.tags["aws:x"]'],
  )
  assert.deepEqual(checkConfig(defaultConfig), [])
})
