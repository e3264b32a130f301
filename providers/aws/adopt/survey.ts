import type { JsonObject } from '../../../src/lib/json.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import type { Cluster } from '../../../src/provider/blueprint.ts'
import type { Kind, Page } from '../../../src/provider/kind.ts'
import type { TagsSeen } from '../api-call.ts'
import type { SecurityGroupRule } from '../api-ec2.ts'
import { observedClassic } from '../classic/form.ts'
import { classicKind } from '../classic/name.ts'
import { observedLoadBalancer } from '../kinds/load-balancer-form.ts'
import { observedGroup } from '../kinds/security-group-form.ts'
import type { KindDeps } from '../kinds/shared.ts'
import { observedTargetGroup } from '../kinds/target-group-form.ts'
import { chunks, filterLimit, pagesByMarker, pagesByToken } from '../pages.ts'
import { clusterTag, readTags, type Tags } from '../tags.ts'
import { isBalancer, tagsOf } from './become.ts'
import { controllerClusterTags, toldBy } from './peers.ts'

interface SurveyDeps extends KindDeps {
  readonly kinds: Readonly<Record<string, Kind>>
  readonly clusterName: (cluster: Cluster) => string
}

/** All load balancers, and in full what peers made for a cluster of this name; groups of the nodes as far as they may be taken. */
export async function survey(
  deps: SurveyDeps,
  cluster: Cluster,
  bodies: readonly string[],
  signal: AbortSignal,
): Promise<readonly Observed[]> {
  const name = deps.clusterName(cluster)
  const [balancers, classic, targets, nodes] = await Promise.all([
    loadBalancers(deps, signal),
    classicBalancers(deps, signal),
    targetGroups(deps, signal),
    nodeGroups(deps, bodies, signal),
  ])
  const found: Observed[] = [...nodes]
  const named = new Set<string>()
  for (const item of [...balancers, ...classic, ...targets]) {
    if (toldBy(tagsOf(item), name) === undefined) {
      if (isBalancer(item)) found.push(item)
      continue
    }
    const read = await deps.kinds[item.kind]?.read(item, signal)
    if (read === undefined) continue
    found.push(read.object, ...(read.inside ?? []))
    const groups = item.kind === classicKind ? read.object.spec['SecurityGroups'] : []
    for (const id of Array.isArray(groups) ? (groups as readonly string[]) : []) named.add(id)
  }
  return [...found, ...(await securityGroups(deps, [...named], signal))]
}

async function tagged<T>(
  deps: KindDeps,
  wires: readonly T[],
  arnOf: (wire: T) => string,
  signal: AbortSignal,
): Promise<readonly { readonly wire: T; readonly tags: Tags }[]> {
  const known = await deps.tags.listed(wires.map(arnOf), signal)
  return wires.map((wire) => ({ wire, tags: known.get(arnOf(wire)) ?? {} }))
}

async function loadBalancers(deps: KindDeps, signal: AbortSignal): Promise<Page['items']> {
  const { api, clock, clusterUid } = deps
  const asOf = clock.now()
  const wires = await pagesByMarker(async (page) => {
    const answer = await api.call('DescribeLoadBalancers', { PageSize: 400, ...page }, signal)
    return { items: answer.LoadBalancers ?? [], next: answer.NextMarker }
  })
  const all = await tagged(deps, wires, (wire) => wire.LoadBalancerArn, signal)
  return all.map(({ wire, tags }) => observedLoadBalancer(wire, { tags, clusterUid, asOf }))
}

async function targetGroups(deps: KindDeps, signal: AbortSignal): Promise<Page['items']> {
  const { api, clock, clusterUid } = deps
  const asOf = clock.now()
  const wires = await pagesByMarker(async (page) => {
    const answer = await api.call('DescribeTargetGroups', { PageSize: 400, ...page }, signal)
    return { items: answer.TargetGroups ?? [], next: answer.NextMarker }
  })
  const all = await tagged(deps, wires, (wire) => wire.TargetGroupArn, signal)
  return all.map(({ wire, tags }) => observedTargetGroup(wire, { tags, clusterUid, asOf }))
}

