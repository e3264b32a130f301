import assert from 'node:assert/strict'
import test from 'node:test'
import type { Network, SubnetFact } from '../../../providers/aws/facts.ts'
import { chooseSubnets, type SubnetWish } from '../../../providers/aws/subnets.ts'

const ours = { 'kubernetes.io/cluster/demo': 'shared' }
const theirs = { 'kubernetes.io/cluster/other': 'owned' }
const elb = { 'kubernetes.io/role/elb': '1' }
const internal = { 'kubernetes.io/role/internal-elb': '' }

const subnet = (id: string, zone: string, more: Partial<SubnetFact> = {}): SubnetFact => ({
  id,
  zone: `us-east-1${zone}`,
  zoneType: 'availability-zone',
  cidr: '10.0.0.0/24',
  freeAddresses: 100,
  public: true,
  tags: {},
  ...more,
})

interface Row {
  readonly name: string
  readonly subnets: readonly SubnetFact[]
  readonly wish?: Partial<SubnetWish>
  readonly named?: string
  readonly chosen?: readonly string[]
  /** The code and what the message must say. */
  readonly problem?: readonly [string, RegExp]
  readonly hint?: RegExp
}

const rows: readonly Row[] = [
  {
    name: 'tagged for the role outranks reachable',
    subnets: [subnet('s1', 'a'), subnet('s2', 'a', { tags: elb, public: false })],
    chosen: ['s2'],
  },
  {
    name: 'a role tag may be empty, but not say something else',
    subnets: [
      subnet('s1', 'a', { tags: internal }),
      subnet('s2', 'b', { tags: { 'kubernetes.io/role/internal-elb': 'no' } }),
    ],
    wish: { scheme: 'internal' },
    chosen: ['s1'],
  },
  {
    name: 'without tags an internet-facing one takes those with a route to the internet',
    subnets: [subnet('s1', 'a'), subnet('s2', 'b', { public: false })],
    chosen: ['s1'],
  },
  {
    name: 'without tags an internal one takes those without',
    subnets: [subnet('s1', 'a'), subnet('s2', 'b', { public: false })],
    wish: { scheme: 'internal' },
    chosen: ['s2'],
  },
  {
    name: 'one in each zone: the own cluster first, then the smallest id',
    subnets: [
      subnet('s1', 'a'),
      subnet('s2', 'a', { tags: ours }),
      subnet('s4', 'b'),
      subnet('s3', 'b'),
      subnet('s0', 'c', { tags: { ...theirs, ...ours } }),
    ],
    chosen: ['s0', 's2', 's3'],
  },
  {
    name: 'a subnet of another cluster only is left to it',
    subnets: [subnet('s1', 'a', { tags: theirs }), subnet('s2', 'a')],
    chosen: ['s2'],
  },
  {
    name: 'too few free addresses',
    subnets: [subnet('s1', 'a', { freeAddresses: 7 }), subnet('s2', 'b', { freeAddresses: 8 })],
    chosen: ['s2'],
  },
  {
    name: 'one in use stays, although it has run full and a better one has come',
    subnets: [subnet('s1', 'a', { freeAddresses: 2 }), subnet('s0', 'a', { tags: ours })],
    wish: { inUse: new Set(['s1']) },
    chosen: ['s1'],
  },
  {
    name: 'ordinary zones outrank local ones',
    subnets: [subnet('s1', '-bos-1a', { zoneType: 'local-zone' }), subnet('s2', 'b')],
    chosen: ['s2'],
  },
  {
    name: 'none: each with its reason',
    subnets: [
      subnet('s1', 'a', { public: false }),
      subnet('s2', 'b', { tags: theirs }),
      subnet('s3', 'c', { freeAddresses: 3 }),
    ],
    problem: [
      'LB_SUBNETS_NONE',
      /s1 has no route to an internet gateway; s2 belongs to other, not to demo; s3 has 3 free addresses, 8 are needed/,
    ],
    hint: /^if this cluster is other, say so: --cluster-name other, .*; else tag one subnet in each zone/,
  },
  {
    name: 'none: several clusters have them',
    subnets: [
      subnet('s1', 'a', { tags: theirs }),
      subnet('s2', 'b', { tags: { 'kubernetes.io/cluster/third': 'owned' } }),
    ],
    problem: ['LB_SUBNETS_NONE', /s2 belongs to third, not to demo/],
    hint: /^tag one subnet in each zone/,
  },
  { name: 'none: the VPC is empty', subnets: [], problem: ['LB_SUBNETS_NONE', /vpc-1 has no subnet/] },
  {
    name: 'named by id and by Name tag, whatever else holds',
    subnets: [
      subnet('s1', 'a', { tags: theirs, freeAddresses: 0 }),
      subnet('s2', 'b', { tags: { Name: 'pub' } }),
    ],
    named: 's1, pub',
    chosen: ['s1', 's2'],
  },
  {
    name: 'one named twice counts once',
    subnets: [subnet('s1', 'a', { tags: { Name: 'pub' } })],
    named: 's1, pub',
    chosen: ['s1'],
  },
  {
    name: 'named and unknown: those that are there are told',
    subnets: [subnet('s1', 'a', { tags: { Name: 'pub' } })],
    named: 's9',
    problem: ['LB_SUBNET_NOT_FOUND', /vpc-1 has no subnet s9/],
  },
  {
    name: 'a name that two subnets have',
    subnets: [subnet('s1', 'a', { tags: { Name: 'pub' } }), subnet('s2', 'b', { tags: { Name: 'pub' } })],
    named: 'pub',
    problem: ['LB_SUBNET_NOT_FOUND', /2 subnets are named pub: s1, s2/],
  },
  {
    name: 'two named in one zone',
    subnets: [subnet('s1', 'a'), subnet('s2', 'a')],
    named: 's1,s2',
    problem: ['LB_SUBNETS_SAME_ZONE', /s2 and s1 are both in zone us-east-1a/],
  },
  {
    name: 'zones of two kinds named',
    subnets: [subnet('s1', 'a'), subnet('s2', '-bos-1a', { zoneType: 'local-zone' })],
    named: 's1,s2',
    problem: ['LB_SUBNETS_ZONE_TYPE', /availability-zone, local-zone/],
  },
]

for (const row of rows) {
  test(`subnets: ${row.name}`, () => {
    const network: Network = { vpcId: 'vpc-1', subnets: row.subnets }
    const value = row.named?.split(',').map((text) => text.trim()) ?? []
    const named = { value, key: 'subnets', raw: row.named ?? '', path: 'annotation' }
    const { subnets, problems } = chooseSubnets(network, {
      scheme: 'internet-facing',
      clusterName: 'demo',
      inUse: new Set(),
      schemePath: 'spec.type',
      ...(row.named === undefined ? {} : { named }),
      ...row.wish,
    })
    assert.deepEqual(
      subnets.map((one) => one.id),
      row.chosen ?? [],
    )
    assert.equal(problems[0]?.code, row.problem?.[0])
    if (row.hint !== undefined) assert.match(problems[0]?.hint ?? '', row.hint)
    if (row.problem !== undefined) assert.match(problems[0]?.message ?? '', row.problem[1])
  })
}
