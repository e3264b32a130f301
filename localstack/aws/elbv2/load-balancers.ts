import type {
  DeleteLoadBalancerInput,
  DescribeLoadBalancersInput,
  DescribeLoadBalancersOutput,
  SetSecurityGroupsInput,
  SetSecurityGroupsOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Action, Actions } from '../action.ts'
import { fault, invalid, misconfigured } from '../fault.ts'
import { pageOf } from '../paging.ts'
import { releaseInterfaces } from '../state/interfaces.ts'
import { listTime } from '../state/world.ts'
import { badMarker, oneOf, pageSize } from './checks.ts'
import { createLoadBalancer, readGroups } from './create-load-balancer.ts'
import { listenersOf, loadBalancerAt, noLoadBalancer } from './find.ts'
import { setIpAddressType } from './ip-address-type.ts'
import { setSubnets } from './set-subnets.ts'
import { showLoadBalancer } from './show-load-balancer.ts'

/** Reads by ARN are fresh; by name, or of all, they are as late as lists are. */
const describeLoadBalancers: Action<DescribeLoadBalancersInput, DescribeLoadBalancersOutput> = (
  world,
  input,
) => {
  const { LoadBalancerArns: arns, Names: names } = input
  if (arns !== undefined && names !== undefined)
    throw invalid('Load balancer ARNs and names cannot both be specified')
  if (arns !== undefined && arns.length > 0) {
    if (arns.length > 20) throw invalid('At most 20 load balancer ARNs can be specified')
    const now = world.clock.now()
    return {
      LoadBalancers: arns.map((arn) => showLoadBalancer(world, loadBalancerAt(world, arn), now)),
    }
  }
  const asOf = listTime(world)
  const all = world.loadBalancers.list(asOf)
  if (names !== undefined && names.length > 0) {
    const found = names.map((name) => {
      const balancer = all.find((candidate) => candidate.name === name)
      if (balancer === undefined) throw noLoadBalancer(`Load balancers '[${name}]' not found`)
      return balancer
    })
    return { LoadBalancers: found.map((balancer) => showLoadBalancer(world, balancer, asOf)) }
  }
  const page = pageOf(all, pageSize(input.PageSize), input.Marker, (balancer) => balancer.arn, badMarker)
  return {
    LoadBalancers: page.items.map((balancer) => showLoadBalancer(world, balancer, asOf)),
    ...(page.next === undefined ? {} : { NextMarker: page.next }),
  }
}

/** Deleting what is not there succeeds; listeners go with their load balancer, target groups stay. */
const deleteLoadBalancer: Action<DeleteLoadBalancerInput, object> = (world, input) => {
  const balancer = world.loadBalancers.get(input.LoadBalancerArn ?? '')
  if (balancer === undefined) {
    if (!input.LoadBalancerArn?.includes(':loadbalancer/'))
      throw invalid(`'${input.LoadBalancerArn ?? ''}' is not a valid load balancer ARN`)
    return {}
  }
  if (balancer.attributes['deletion_protection.enabled'] === 'true')
    throw fault(
      'OperationNotPermitted',
      `Load balancer '${balancer.arn}' cannot be deleted because deletion protection is enabled`,
    )
  for (const listener of listenersOf(world, balancer.arn)) world.listeners.remove(listener.arn)
  world.loadBalancers.remove(balancer.arn)
  releaseInterfaces(world, (item) => item.owner === balancer.arn, world.switches.eniLingerMs)
  return {}
}

const setSecurityGroups: Action<SetSecurityGroupsInput, SetSecurityGroupsOutput> = (world, input) => {
  const balancer = loadBalancerAt(world, input.LoadBalancerArn)
  const groups = readGroups(world, input.SecurityGroups ?? [], balancer.vpcId)
  const network = balancer.type === 'network'
  if (network && balancer.securityGroups.length === 0)
    throw misconfigured(
      'Security groups cannot be set on a Network Load Balancer that was created without any',
    )
  if (groups.length === 0) throw invalid('At least one security group must be specified')
  const enforce = input.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic
  if (enforce !== undefined && !network)
    throw invalid('PrivateLink enforcement needs a Network Load Balancer')
  world.loadBalancers.put(balancer.arn, {
    ...balancer,
    securityGroups: groups,
    ...(enforce === undefined
      ? {}
      : { enforceOnPrivateLink: oneOf('PrivateLink enforcement', enforce, ['on', 'off']) }),
  })
  for (const item of world.interfaces.list()) {
    if (item.owner === balancer.arn) world.interfaces.put(item.id, { ...item, groups })
  }
  return {
    SecurityGroupIds: groups,
    ...(enforce === undefined ? {} : { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: enforce }),
  }
}

export const loadBalancerActions: Actions = {
  CreateLoadBalancer: createLoadBalancer,
  DescribeLoadBalancers: describeLoadBalancers,
  DeleteLoadBalancer: deleteLoadBalancer,
  SetSecurityGroups: setSecurityGroups,
  SetSubnets: setSubnets,
  SetIpAddressType: setIpAddressType,
}
