import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import { type Part, type Parts, ref, type Resource, unknown } from '../../../src/plan/resource.ts'
import { tagOrigins } from '../desired-load-balancer.ts'
import { groupResource } from '../desired-security-group.ts'
import { ruleKey, rulePart, type RuleTuple } from '../rules.ts'
import type { Wish } from '../wish.ts'

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
      ...namesOf(wish, name, key),
      VpcId: vpcId ?? unknown('the VPC of the nodes'),
      Tags: wish.tags(key),
    },
    parts: clientRules(wish),
    origins: tagOrigins(wish),
    purpose: 'the security group of the load balancer: who may connect to it',
  }
}

/** EC2 never changes a description: one that was made for a load balancer of another name serves as well. */
function namesOf({ lb, context }: Wish, name: string, key: string): JsonObject {
  const seen = context.observed.find((item) => item.kind === 'security-group' && item.key === key)
  const { GroupName, Description } = seen?.spec ?? {}
  return {
    GroupName: GroupName ?? `k8s-elb-${name}`,
    Description: Description ?? `Security group for Kubernetes ELB ${name} (${lb.namespace}/${lb.name})`,
  }
}

function clientRules({ lb, sources }: Wish): Parts {
  const parts: Record<string, Part> = {}
  const add = (tuple: RuleTuple, description: string, path: string): void => {
    parts[ruleKey(tuple)] ??= rulePart(tuple, description, [lb.owner], path)
  }
  for (const { port } of lb.ports)
    for (const { peer, path } of sources)
      add({ protocol: 'tcp', from: port, to: port, peer }, `clients of port ${port}`, path)
  for (const { peer, path } of sources)
    add({ protocol: 'icmp', from: 3, to: 4, peer }, 'path MTU discovery', path)
  return parts
}

/** A Classic Load Balancer never shows who the client is, so the nodes let in all that comes from its group. */
export function nodeGroupRules({ lb, groups, name }: Wish, from: Resource | Json): readonly Resource[] {
  const made = isResource(from)
  const rule: RuleTuple = {
    protocol: '-1',
    from: -1,
    to: -1,
    peer: made ? `${from.stack}/${from.key}` : typeof from === 'string' ? from : name,
    peerValue: made ? ref(from, 'id') : from,
  }
  const part = rulePart(rule, `all from ${lb.namespace}/${lb.name}`, [lb.owner], 'spec.type')
  return (groups ?? ['<node security group>']).map((group) => ({
    ...groupResource(group),
    spec: groups === undefined ? { GroupId: unknown('the security group of the nodes') } : {},
    parts: { [ruleKey(rule)]: part },
    owners: [lb.owner],
  }))
}

const isResource = (from: Resource | Json): from is Resource =>
  isObject(from) && 'stack' in from && 'owners' in from
