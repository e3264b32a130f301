import type { World } from '../../../localstack/aws/state/world.ts'
import { addPod, runWorkloads } from '../../../localstack/kubernetes/workloads.ts'
import type { ServiceSpec } from '../../../src/model/objects.ts'
import { awsWorld } from '../../keys/aws-world.ts'
import { awsBed } from './subject.ts'

const always = Number.NEGATIVE_INFINITY
const { network, securityGroups, elasticAddresses, prefixLists, nodeGroups } = awsWorld.facts

const vpcIds = ['vpc-0prod', 'vpc-0other']

/** The world that the cases of test/keys are planned in, as it stands in AWS. */
function seedKeys(world: World, clusterName: string): void {
  const cluster = `kubernetes.io/cluster/${clusterName}`
  for (const id of vpcIds)
    world.vpcs.put(id, { id, cidr: '10.0.0.0/16', ipv6Cidr: '2001:db8::/56', tags: {} }, always)
  for (const { id, zone, cidr, ipv6Cidr, freeAddresses, tags } of network.subnets)
    world.subnets.put(id, { id, vpcId: 'vpc-0prod', zone, cidr, ipv6Cidr, freeAddresses, tags }, always)
  const table = (id: string, main: boolean, subnetIds: readonly string[]) =>
    world.routeTables.put(
      id,
      { id, vpcId: 'vpc-0prod', main, subnetIds, tags: {}, ...(main ? {} : { gatewayId: 'igw-0prod' }) },
      always,
    )
  table('rtb-0private', true, [])
  table(
    'rtb-0public',
    false,
    network.subnets.filter((one) => one.public).map(({ id }) => id),
  )
  const group = (id: string, name: string, vpcId: string, tags: Record<string, string>) =>
    world.securityGroups.put(id, { id, vpcId, name, description: name, tags }, always)
  for (const [id, { name, vpcId, tags }] of Object.entries(securityGroups)) group(id, name, vpcId, tags)
  for (const [id, { name }] of Object.entries(nodeGroups.groups))
    group(id, name, 'vpc-0prod', { [cluster]: 'owned' })
  group('sg-0default', 'default', 'vpc-0prod', {})
  for (const [allocationId, { address }] of Object.entries(elasticAddresses))
    world.addresses.put(allocationId, { allocationId, publicIp: address, tags: {} }, always)
  for (const [id, { maxEntries }] of Object.entries(prefixLists)) world.prefixLists.set(id, maxEntries)
  for (const id of ['1', '2', '3'])
    world.certificates.add(
      `arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-00000000000${id}`,
    )
  world.certificates.add(
    'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
  )
}

/** A controller on that world, with its two nodes and some pods. */
export function keysBed() {
  const made = awsBed({ nodes: 0 }, { seedWorld: seedKeys })
  const { bed, cloud } = made
  for (const [at, node] of awsWorld.nodes.entries()) {
    const { name, labels = {} } = node.metadata
    const zone = labels['topology.kubernetes.io/zone'] ?? ''
    cloud.addInstance({ id: `i-0${name}`, az: zone, groups: ['sg-0nodes'] })
    bed.cluster.addNode({
      name,
      providerID: node.spec?.providerID ?? '',
      address: `10.0.${11 + at}.4`,
      zone,
      labels,
    })
  }
  bed.cluster.create('namespaces', { metadata: { name: 'shop' } })
  runWorkloads(bed.cluster)
  for (const [at, app] of ['web', 'web', 'next'].entries())
    addPod(bed.cluster, {
      namespace: 'shop',
      name: `${app}-${at}`,
      labels: { app },
      ips: [`10.0.11.${20 + at}`],
    })
  return made
}

/** What the cases start from. */
export const servicePorts: NonNullable<ServiceSpec['ports']> = [
  { name: 'http', protocol: 'TCP', port: 80, targetPort: 8080, nodePort: 30_080 },
]