async function classicBalancers(deps: KindDeps, signal: AbortSignal): Promise<Page['items']> {
  const { api, clock, clusterUid } = deps
  const asOf = clock.now()
  const wires = await pagesByMarker(async (page) => {
    const answer = await api.call('elb:DescribeLoadBalancers', { PageSize: 400, ...page }, signal)
    return { items: answer.LoadBalancerDescriptions ?? [], next: answer.NextMarker }
  })
  const tags = new Map<string, TagsSeen | undefined>()
  for (const LoadBalancerNames of chunks(
    wires.map((wire) => wire.LoadBalancerName ?? ''),
    tagBatch,
  )) {
    const answer = await api.call('elb:DescribeTags', { LoadBalancerNames }, signal)
    for (const one of answer.TagDescriptions ?? []) tags.set(one.LoadBalancerName ?? '', one.Tags)
  }
  return wires.map((wire) => {
    const name = wire.LoadBalancerName ?? ''
    const body = { ...(wire as JsonObject), Tags: (tags.get(name) ?? []) as unknown as readonly JsonObject[] }
    return { ...observedClassic(name, body, clusterUid), asOf }
  })
}

/** AWS tells the tags of at most 20 in one answer. */
const tagBatch = 20

/** Groups that the AWS Load Balancer Controller made, and these, whole: their rules bear no tags, and are the group's. */
async function securityGroups(
  deps: KindDeps,
  named: readonly string[],
  signal: AbortSignal,
): Promise<readonly Observed[]> {
  const { api, clock, clusterUid } = deps
  const asOf = clock.now()
  const asked = [
    { Name: 'tag-key', Values: controllerClusterTags },
    ...chunks(named, filterLimit).map((Values) => ({ Name: 'group-id', Values })),
  ]
  const answers = asked.map((filter) =>
    pagesByToken(async (page) => {
      const input = { Filters: [filter], MaxResults: 1000, ...page }
      const answer = await api.call('DescribeSecurityGroups', input, signal)
      return { items: answer.SecurityGroups ?? [], next: answer.NextToken }
    }),
  )
  const wires = (await Promise.all(answers)).flat()
  const ids = wires.map((wire) => wire.GroupId)
  const rules = Map.groupBy(await rulesOf(deps, ids, signal), (rule) => rule.GroupId)
  return wires.map((wire) => {
    const id = wire.GroupId
    const group = observedGroup(id, rules.get(id) ?? [], { clusterUid, asOf, depth: 'read' })
    const { body: _foreign, ...own } = group
    const { GroupName = '', Description = '', VpcId = '' } = wire
    const spec: JsonObject = { GroupName, Description, VpcId, Tags: readTags(wire.Tags) }
    return { ...own, stack: '', key: id, spec, out: { id } }
  })
}

/** Of the nodes' groups, rules that bear no tags or ours: what somebody else tagged is his. */
async function nodeGroups(
  deps: KindDeps,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly Observed[]> {
  const { clock, clusterUid } = deps
  const asOf = clock.now()
  const rules = (await rulesOf(deps, ids, signal)).filter(
    ({ Tags: tags = [] }) => tags.length === 0 || readTags(tags)[clusterTag] === clusterUid,
  )
  const byGroup = Map.groupBy(rules, (rule) => rule.GroupId)
  return ids.map((id) => observedGroup(id, byGroup.get(id) ?? [], { clusterUid, asOf, depth: 'read' }))
}

async function rulesOf(
  { api }: KindDeps,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly SecurityGroupRule[]> {
  const rules = chunks(ids, filterLimit).map((Values) =>
    pagesByToken(async (page) => {
      const input = { Filters: [{ Name: 'group-id', Values }], MaxResults: 1000, ...page }
      const answer = await api.call('DescribeSecurityGroupRules', input, signal)
      return { items: answer.SecurityGroupRules ?? [], next: answer.NextToken }
    }),
  )
  return (await Promise.all(rules)).flat()
}
