import type {
  DescribeInstancesRequest,
  DescribeInstancesResult,
  Instance as InstanceShape,
} from '@aws-sdk/client-ec2'
import type { Action, Actions } from '../action.ts'
import type { Instance } from '../state/records.ts'
import { showTags } from '../state/tags.ts'
import type { World } from '../state/world.ts'
import { query } from './query.ts'
import type { Queryable } from './query.ts'

const codes = { pending: 0, running: 16, stopped: 80 } as const

export const instances: Queryable<Instance> = {
  table: (world) => world.instances,
  id: (instance) => instance.id,
  notFound: 'InvalidInstanceID.NotFound',
  noun: 'instance ID',
  form: ['i-', 'InvalidInstanceID.Malformed'],
  fields: {
    'instance-id': (instance) => [instance.id],
    'vpc-id': (instance, world) => [world.subnets.get(instance.subnetId)?.vpcId ?? ''],
    'subnet-id': (instance) => [instance.subnetId],
    'availability-zone': (instance, world) => [world.subnets.get(instance.subnetId)?.zone ?? ''],
    'private-dns-name': (instance, world) => [privateName(world, instance)],
    'private-ip-address': (instance) => [instance.privateIp],
    'instance-state-name': (instance) => [instance.state],
    'instance.group-id': (instance) => instance.groups,
  },
  tags: (instance) => instance.tags,
}

function privateName(world: World, instance: Instance): string {
  const domain = world.region === 'us-east-1' ? 'ec2.internal' : `${world.region}.compute.internal`
  return `ip-${instance.privateIp.replaceAll('.', '-')}.${domain}`
}

const describeInstances: Action<DescribeInstancesRequest, DescribeInstancesResult> = (world, input) => {
  const page = query(world, instances, input.InstanceIds, input)
  return {
    NextToken: page.next,
    Reservations: page.items.map((instance) => ({
      ReservationId: `r-${instance.id.slice(2)}`,
      OwnerId: world.account,
      Instances: [show(world, instance)],
    })),
  }
}

function show(world: World, instance: Instance): InstanceShape {
  const subnet = world.subnets.get(instance.subnetId)
  const groups = instance.groups.map((GroupId) => ({
    GroupId,
    GroupName: world.securityGroups.get(GroupId)?.name,
  }))
  return {
    InstanceId: instance.id,
    InstanceType: 'm7i.large',
    State: { Name: instance.state, Code: codes[instance.state] },
    PrivateDnsName: privateName(world, instance),
    PrivateIpAddress: instance.privateIp,
    SubnetId: instance.subnetId,
    VpcId: subnet?.vpcId,
    Placement: { AvailabilityZone: subnet?.zone, Tenancy: 'default' },
    SecurityGroups: groups,
    NetworkInterfaces: [
      {
        NetworkInterfaceId: instance.eniId,
        SubnetId: instance.subnetId,
        VpcId: subnet?.vpcId,
        PrivateIpAddress: instance.privateIp,
        Groups: groups,
        Attachment: { DeviceIndex: 0, Status: 'attached' },
      },
    ],
    Tags: showTags(instance.tags),
  }
}

export const instanceActions: Actions = { DescribeInstances: describeInstances }
