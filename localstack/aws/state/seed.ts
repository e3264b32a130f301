import type { World } from './world.ts'

const zones = ['a', 'b', 'c'] as const

/** Ids of the world a test starts in; they read well, so expectations can name them. */
export const seeded = {
  vpc: 'vpc-0a1',
  publicSubnets: ['subnet-0pub0a', 'subnet-0pub0b', 'subnet-0pub0c'],
  privateSubnets: ['subnet-0priv0a', 'subnet-0priv0b', 'subnet-0priv0c'],
  nodeGroup: 'sg-0node',
  defaultGroup: 'sg-0default',
  prefixList: 'pl-0office',
} as const

export const defaultCertificate = (region: string, account: string): string =>
  `arn:aws:acm:${region}:${account}:certificate/11111111-2222-4333-8444-555555555555`

/** One VPC over three zones, public and private, as an installer of clusters leaves it. */
export function seedWorld(world: World, clusterName: string): void {
  const cluster = `kubernetes.io/cluster/${clusterName}`
  const always = Number.NEGATIVE_INFINITY
  const vpcId = seeded.vpc
  world.vpcs.put(
    vpcId,
    {
      id: vpcId,
      cidr: '10.0.0.0/16',
      ipv6Cidr: '2600:1f18:a1::/56',
      tags: { Name: clusterName, [cluster]: 'shared' },
    },
    always,
  )
  for (const [index, zone] of zones.entries()) {
    const subnet = (id: string, block: number, role: string) =>
      world.subnets.put(
        id,
        {
          id,
          vpcId,
          zone: `${world.region}${zone}`,
          cidr: `10.0.${block}.0/24`,
          ipv6Cidr: `2600:1f18:a1:${block.toString(16)}::/64`,
          freeAddresses: 251,
          tags: { Name: `${clusterName}-${id}`, [cluster]: 'shared', [`kubernetes.io/role/${role}`]: '1' },
        },
        always,
      )
    subnet(seeded.publicSubnets[index] ?? '', index, 'elb')
    subnet(seeded.privateSubnets[index] ?? '', 10 + index, 'internal-elb')
  }
  world.routeTables.put(
    'rtb-0public',
    {
      id: 'rtb-0public',
      vpcId,
      main: false,
      subnetIds: seeded.publicSubnets,
      gatewayId: 'igw-0a1',
      tags: { Name: `${clusterName}-public` },
    },
    always,
  )
  world.routeTables.put(
    'rtb-0private',
    {
      id: 'rtb-0private',
      vpcId,
      main: true,
      subnetIds: seeded.privateSubnets,
      tags: { Name: `${clusterName}-private` },
    },
    always,
  )
  const group = (id: string, name: string, description: string, tags: Record<string, string>) =>
    world.securityGroups.put(id, { id, vpcId, name, description, tags }, always)
  group(seeded.defaultGroup, 'default', 'default VPC security group', {})
  group(seeded.nodeGroup, `${clusterName}-nodes`, 'Nodes of the cluster', {
    Name: `${clusterName}-nodes`,
    [cluster]: 'owned',
  })
  world.prefixLists.set(seeded.prefixList, 5)
  world.certificates.add(defaultCertificate(world.region, world.account))
}
