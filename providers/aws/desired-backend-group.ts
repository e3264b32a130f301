import { ref, type Resource, unknown } from '../../src/plan/resource.ts'
import type { Peer } from './access.ts'
import { backendGroupName } from './names.ts'
import { clusterTags } from './tags.ts'
import type { Wish } from './wish.ts'

/** One group for all load balancers of the cluster: nodes let it in, so their own groups need few rules. */
export function backendGroup({ config, clusterName, context, vpcId, lb }: Wish): {
  readonly peer: Peer
  readonly resources: readonly Resource[]
} {
  const given = config.backendSecurityGroup
  if (given !== undefined) return { peer: { name: given, value: given }, resources: [] }
  const name = backendGroupName(clusterName, context.cluster.uid)
  const resource: Resource = {
    stack: 'backend-security-group',
    kind: 'security-group',
    key: 'backend',
    owners: [lb.owner],
    spec: {
      GroupName: name,
      Description: '[k8s] Shared Backend SecurityGroup for LoadBalancer',
      VpcId: vpcId ?? unknown('the VPC of the nodes'),
      Tags: {
        ...clusterTags({ cluster: context.cluster, clusterName, more: config.tags }),
        'elbv2.k8s.aws/resource': 'backend-sg',
      },
    },
    parts: {},
    purpose: 'all load balancers of the cluster are in it, so that nodes let in one group instead of many',
  }
  return { peer: { name, value: ref(resource, 'id') }, resources: [resource] }
}
