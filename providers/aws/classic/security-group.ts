import { type Part, type Parts, ref, type Resource, unknown } from '../../../src/plan/resource.ts'
import { tagOrigins } from '../desired-load-balancer.ts'
import { groupResource } from '../desired-security-group.ts'
import { ruleKey, rulePart, type RuleTuple } from '../rules.ts'
import type { Wish } from '../wish.ts'

const everywhere = '0.0.0.0/0'

/** The group of cloud-provider-aws by name and description: who may connect, and the messages of path MTU discovery. */
export function classicGroup(wish: Wish, name: string): Resource {
  const { lb, vpcId } = wish
  const key = `${wish.scheme}/classic`
  return {
    stack: lb.owner.uid,
    kind: 'security-group',
    key,
    owners: [lb.owner],
    spec: {
      GroupName: `k8s-elb-${name}`,
      Description: `Security group for Kubernetes ELB ${name} (${lb.namespace}/${lb.name})`,
      VpcId: vpcId ?? unknown('the VPC of the nodes'),
      Tags: wish.tags(key),
    },
    parts: clientRules(wish),
    origins: tagOrigins(wish),
    purpose: 'the security group of the load balancer: who may connect to it',
  }
}

function clientRules({ lb }: Wish): Parts {
  const parts: Record<string, Part> = {}
  const add = (tuple: RuleTuple, path: string): void => {
    parts[ruleKey(tuple)] ??= rulePart(tuple, '', [lb.owner], path)
  }
  const ranges =
    lb.sourceRanges.length === 0
      ? [{ cidr: everywhere, path: 'spec.loadBalancerSourceRanges' }]
      : lb.sourceRanges
  for (const { port } of lb.ports)
    for (const { cidr, path } of ranges) add({ protocol: 'tcp', from: port, to: port, peer: cidr }, path)
  for (const { cidr, path } of ranges) add({ protocol: 'icmp', from: 3, to: 4, peer: cidr }, path)
  return parts
}

/** A Classic Load Balancer never shows who the client is, so the nodes let in all that comes from its group. */
export function nodeGroupRules({ lb, groups }: Wish, from: Resource | string): readonly Resource[] {
  const peer = typeof from === 'string' ? from : ref(from, 'id')
  const key = typeof from === 'string' ? from : `${lb.owner.uid}/${from.key}`
  const part: Part = {
    spec: { IpProtocol: '-1', FromPort: -1, ToPort: -1, SourceSecurityGroupId: peer, Description: '' },
    owners: [lb.owner],
    path: 'spec.type',
  }
  return (groups ?? ['<node security group>']).map((group) => ({
    ...groupResource(group),
    spec: groups === undefined ? { GroupId: unknown('the security group of the nodes') } : {},
    parts: { [`-1/${key}`]: part },
    owners: [lb.owner],
  }))
}
