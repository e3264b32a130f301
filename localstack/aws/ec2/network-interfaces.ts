import type {
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
  NetworkInterface,
} from '@aws-sdk/client-ec2'
import type { Action, Actions } from '../action.ts'
import { isGone } from '../state/interfaces.ts'
import type { Interface } from '../state/records.ts'
import type { World } from '../state/world.ts'
import { query } from './query.ts'
import type { Queryable } from './query.ts'

export const liveInterfaces = (world: World): Interface[] =>
  world.interfaces.list().filter((item) => !isGone(world, item))

const networkInterfaces: Queryable<Interface> = {
  table: (world) => world.interfaces,
  id: (item) => item.id,
  notFound: 'InvalidNetworkInterfaceID.NotFound',
  noun: 'networkInterface ID',
  fields: {
    'network-interface-id': (item) => [item.id],
    description: (item) => [item.description],
    'group-id': (item) => item.groups,
    'subnet-id': (item) => [item.subnetId],
    'vpc-id': (item, world) => [world.subnets.get(item.subnetId)?.vpcId ?? ''],
    'availability-zone': (item, world) => [world.subnets.get(item.subnetId)?.zone ?? ''],
    'interface-type': (item) => [typeOf(item)],
    'requester-id': (item) => (isBalancers(item) ? ['amazon-elb'] : []),
    'attachment.attachment-id': (item) => [attachmentId(item)],
    'attachment.instance-owner-id': (item, world) => [attachedBy(world, item)],
    'attachment.instance-id': (item) => (item.owner.startsWith('i-') ? [item.owner] : []),
    'addresses.private-ip-address': (item) => [item.privateIp],
    status: () => ['in-use'],
  },
  tags: () => ({}),
  hidden: (item, world) => isGone(world, item),
}

function typeOf(item: Interface): 'network_load_balancer' | 'interface' {
  return item.owner.includes(':loadbalancer/net/') ? 'network_load_balancer' : 'interface'
}

const isBalancers = (item: Interface): boolean => item.owner.startsWith('arn:')

const attachmentId = (item: Interface): string =>
  `${isBalancers(item) ? 'ela-attach' : 'eni-attach'}-${item.id.slice('eni-'.length)}`

/** Load balancers attach interfaces as a service of AWS, instances as the account. */
const attachedBy = (world: World, item: Interface): string =>
  isBalancers(item) ? 'amazon-aws' : world.account

const describeNetworkInterfaces: Action<DescribeNetworkInterfacesRequest, DescribeNetworkInterfacesResult> = (
  world,
  input,
) => {
  const page = query(world, networkInterfaces, input.NetworkInterfaceIds, input)
  return { NextToken: page.next, NetworkInterfaces: page.items.map((item) => show(world, item)) }
}

function show(world: World, item: Interface): NetworkInterface {
  const subnet = world.subnets.get(item.subnetId)
  const address = world.addresses.get(item.allocationId ?? '')
  return {
    NetworkInterfaceId: item.id,
    Description: item.description,
    InterfaceType: typeOf(item),
    RequesterManaged: isBalancers(item),
    ...(isBalancers(item) ? { RequesterId: 'amazon-elb' } : {}),
    OwnerId: world.account,
    Status: 'in-use',
    SubnetId: item.subnetId,
    VpcId: subnet?.vpcId,
    AvailabilityZone: subnet?.zone,
    PrivateIpAddress: item.privateIp,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: item.privateIp }],
    Ipv6Addresses: item.ipv6 === undefined ? [] : [{ Ipv6Address: item.ipv6 }],
    Groups: item.groups.map((GroupId) => ({
      GroupId,
      GroupName: world.securityGroups.get(GroupId)?.name,
    })),
    Attachment: {
      AttachmentId: attachmentId(item),
      InstanceOwnerId: attachedBy(world, item),
      Status: 'attached',
      ...(item.owner.startsWith('i-') ? { InstanceId: item.owner, DeviceIndex: 0 } : {}),
    },
    Association:
      address === undefined
        ? undefined
        : { AllocationId: address.allocationId, PublicIp: address.publicIp, IpOwnerId: world.account },
    TagSet: [],
  }
}

export const networkInterfaceActions: Actions = { DescribeNetworkInterfaces: describeNetworkInterfaces }
