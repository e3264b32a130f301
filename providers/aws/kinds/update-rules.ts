import { equal, type JsonObject } from '../../../src/lib/json.ts'
import type { Observed, Owner, Part, PartChange, Resource } from '../../../src/plan/resource.ts'
import type { Tag } from '../api-call.ts'
import type { IpPermission } from '../api-ec2.ts'
import { holds, isShared } from '../backend-rules.ts'
import { clusterOf, clusterTag, serviceTag, uidTag } from '../tags.ts'
import { keyOfRule } from './security-group-form.ts'
import type { KindDeps } from './shared.ts'
import { text, number } from './shared.ts'

interface Update {
  readonly deps: KindDeps
  readonly seen: Observed
  readonly want: Resource
  readonly signal: AbortSignal
}

type Changes = readonly PartChange[]

/**
 * One request, in this order: a shared rule that grows, new rules of one holder, new descriptions, the tags of one new holder, and at last what
 * goes. What restricts or opens is in place before what it replaces is taken away.
 */
export async function updateRules(
  deps: KindDeps,
  seen: Observed,
  want: Resource,
  changes: Changes,
  signal: AbortSignal,
): Promise<Observed> {
  const update = { deps, seen, want, signal }
  const added = changes.filter((change) => change.action === 'add')
  for (const change of added) {
    const narrow = withinOf(seen, change)
    if (narrow !== undefined) return widen(update, change, narrow)
  }
  if (added.length > 0) return authorize(update, ofOneHolder(added))
  const changed = changes.filter((change) => change.action === 'change')
  const described = changed.filter((change) => differs(change, 'Description'))
  if (described.length > 0) return describe(update, described)
  if (changed.length > 0) return handOver(update, ofOneHolder(changed))
  return revoke(update, changes)
}

const idsOf = (seen: Observed, changes: Changes): readonly string[] =>
  changes.flatMap((change) => seen.parts?.[change.key]?.id ?? [])

const differs = (change: PartChange, field: string): boolean =>
  !equal(change.before?.[field], change.after?.[field])

function holderOf(change: PartChange): string {
  if (isShared(change.after ?? {})) return ''
  const holder = change.after?.['Holder']
  return typeof holder === 'string' ? holder : (change.owners[0]?.uid ?? '')
}

function ofOneHolder(changes: Changes): Changes {
  const [first] = changes
  return first === undefined ? [] : changes.filter((change) => holderOf(change) === holderOf(first))
}

/** The marks by which a rule is found again. A holder is one of the part's owners; the cluster's rules have none. */
function holderTags({ deps }: Update, [change]: Changes): readonly Tag[] {
  const uid = change === undefined ? '' : holderOf(change)
  if (uid === '') return [{ Key: clusterTag, Value: deps.clusterUid ?? '' }]
  const name = change?.owners.find((owner) => owner.uid === uid)?.name ?? uid
  return [
    { Key: clusterTag, Value: deps.clusterUid ?? '' },
    { Key: uidTag, Value: uid },
    { Key: serviceTag, Value: name },
  ]
}

const permission = (spec: JsonObject): IpPermission => ({
  IpProtocol: text(spec, 'IpProtocol'),
  FromPort: number(spec, 'FromPort'),
  ToPort: number(spec, 'ToPort'),
  ...peerOf(spec, text(spec, 'Description')),
})

function peerOf(spec: JsonObject, Description: string): Partial<IpPermission> {
  if ('ReferencedGroupId' in spec)
    return { UserIdGroupPairs: [{ GroupId: text(spec, 'ReferencedGroupId'), Description }] }
  if ('PrefixListId' in spec)
    return { PrefixListIds: [{ PrefixListId: text(spec, 'PrefixListId'), Description }] }
  if ('CidrIpv6' in spec) return { Ipv6Ranges: [{ CidrIpv6: text(spec, 'CidrIpv6'), Description }] }
  return { IpRanges: [{ CidrIp: text(spec, 'CidrIp'), Description }] }
}

/** `seen` after `changes`: those parts as asked for, or gone. */
function after(
  { seen, deps }: Update,
  asOf: number,
  changes: Changes,
  made: Readonly<Record<string, string>>,
): Observed {
  const parts: Record<string, Part> = { ...seen.parts }
  const cluster = clusterOf({ [clusterTag]: deps.clusterUid ?? '' }, deps.clusterUid)
  for (const { key, action, after: spec } of changes) {
    const id = made[key] ?? parts[key]?.id
    if (action === 'remove' || spec === undefined) delete parts[key]
    else
      parts[key] = { spec, owners: ownersAfter(changes, key, cluster), ...(id === undefined ? {} : { id }) }
  }
  return { ...seen, asOf, parts }
}

