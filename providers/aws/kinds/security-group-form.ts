import { isObject } from '../../../src/lib/json.ts'
import type { Observed, Owner, Part, Parts } from '../../../src/plan/resource.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import type { SecurityGroup, SecurityGroupRule } from '../api-ec2.ts'
import { aggregated, isShared } from '../backend-rules.ts'
import { backendIdentity, backendTag } from '../desired-backend-group.ts'
import { groupResource } from '../desired-security-group.ts'
import { namedInRule, peerField, ruleKey } from '../rules.ts'
import { clusterOf, groupOf, keyTag, ownerOf, readTags } from '../tags.ts'
import { settleMs } from './shared.ts'

const peerOf = (rule: SecurityGroupRule): string =>
  rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? rule.ReferencedGroupInfo?.GroupId ?? ''

export const keyOfRule = (rule: SecurityGroupRule): string =>
  ruleKey({
    protocol: rule.IpProtocol,
    from: rule.FromPort ?? -1,
    to: rule.ToPort ?? -1,
    peer: peerOf(rule),
  })

function partOf(rule: SecurityGroupRule, holder: Owner | undefined): Part {
  const spec = {
    IpProtocol: rule.IpProtocol,
    FromPort: rule.FromPort ?? -1,
    ToPort: rule.ToPort ?? -1,
    [peerField(peerOf(rule))]: peerOf(rule),
    Description: rule.Description ?? '',
  }
  const id = rule.SecurityGroupRuleId
  if (holder === undefined) return { spec, owners: [], foreign: true, id }
  // What is the whole cluster's is nobody's in particular.
  return { spec: isShared(spec) ? spec : { ...spec, Holder: holder.uid }, owners: [holder], id }
}

/**
 * Whose each rule is. Ours carry our tags. One without tags whose description names the load balancer of a rule of ours
 * was added by hand beside it, and goes the way of that rule; all others are somebody else's.
 */
function holders(rules: readonly SecurityGroupRule[], clusterUid: string | undefined) {
  const byBalancer = new Map<string, Owner>()
  const tagged = rules.map((rule) => {
    const tags = readTags(rule.Tags)
    const owner = ownerOf(tags, clusterUid) ?? clusterOf(tags, clusterUid)
    const named = namedInRule(rule.Description)
    if (owner !== undefined && named !== undefined) byBalancer.set(named, owner)
    return { rule, owner }
  })
  return tagged.map(({ rule, owner }) => {
    if (owner !== undefined || (rule.Tags ?? []).length > 0) return { rule, holder: owner }
    return { rule, holder: byBalancer.get(namedInRule(rule.Description) ?? '') }
  })
}

interface SeenRules {
  readonly clusterUid: string | undefined
  readonly asOf: number
  readonly depth: Observed['depth']
}

/** The group of nodes with those of its ingress rules that an answer showed. */
export function observedGroup(id: string, shown: readonly SecurityGroupRule[], seen: SeenRules): Observed {
  return { ...groupResource(id), id, parts: partsOf(shown, seen), ...blank, ...pick(seen) }
}

function partsOf(shown: readonly SecurityGroupRule[], { clusterUid }: Pick<SeenRules, 'clusterUid'>): Parts {
  const parts: Record<string, Part> = {}
  const ingress = shown.filter((rule) => rule.IsEgress !== true)
  for (const { rule, holder } of holders(ingress, clusterUid)) {
    const key = keyOfRule(rule)
    // What is there twice for EC2's copies are late is one rule; ours before another's.
    if (parts[key] === undefined || parts[key].foreign === true) parts[key] = partOf(rule, holder)
  }
  return parts
}

/** A group that we made, by its tags; undefined for any other. In a Service's own group every rule is the Service's. */
export function observedOwnGroup(
  { GroupId: id, GroupName = '', Description = '', VpcId = '', Tags }: SecurityGroup,
  shown: readonly SecurityGroupRule[],
  seen: SeenRules,
): Observed | undefined {
  const tags = readTags(Tags)
  const { clusterUid } = seen
  const shared = tags[backendTag.key] === backendTag.value ? clusterOf(tags, clusterUid) : undefined
  const single = ownerOf(tags, clusterUid)
  const owner = single ?? groupOf(tags, clusterUid) ?? shared
  const key = shared === undefined ? tags[keyTag] : backendIdentity.key
  if (owner === undefined || key === undefined) return undefined
  const found = partsOf(shown, seen)
  const parts =
    single === undefined
      ? found
      : Object.fromEntries(Object.entries(found).map(([at, part]) => [at, taken(part, single)]))
  return {
    stack: shared === undefined ? owner.uid : backendIdentity.stack,
    kind: 'security-group',
    key,
    id,
    spec: { GroupName, Description, VpcId, Tags: tags },
    parts,
    owners: [owner],
    ...blank,
    out: { id },
    ...pick(seen),
  }
}

function taken({ foreign, ...part }: Part, owner: Owner): Part {
  return foreign === true ? { ...part, spec: { ...part.spec, Holder: owner.uid }, owners: [owner] } : part
}

const blank = { out: {}, state: 'ready', serving: 'unreadable' } as const

const pick = ({ asOf, depth }: { asOf: number; depth: Observed['depth'] }) => ({ asOf, depth })

/**
 * One rule serves all Services that need it, tagged and described for one of them: its holder. Who holds it stays the
 * holder while it needs the rule, so that Services that come and go do not rewrite it.
 */
export function packRules(
  parts: Parts,
  observed: Observed | undefined,
  growOnly: () => boolean = () => false,
): Parts {
  return Object.fromEntries(
    Object.entries(aggregated(parts, observed?.parts, growOnly)).map(([key, part]) => [
      key,
      isShared(part.spec) ? part : held(part, observed?.parts?.[key]),
    ]),
  )
}

function held(part: Part, seen: Part | undefined): Part {
  const [first] = part.owners
  if (first === undefined) return part
  const holder = seen?.foreign === true ? undefined : seen?.spec['Holder']
  const stays = holder !== first.uid && part.owners.some((owner) => owner.uid === holder)
  if (!stays || !isObject(seen?.spec)) return { ...part, spec: { ...part.spec, Holder: first.uid } }
  return {
    ...part,
    spec: { ...part.spec, Description: seen.spec['Description'] ?? '', Holder: holder ?? '' },
  }
}

export const securityGroupForm: Form = {
  name: 'security-group',
  ...usualForm,
  canonical: (spec) => spec,
  pack: packRules,
  packedFields: ['Description', 'Holder'],
  hiddenFields: ['Holder'],
  immutable: ['Description', 'VpcId'],
  kept: ['GroupName'],
  partRefs: ['ReferencedGroupId'],
  replace: 'never',
  nameIsUnique: true,
  servesTraffic: false,
  settleMs,
}
