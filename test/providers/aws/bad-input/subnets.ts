import { awsWorld } from '../../../keys/aws-world.ts'
import type { World } from '../../../support/plan-service.ts'
import { at, dual, type Row } from './row.ts'

const withSubnets = (
  change: (subnet: Readonly<Record<string, unknown>>, index: number) => object,
): World => ({
  facts: {
    ...awsWorld.facts,
    network: { ...awsWorld.facts.network, subnets: awsWorld.facts.network.subnets.map(change) },
  } as NonNullable<World['facts']>,
})

export const subnets: readonly Row[] = [
  {
    name: 'no subnet fits, with each reason',
    world: withSubnets((subnet, index) =>
      index === 2
        ? { ...subnet, freeAddresses: 3 }
        : index === 3
          ? { ...subnet, ipv6Cidr: undefined }
          : subnet,
    ),
    annotations: dual,
    code: 'LB_SUBNETS_NONE',
    path: 'spec.type',
    value: 'internet-facing',
    says: /subnet-0privatea lacks the tag.*subnet-0publica has 3 free.*subnet-0publicb has no IPv6/,
  },
  {
    name: 'none is tagged, and routes may not decide',
    world: withSubnets((subnet) => ({ ...subnet, tags: {} })),
    config: { subnetDiscovery: 'tags' },
    code: 'LB_SUBNETS_NONE',
    path: 'spec.type',
    value: 'internet-facing',
    says: /subnet-0publica lacks the tag kubernetes\.io\/role\/elb/,
  },
  {
    name: 'a named subnet without IPv6',
    annotations: { ...dual, subnets: 'public-a' },
    world: withSubnets((subnet) => ({ ...subnet, ipv6Cidr: undefined })),
    code: 'LB_SUBNET_WITHOUT_IPV6',
    path: at('subnets'),
    value: 'subnet-0publica',
    says: /ipv4/,
  },
  {
    name: 'two subnets of one zone',
    annotations: { subnets: 'public-a, private-a' },
    code: 'LB_SUBNETS_SAME_ZONE',
    path: at('subnets'),
    value: 'private-a',
    says: /us-east-1a/,
  },
  {
    name: 'zones of two kinds',
    annotations: { subnets: 'public-a, public-b' },
    world: withSubnets((subnet, index) => (index === 3 ? { ...subnet, zoneType: 'local-zone' } : subnet)),
    code: 'LB_SUBNETS_ZONE_TYPE',
    path: at('subnets'),
    value: 'public-a, public-b',
    says: /availability-zone, local-zone/,
  },
  {
    name: 'a subnet by no known name',
    annotations: { subnets: 'public-c' },
    code: 'LB_SUBNET_NOT_FOUND',
    path: at('subnets'),
    value: 'public-c',
    says: /subnet-0publica \(public-a\)/,
  },
]
