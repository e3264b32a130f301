import type { Observed, Resource } from '../../../src/plan/resource.ts'
import type { Changes, Kind, Page, ReadResult } from '../../../src/provider/kind.ts'
import type { SecurityGroup, SecurityGroupRule } from '../api-ec2.ts'
import { chunks, filterLimit, pagesByToken } from '../pages.ts'
import { clusterTag, writeTags } from '../tags.ts'
import { deleteGroup, notOurs } from './delete-group.ts'
import { updateGroupTags } from './group-tags.ts'
import { observedGroup, observedOwnGroup, securityGroupForm } from './security-group-form.ts'
import { cannotChange, type KindDeps, orUndefined, text, textMap } from './shared.ts'
import { updateRules } from './update-rules.ts'

/** Groups that we make, and those of the nodes, which others made: only our rules in them are ours. */
export function securityGroupKind(
  deps: KindDeps,
  form: Kind | typeof securityGroupForm = securityGroupForm,
): Kind {
  return {
    ...form,
    list: (_cursor, signal) => listGroups(deps, signal),
    read: (seen, signal) => readGroup(deps, seen, signal),
    find: (want, signal) => findGroup(deps, want, signal),
    create: (want, _inside, signal) => createGroup(deps, want, signal),
    budget: () => 'ec2',
    update: (seen, want, changes, signal) => updateGroup(deps, seen, want, changes, signal),
    delete: (seen, signal) => deleteGroup(deps, seen, signal),
  }
}

/**
 * Groups with our tags, and those that hold rules of ours, with all their rules: what somebody added by hand beside ours
 * carries no tag, so the tagged rules only tell which groups to look into. A group of nodes that holds none any more is
 * absent, which says just that.
 */
async function listGroups(deps: KindDeps, signal: AbortSignal): Promise<Page> {
  const { clock, clusterUid } = deps
  if (clusterUid === undefined) return { items: [] }
  const asOf = clock.now()
  const tag = `tag:${clusterTag}`
  const [made, ours] = await Promise.all([
    groupsWhere(deps, { [tag]: [clusterUid] }, signal),
    rulesWhere(deps, tag, [clusterUid], signal),
  ])
  const own = new Map(made.map((group) => [group.GroupId, group]))
  const ids = [...new Set([...own.keys(), ...ours.map((rule) => rule.GroupId)])]
  if (ids.length === 0) return { items: [] }
  const rules = Map.groupBy(await rulesWhere(deps, 'group-id', ids, signal), (rule) => rule.GroupId)
  const seen = { clusterUid, asOf, depth: 'read' } as const
  const items = ids.map((id) => observed(id, own.get(id), rules.get(id) ?? [], seen))
  return { items }
}

type Seen = Parameters<typeof observedGroup>[2]

function observed(
  id: string,
  own: SecurityGroup | undefined,
  rules: readonly SecurityGroupRule[],
  seen: Seen,
): Observed {
  return (own && observedOwnGroup(own, rules, seen)) ?? observedGroup(id, rules, seen)
}

/** A group of the nodes is not ours to miss: of one that is gone no rules are shown, and a change is refused. */
async function readGroup(
  deps: KindDeps,
  { id, body }: Observed,
  signal: AbortSignal,
): Promise<ReadResult | undefined> {
  const seen = { clusterUid: deps.clusterUid, asOf: deps.clock.now(), depth: 'read' } as const
  const own = body === 'foreign' ? undefined : await groupAt(deps, id, signal)
  if (body !== 'foreign' && own === undefined) return undefined
  return { object: observed(id, own, await rulesWhere(deps, 'group-id', [id], signal), seen) }
}

async function groupAt(
  { api }: KindDeps,
  id: string,
  signal: AbortSignal,
): Promise<SecurityGroup | undefined> {
  const answer = await orUndefined(api.call('DescribeSecurityGroups', { GroupIds: [id] }, signal))
  return answer?.SecurityGroups?.[0]
}

