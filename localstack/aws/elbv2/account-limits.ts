import type {
  DescribeAccountLimitsInput,
  DescribeAccountLimitsOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Action } from '../action.ts'
import { pageOf } from '../paging.ts'
import { badMarker, pageSize } from './checks.ts'

export const describeAccountLimits: Action<DescribeAccountLimitsInput, DescribeAccountLimitsOutput> = (
  world,
  input,
) => {
  const { limits } = world
  const all = [
    ['network-load-balancers', limits.networkLoadBalancers],
    ['application-load-balancers', limits.applicationLoadBalancers],
    ['target-groups', limits.targetGroups],
    ['listeners-per-network-load-balancer', limits.listenersPerLoadBalancer],
    ['listeners-per-application-load-balancer', limits.listenersPerLoadBalancer],
    ['targets-per-network-load-balancer', limits.targetsPerLoadBalancer],
    ['targets-per-availability-zone-per-network-load-balancer', limits.targetsPerZone],
    ['targets-per-target-group', limits.targetsPerTargetGroup],
    ['certificates-per-network-load-balancer', limits.certificatesPerLoadBalancer],
  ] as const
  const page = pageOf(all, pageSize(input.PageSize), input.Marker, ([name]) => name, badMarker)
  return {
    Limits: page.items.map(([Name, max]) => ({ Name, Max: String(max) })),
    ...(page.next === undefined ? {} : { NextMarker: page.next }),
  }
}
