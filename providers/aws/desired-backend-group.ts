import { ref, type Resource, unknown } from '../../src/plan/resource.ts'
import type { Peer } from './access.ts'
import { backendGroupName } from './names.ts'
import { clusterTags } from './tags.ts'
import type { Wish } from './wish.ts'

/** Where the group is, and the tag that it is found by, which the AWS Load Balancer Controller uses too. */
export const backendIdentity = {
  stack: 'backend-security-group',
  kind: 'security-group',
  key: 'backend',
} as const
export const backendTag = { key: 'elbv2.k8s.aws/resource', value: 'backend-sg' } as const

/** One group for all load balancers of the cluster: nodes let it in, so their own groups need few rules. */
export function backendGroup({ config, clusterName, context, vpcId, lb }: Wish): {
  readonly peer: Peer
  readonly resources: readonly Resource[]
} {
  const given = config.backendSecurityGroup
  if (given !== undefined) return { peer: { name: given, value: given }, resources: [] }
  const name = backendGroupName(clusterName, context.cluster.uid)
  const resource: Resource = {
    ...backendIdentity,
    owners: [lb.owner],
    spec: {
      GroupName: name,
      Description: '[k8s] Shared Backend SecurityGroup for LoadBalancer',
      VpcId: vpcId ?? unknown('the VPC of the nodes'),
      Tags: {
        ...clusterTags({ cluster: context.cluster, clusterName, more: config.tags }),
        [backendTag.key]: backendTag.value,
      },
    },
    parts: {},
    purpose: 'all load balancers of the cluster are in it, so that nodes let in one group instead of many',
  }
  return { peer: { name, value: ref(resource, 'id') }, resources: [resource] }
}
