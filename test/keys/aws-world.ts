import type { NodeObject } from '../../src/model/objects.ts'
import type { World } from '../support/plan-service.ts'

const zones = ['us-east-1a', 'us-east-1b'] as const

const subnet = (name: string, at: number, zone: string, isPublic: boolean) => ({
  id: `subnet-0${name}${zone.at(-1)}`,
  zone,
  zoneType: 'availability-zone',
  cidr: `10.0.${at}.0/24`,
  ipv6Cidr: `2001:db8:0:${at}::/64`,
  freeAddresses: 100,
  public: isPublic,
  tags: {
    Name: `${name}-${zone.at(-1)}`,
    [`kubernetes.io/role/${isPublic ? 'elb' : 'internal-elb'}`]: '1',
  },
})

const node = (name: string, zone: string, labels: Readonly<Record<string, string>>): NodeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'topology.kubernetes.io/zone': zone, ...labels } },
  spec: { providerID: `aws:///${zone}/i-0${name}` },
})

/** A VPC with a public and a private subnet in each of two zones, and two nodes in one group. */
export const awsWorld = {
  cluster: { name: 'prod', uid: '99999999-8888-7777-6666-555555555555' },
  nodes: [node('a', zones[0], { pool: 'edge' }), node('b', zones[1], { pool: 'work' })],
  facts: {
    network: {
      vpcId: 'vpc-0prod',
      region: 'us-east-1',
      ranges: ['10.0.0.0/16'],
      subnets: [
        ...zones.map((zone, at) => subnet('private', at + 11, zone, false)),
        ...zones.map((zone, at) => subnet('public', at + 1, zone, true)),
      ],
    },
    nodeGroups: {
      instances: { 'i-0a': ['sg-0nodes'], 'i-0b': ['sg-0nodes'] },
      groups: { 'sg-0nodes': { name: 'nodes', tags: { 'kubernetes.io/cluster/prod': 'owned' } } },
    },
    securityGroups: {
      'sg-0edge': { name: 'edge', vpcId: 'vpc-0prod', tags: { Name: 'edge' } },
      'sg-0more': { name: 'more', vpcId: 'vpc-0prod', tags: { Name: 'more' } },
      'sg-0a1b2c3d4e5f60718': { name: 'own', vpcId: 'vpc-0prod', tags: {} },
      'sg-0other': { name: 'other', vpcId: 'vpc-0other', tags: { Name: 'other' } },
    },
    elasticAddresses: {
      'eipalloc-0a': { address: '203.0.113.1' },
      'eipalloc-0b': { address: '203.0.113.2' },
      'eipalloc-0c': { address: '203.0.113.3', usedBy: 'i-0nat' },
    },
    prefixLists: { 'pl-0office': { name: 'office', family: 'IPv4', maxEntries: 10 } },
  },
} as const satisfies World
