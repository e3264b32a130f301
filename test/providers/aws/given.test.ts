import assert from 'node:assert/strict'
import { test } from 'node:test'
import { safeParse } from 'valibot'
import { createBlueprint } from '../../../providers/aws/blueprint.ts'
import type { GivenFacts } from '../../../src/provider/blueprint.ts'
import { awsWorld } from '../../keys/aws-world.ts'

const { facts } = createBlueprint({})

test('aws facts: the world of the key tests is as the schema says', async () => {
  const parsed = safeParse(await facts.schema(), awsWorld.facts)
  assert.deepEqual(parsed.issues, undefined)
  assert.deepEqual(facts.contradictions?.(awsWorld.facts), [])
})

const { network, nodeGroups, elasticAddresses } = awsWorld.facts
const [first, ...others] = network.subnets
assert.ok(first !== undefined)
const withFirst = (change: object): GivenFacts => ({
  network: { ...network, subnets: [{ ...first, ...change }, ...others] },
})

const rows: readonly {
  readonly name: string
  readonly given: GivenFacts
  readonly says: readonly string[]
}[] = [
  {
    name: 'a subnet outside its VPC',
    given: withFirst({ cidr: '172.16.0.0/24' }),
    says: ['network.subnets[0].cidr: subnet-0privatea lies outside the VPC'],
  },
  {
    name: 'a zone of another region',
    given: withFirst({ zone: 'eu-west-1a' }),
    says: ['network.subnets[0].zone: eu-west-1a is no zone of us-east-1'],
  },
  {
    name: 'zones of two regions, and none named',
    given: {
      network: {
        vpcId: 'vpc-1',
        subnets: [first, { ...others[0], zone: 'eu-west-1a' }],
      },
    },
    says: ['network.subnets[1].zone: eu-west-1a is no zone of us-east-1'],
  },
  {
    name: 'an id twice',
    given: { network: { ...network, subnets: [first, first] } },
    says: ['network.subnets[1].id: subnet-0privatea is network.subnets[0] already'],
  },
  {
    name: 'two subnets with the same addresses',
    given: withFirst({ cidr: '10.0.0.0/20' }),
    says: [
      'network.subnets[1].cidr: subnet-0privateb shares addresses with subnet-0privatea',
      'network.subnets[2].cidr: subnet-0publica shares addresses with subnet-0privatea',
      'network.subnets[3].cidr: subnet-0publicb shares addresses with subnet-0privatea',
    ],
  },
  {
    name: 'no range at all',
    given: withFirst({ ipv6Cidr: '2001:db8::/200' }),
    says: ['network.subnets[0].ipv6Cidr: "2001:db8::/200" has no valid prefix length'],
  },
  {
    name: 'a group of a node that is not described',
    given: { nodeGroups: { ...nodeGroups, instances: { 'i-0a': ['sg-0gone'] } } },
    says: ['nodeGroups.instances["i-0a"]: sg-0gone is not among nodeGroups.groups'],
  },
  {
    name: 'an elastic address twice',
    given: { elasticAddresses: { ...elasticAddresses, 'eipalloc-0d': { address: '203.0.113.1' } } },
    says: ['elasticAddresses["eipalloc-0d"].address: 203.0.113.1 is that of eipalloc-0a already'],
  },
  {
    name: 'an elastic address that is none',
    given: { elasticAddresses: { 'eipalloc-0d': { address: '203.0.113' } } },
    says: ['elasticAddresses["eipalloc-0d"].address: 203.0.113 is no address'],
  },
]

for (const { name, given, says } of rows)
  test(`aws facts: contradiction: ${name}`, () => {
    const problems = facts.contradictions?.(given) ?? []
    assert.deepEqual(
      problems.map(({ path, message }) => `${path}: ${message}`),
      says,
    )
    for (const { code, severity } of problems)
      assert.equal(`${severity} ${code}`, 'error LB_FACTS_CONTRADICTION')
  })

test('aws facts: what is not given is not known', () => {
  const asked = { key: 'aws/security-groups/x', what: 'the security groups of the VPC' }
  assert.deepEqual(facts.answer(asked, {}, []), { key: asked.key, unknown: asked.what })
  assert.deepEqual(facts.answer(asked, { securityGroups: {} }, []), { key: asked.key, value: {} })
})
