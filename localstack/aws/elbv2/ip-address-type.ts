import type { SetIpAddressTypeInput, SetIpAddressTypeOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Action } from '../action.ts'
import { misconfigured } from '../fault.ts'
import type { LoadBalancer } from '../state/records.ts'
import type { World } from '../state/world.ts'
import { oneOf } from './checks.ts'
import { listenersOf, loadBalancerAt } from './find.ts'
import { refuseUdpOnDualstack } from './listener-rules.ts'

export const setIpAddressType: Action<SetIpAddressTypeInput, SetIpAddressTypeOutput> = (world, input) => {
  const balancer = loadBalancerAt(world, input.LoadBalancerArn)
  const ipAddressType = oneOf('IP address type', input.IpAddressType ?? '', ['ipv4', 'dualstack'])
  const changed = { ...balancer, ipAddressType }
  checkIpAddressType(world, changed)
  world.loadBalancers.put(balancer.arn, changed)
  return { IpAddressType: ipAddressType }
}

/** Whether subnets, listeners and target groups allow a load balancer to be what it is about to be. */
export function checkIpAddressType(world: World, balancer: LoadBalancer): void {
  const listeners = listenersOf(world, balancer.arn)
  if (balancer.ipAddressType === 'dualstack') {
    for (const zone of balancer.zones) {
      if (world.subnets.get(zone.subnetId)?.ipv6Cidr === undefined)
        throw misconfigured(`The subnet '${zone.subnetId}' has no associated IPv6 CIDR block`)
    }
    for (const listener of listeners) refuseUdpOnDualstack(balancer, listener.protocol)
    return
  }
  const targets = listeners.flatMap((listener) => listener.forwards)
  if (targets.some((to) => world.targetGroups.get(to.targetGroupArn)?.ipAddressType === 'ipv6'))
    throw misconfigured('A load balancer with IPv6 target groups must be dualstack')
}