/** As a list would show it: only the holder is written on the rule. */
function ownersAfter(changes: Changes, key: string, cluster: Owner | undefined): Part['owners'] {
  const change = changes.find((one) => one.key === key)
  if (isShared(change?.after ?? {})) return cluster === undefined ? [] : [cluster]
  return (change?.owners ?? []).filter((owner) => change !== undefined && owner.uid === holderOf(change))
}

/** The rule of ours that a shared one is to take the place of: it lets in less of the same. */
function withinOf({ parts = {} }: Observed, { after: wide = {} }: PartChange): string | undefined {
  if (!isShared(wide)) return undefined
  return Object.keys(parts).find((key) => {
    const part = parts[key] as Part
    const { spec, foreign, id } = part
    const same = ['IpProtocol', 'ReferencedGroupId'].every((field) => spec[field] === wide[field])
    return same && foreign !== true && id !== undefined && isShared(spec) && holds({ spec: wide }, part)
  })
}

/** In place, so that there is no moment without what it let in, and no second rule. Its id and tags stay. */
async function widen(update: Update, change: PartChange, narrow: string): Promise<Observed> {
  const { deps, seen, signal } = update
  const asOf = deps.clock.now()
  const { after: spec = {} } = change
  const id = seen.parts?.[narrow]?.id ?? ''
  const SecurityGroupRule = {
    IpProtocol: text(spec, 'IpProtocol'),
    FromPort: number(spec, 'FromPort'),
    ToPort: number(spec, 'ToPort'),
    ReferencedGroupId: text(spec, 'ReferencedGroupId'),
    Description: text(spec, 'Description'),
  }
  const SecurityGroupRules = [{ SecurityGroupRuleId: id, SecurityGroupRule }]
  await deps.api.call('ModifySecurityGroupRules', { GroupId: seen.id, SecurityGroupRules }, signal)
  const parts = Object.fromEntries(Object.entries(seen.parts ?? {}).filter(([key]) => key !== narrow))
  return after({ ...update, seen: { ...seen, parts } }, asOf, [change], { [change.key]: id })
}

async function authorize(update: Update, changes: Changes): Promise<Observed> {
  const { deps, seen, signal } = update
  const asOf = deps.clock.now()
  const answer = await deps.api.call(
    'AuthorizeSecurityGroupIngress',
    {
      GroupId: seen.id,
      IpPermissions: changes.map((change) => permission(change.after ?? {})),
      TagSpecifications: [{ ResourceType: 'security-group-rule', Tags: holderTags(update, changes) }],
    },
    signal,
  )
  const made = (answer.SecurityGroupRules ?? []).map(
    (rule) => [keyOfRule(rule), rule.SecurityGroupRuleId] as const,
  )
  const ids = Object.fromEntries(made)
  const known = after(update, asOf, changes, ids)
  // A rule whose id was not told cannot be revoked by it: the group is read before anything else is done there.
  return changes.every(({ key }) => key in ids) ? known : { ...known, state: 'doubt' }
}

async function describe(update: Update, changes: Changes): Promise<Observed> {
  const { deps, seen, signal } = update
  const asOf = deps.clock.now()
  const SecurityGroupRuleDescriptions = changes.map((change) => ({
    SecurityGroupRuleId: seen.parts?.[change.key]?.id ?? '',
    Description: text(change.after ?? {}, 'Description'),
  }))
  await deps.api.call(
    'UpdateSecurityGroupRuleDescriptionsIngress',
    { GroupId: seen.id, SecurityGroupRuleDescriptions },
    signal,
  )
  const parts: Record<string, Part> = { ...seen.parts }
  for (const { key, after: spec } of changes) {
    const part = parts[key]
    if (part !== undefined)
      parts[key] = { ...part, spec: { ...part.spec, Description: spec?.['Description'] ?? '' } }
  }
  return { ...seen, asOf, parts }
}

async function handOver(update: Update, changes: Changes): Promise<Observed> {
  const { deps, seen, signal } = update
  const asOf = deps.clock.now()
  const Resources = idsOf(seen, changes)
  await deps.api.call('CreateTags', { Resources, Tags: holderTags(update, changes) }, signal)
  return after(update, asOf, changes, {})
}

async function revoke(update: Update, changes: Changes): Promise<Observed> {
  const { deps, seen, signal } = update
  const asOf = deps.clock.now()
  const SecurityGroupRuleIds = idsOf(seen, changes)
  if (SecurityGroupRuleIds.length > 0)
    await deps.api.call('RevokeSecurityGroupIngress', { GroupId: seen.id, SecurityGroupRuleIds }, signal)
  return after(update, asOf, changes, {})
}
