import type {
  AllocateAddressRequest,
  AllocateAddressResult,
  DescribeAddressesRequest,
  DescribeAddressesResult,
  ReleaseAddressRequest,
} from '@aws-sdk/client-ec2'
import type { Action, Actions } from '../action.ts'
import { fault } from '../fault.ts'
import type { Address, Interface } from '../state/records.ts'
import { showTags } from '../state/tags.ts'
import type { World } from '../state/world.ts'
import { liveInterfaces } from './network-interfaces.ts'
import { notFound, query } from './query.ts'
import type { Queryable } from './query.ts'
import { specifiedTags } from './tags.ts'

const addresses: Queryable<Address> = {
  table: (world) => world.addresses,
  id: (address) => address.allocationId,
  notFound: 'InvalidAllocationID.NotFound',
  noun: 'allocation ID',
  fields: {
    'allocation-id': (address) => [address.allocationId],
    'public-ip': (address) => [address.publicIp],
    domain: () => ['vpc'],
  },
  tags: (address) => address.tags,
}

const holderOf = (world: World, address: Address): Interface | undefined =>
  liveInterfaces(world).find((item) => item.allocationId === address.allocationId)

const allocateAddress: Action<AllocateAddressRequest, AllocateAddressResult> = (world, input) => {
  const tags = specifiedTags(world, input.TagSpecifications, 'elastic-ip')
  const count = world.ids.count()
  const allocationId = world.ids.resource('eipalloc')
  const publicIp = `203.0.${112 + Math.floor(count / 250)}.${1 + (count % 250)}`
  world.addresses.put(allocationId, { allocationId, publicIp, tags })
  return {
    AllocationId: allocationId,
    PublicIp: publicIp,
    Domain: 'vpc',
    NetworkBorderGroup: world.region,
    PublicIpv4Pool: 'amazon',
  }
}

const describeAddresses: Action<DescribeAddressesRequest, DescribeAddressesResult> = (world, input) => {
  const { items } = query(world, addresses, input.AllocationIds, { Filters: input.Filters })
  return {
    Addresses: items
      .filter((address) => input.PublicIps === undefined || input.PublicIps.includes(address.publicIp))
      .map((address) => {
        const holder = holderOf(world, address)
        return {
          AllocationId: address.allocationId,
          PublicIp: address.publicIp,
          Domain: 'vpc' as const,
          NetworkBorderGroup: world.region,
          ...(holder === undefined
            ? {}
            : {
                AssociationId: `eipassoc-${address.allocationId.slice('eipalloc-'.length)}`,
                NetworkInterfaceId: holder.id,
                NetworkInterfaceOwnerId: world.account,
                PrivateIpAddress: holder.privateIp,
              }),
          Tags: showTags(address.tags),
        }
      }),
  }
}

const releaseAddress: Action<ReleaseAddressRequest, object> = (world, input) => {
  const address = world.addresses.get(input.AllocationId ?? '')
  if (address === undefined) throw notFound(addresses, input.AllocationId ?? '')
  if (holderOf(world, address) !== undefined)
    throw fault('InvalidIPAddress.InUse', `Address ${address.publicIp} is in use.`)
  world.addresses.remove(address.allocationId)
  return {}
}

export const addressActions: Actions = {
  AllocateAddress: allocateAddress,
  DescribeAddresses: describeAddresses,
  ReleaseAddress: releaseAddress,
}
