import type {
  CreateAccessPointInput,
  CreateAccessPointOutput,
  DeleteAccessPointInput,
  DescribeAccessPointsInput,
  DescribeAccessPointsOutput,
} from '@aws-sdk/client-elastic-load-balancing'
import type { Action, Actions } from '../action.ts'
import { fault, invalid } from '../fault.ts'
import { badMarker, checkName, newTags, pageSize } from '../elbv2/checks.ts'
import { plugZones, readZones } from '../elbv2/zones.ts'
import { pageOf } from '../paging.ts'
import type { ClassicLoadBalancer } from '../state/classic.ts'
import { releaseInterfaces } from '../state/interfaces.ts'
import { elbArn, listTime, type World } from '../state/world.ts'
import { newAttributes } from './attributes.ts'
import { noLoadBalancer } from './find.ts'
import { newHealthCheck } from './health.ts'
import { standardPolicies, withListeners } from './listeners.ts'
import { groupsIn } from './place.ts'
import { dnsName, show } from './show.ts'

/** A name is taken whatever settings come with it, the same ones too. */
const createLoadBalancer: Action<CreateAccessPointInput, CreateAccessPointOutput> = (world, input) => {
  const name = input.LoadBalancerName ?? ''
  checkName('load balancer', name)
  if (input.AvailabilityZones !== undefined)
    throw invalid('In a VPC, subnets must be specified instead of Availability Zones')
  const scheme = input.Scheme ?? 'internet-facing'
  if (scheme !== 'internet-facing' && scheme !== 'internal')
    throw fault('InvalidScheme', `Invalid scheme '${scheme}'`)
  const zones = readZones(
    world,
    { Subnets: input.Subnets ?? [] },
    { type: 'network', scheme, ipAddressType: 'ipv4' },
  )
  const vpcId = world.subnets.get(zones[0]?.subnetId ?? '')?.vpcId ?? ''
  const groups = groupsIn(world, vpcId, input.SecurityGroups)
  const listeners = withListeners(world, [], input.Listeners ?? [])
  const tags = newTags(world, input.Tags)
  if (world.classicLoadBalancers.get(name) !== undefined)
    throw fault(
      'DuplicateLoadBalancerName',
      `Load Balancer named '${name}' already exists and it is configured with different parameters.`,
    )
  if (world.classicLoadBalancers.list().length >= world.limits.classicLoadBalancers)
    throw fault('TooManyLoadBalancers', 'The maximum number of load balancers has been reached')
  const arn = elbArn(world, `loadbalancer/${name}`)
  const balancer: ClassicLoadBalancer = {
    name,
    arn,
    number: world.ids.count(),
    scheme,
    vpcId,
    zones: plugZones(world, arn, groups, zones),
    securityGroups: groups,
    listeners,
    policies: standardPolicies(listeners),
    backends: {},
    instances: {},
    healthCheck: newHealthCheck(listeners),
    attributes: newAttributes,
    createdAt: world.clock.now(),
    tags,
  }
  world.classicLoadBalancers.put(name, balancer)
  return { DNSName: dnsName(world, balancer) }
}

/** By name it is as it is now; the list of all lags. */
const describeLoadBalancers: Action<DescribeAccessPointsInput, DescribeAccessPointsOutput> = (
  world,
  { LoadBalancerNames: names = [], PageSize, Marker },
) => {
  if (names.length > 0)
    return {
      LoadBalancerDescriptions: names.map((name) => {
        const found = world.classicLoadBalancers.get(name)
        if (found === undefined) throw noLoadBalancer(name)
        return show(world, found)
      }),
    }
  const all = world.classicLoadBalancers.list(listTime(world))
  const page = pageOf(all, pageSize(PageSize), Marker, (balancer) => balancer.name, badMarker)
  return {
    LoadBalancerDescriptions: page.items.map((balancer) => show(world, balancer)),
    ...(page.next === undefined ? {} : { NextMarker: page.next }),
  }
}

/** Deleting what is not there succeeds. */
const deleteLoadBalancer: Action<DeleteAccessPointInput, object> = (world: World, input) => {
  const balancer = world.classicLoadBalancers.get(input.LoadBalancerName ?? '')
  if (balancer === undefined) return {}
  world.classicLoadBalancers.remove(balancer.name)
  releaseInterfaces(world, (item) => item.owner === balancer.arn, world.switches.eniLingerMs)
  return {}
}

export const loadBalancerActions: Actions = {
  CreateLoadBalancer: createLoadBalancer,
  DescribeLoadBalancers: describeLoadBalancers,
  DeleteLoadBalancer: deleteLoadBalancer,
}