/** By name, which is unique in its VPC: one without our tags has no owner. A group of the nodes is known by its id. */
async function findGroup(
  deps: KindDeps,
  want: Resource,
  signal: AbortSignal,
): Promise<ReadResult | undefined> {
  const seen = { clusterUid: deps.clusterUid, asOf: deps.clock.now(), depth: 'read' } as const
  if (want.body === 'foreign')
    return {
      object: observed(want.key, undefined, await rulesWhere(deps, 'group-id', [want.key], signal), seen),
    }
  const { spec } = want
  const named = { 'group-name': [text(spec, 'GroupName')], 'vpc-id': [text(spec, 'VpcId')] }
  const [own] = await groupsWhere(deps, named, signal)
  if (own === undefined) return undefined
  const rules = await rulesWhere(deps, 'group-id', [own.GroupId], signal)
  const ours = observedOwnGroup(own, rules, seen)
  const { body: _, ...others } = observedGroup(own.GroupId, rules, seen)
  return { object: ours ?? others }
}

/** The tags travel in the call, so that it is never nobody's; rules come next, so that nobody is let in before. */
async function createGroup(deps: KindDeps, want: Resource, signal: AbortSignal): Promise<Observed> {
  const { spec } = want
  if (want.body === 'foreign') throw notOurs('ec2:CreateSecurityGroup')
  const { api, clock, clusterUid } = deps
  const asOf = clock.now()
  const group = {
    GroupName: text(spec, 'GroupName'),
    Description: text(spec, 'Description'),
    VpcId: text(spec, 'VpcId'),
  }
  const Tags = writeTags(textMap(spec['Tags'], 'Tags'))
  const input = { ...group, TagSpecifications: [{ ResourceType: 'security-group', Tags }] } as const
  const { GroupId = '' } = await api.call('CreateSecurityGroup', input, signal)
  const made = observedOwnGroup({ GroupId, ...group, Tags }, [], { clusterUid, asOf, depth: 'read' })
  return made ?? { ...want, id: GroupId, parts: {}, out: { id: GroupId }, ...unread, asOf }
}

const unread = { state: 'ready', serving: 'unreadable', depth: 'read' } as const

/** One request: of rules while any are to change, then of tags. */
async function updateGroup(
  deps: KindDeps,
  seen: Observed,
  want: Resource,
  changes: Changes,
  signal: AbortSignal,
): Promise<Observed> {
  if (changes.parts.length > 0) return updateRules(deps, seen, want, changes.parts, signal)
  const tagged = await updateGroupTags(deps, seen, changes, signal)
  if (tagged !== undefined) return tagged
  throw cannotChange(seen, changes, 'ec2:ModifySecurityGroupRules')
}

async function groupsWhere(
  { api }: KindDeps,
  filters: Readonly<Record<string, readonly string[]>>,
  signal: AbortSignal,
): Promise<readonly SecurityGroup[]> {
  const Filters = Object.entries(filters).map(([Name, Values]) => ({ Name, Values }))
  return pagesByToken(async (page) => {
    const answer = await api.call('DescribeSecurityGroups', { Filters, MaxResults: 1000, ...page }, signal)
    return { items: answer.SecurityGroups ?? [], next: answer.NextToken }
  })
}

async function rulesWhere(
  { api }: KindDeps,
  filter: string,
  values: readonly string[],
  signal: AbortSignal,
): Promise<readonly SecurityGroupRule[]> {
  const rules = chunks(values, filterLimit).map((Values) =>
    pagesByToken(async (page) => {
      const input = { Filters: [{ Name: filter, Values }], MaxResults: 1000, ...page }
      const answer = await api.call('DescribeSecurityGroupRules', input, signal)
      return { items: answer.SecurityGroupRules ?? [], next: answer.NextToken }
    }),
  )
  return (await Promise.all(rules)).flat()
}
