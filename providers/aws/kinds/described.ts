/**
 * Objects as `aws elbv2` and `aws ec2` describe them, for a facts file. What those commands tell in answers of their own
 * stands beside: `Tags`, `Attributes`, `Listeners`, `Targets`, `Rules`.
 */
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import { objectsIn } from '../../../src/lib/json-fields.ts'
import type { Observed, Part } from '../../../src/plan/resource.ts'
import type { Cluster } from '../../../src/provider/blueprint.ts'
import type { SecurityGroup, SecurityGroupRule } from '../api-ec2.ts'
import type { Attribute, Listener, LoadBalancer, Target, TargetGroup } from '../api-elbv2.ts'
import { backendRule, mtuRule } from '../rules.ts'
import { clusterOf, clusterTag, readTags, type Tags } from '../tags.ts'
import { observedListener } from './listener-form.ts'
import { observedLoadBalancer } from './load-balancer-form.ts'
import { observedGroup, observedOwnGroup } from './security-group-form.ts'
import { attributesOf } from './shared.ts'
import { observedTargetGroup } from './target-group-form.ts'

const tagsIn = (wire: JsonObject): Tags => readTags(objectsIn(wire, 'Tags'))

const attributesIn = (wire: JsonObject): Tags =>
  attributesOf(objectsIn(wire, 'Attributes') as unknown as readonly Attribute[])

const texts = (wire: JsonObject, ...fields: readonly string[]): boolean =>
  fields.every((field) => typeof wire[field] === 'string')

const types: readonly Json[] = ['network', 'application']

export function observeLoadBalancer(wire: JsonObject, cluster: Cluster): readonly Observed[] | undefined {
  const complete = texts(wire, 'LoadBalancerArn', 'LoadBalancerName', 'Scheme', 'Type')
  if (!complete || !types.includes(wire['Type'] ?? '')) return undefined
  const balancer = wire as unknown as LoadBalancer
  const seen = { tags: tagsIn(wire), clusterUid: cluster.uid, asOf: 0, attributes: attributesIn(wire) }
  const capacity = isObject(wire['MinimumLoadBalancerCapacity'])
    ? wire['MinimumLoadBalancerCapacity']['CapacityUnits']
    : undefined
  const object = observedLoadBalancer(
    { ...balancer, DNSName: balancer.DNSName ?? '' },
    { ...seen, ...(typeof capacity === 'number' ? { capacity } : {}) },
  )
  const listeners = objectsIn(wire, 'Listeners').map((one) => {
    const tags = tagsIn(one)
    const listener = { ...(one as unknown as Listener), LoadBalancerArn: balancer.LoadBalancerArn }
    const attributes = attributesIn(one)
    return observedListener(listener, { more: [], tags, parent: object, attributes, asOf: 0 })
  })
  return [object, ...listeners]
}

export function observeTargetGroup(wire: JsonObject, cluster: Cluster): readonly Observed[] | undefined {
  if (!texts(wire, 'TargetGroupArn', 'TargetGroupName')) return undefined
  const targets = objectsIn(wire, 'Targets').filter((one) => texts(one, 'Id')) as unknown as readonly Target[]
  const seen = {
    tags: tagsIn(wire),
    clusterUid: cluster.uid,
    asOf: 0,
    attributes: attributesIn(wire),
    targets,
  }
  return [observedTargetGroup(wire as unknown as TargetGroup, seen)]
}

/**
 * A rule that all Services may need is written for one of them. A file does not tell who else there is, so that such a
 * rule is the cluster's too, and no plan for some Services takes it from the others.
 */
function withShared(seen: Observed, clusterUid: string | undefined): Observed {
  const others = clusterOf({ [clusterTag]: clusterUid ?? '' }, clusterUid)
  if (others === undefined) return seen
  const parts = Object.entries(seen.parts ?? {}).map(([key, part]): [string, Part] => {
    const shared = part.foreign !== true && sharedRules.includes(part.spec['Description'] ?? '')
    return [key, shared ? { ...part, owners: [...part.owners, others] } : part]
  })
  return { ...seen, parts: Object.fromEntries(parts) }
}

const sharedRules: readonly Json[] = [backendRule, mtuRule]

/** One of ours by its tags; any other is a node's, of which only rules are ours. */
export function observeSecurityGroup(wire: JsonObject, { uid }: Cluster): readonly Observed[] | undefined {
  const { GroupId: id } = wire
  if (typeof id !== 'string') return undefined
  const rules = objectsIn(wire, 'Rules') as unknown as readonly SecurityGroupRule[]
  const seen = { clusterUid: uid, asOf: 0, depth: 'read' } as const
  const group = wire as unknown as SecurityGroup
  return [withShared(observedOwnGroup(group, rules, seen) ?? observedGroup(id, rules, seen), uid)]
}
