import { isObject } from '../../../src/lib/json.ts'
import type { Observed, Owner, Part, Parts } from '../../../src/plan/resource.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import type { SecurityGroupRule } from '../api-ec2.ts'
import { aggregated } from '../backend-rules.ts'
import { groupResource } from '../desired-security-group.ts'
import { namedInRule, peerField, ruleKey } from '../rules.ts'
import { ownerOf, readTags } from '../tags.ts'
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
  return holder === undefined
    ? { spec, owners: [], foreign: true, id }
    : { spec: { ...spec, Holder: holder.uid }, owners: [holder], id }
}

/**
 * Whose each rule is. Ours carry our tags. One without tags whose description names the load balancer of a rule of ours
 * was added by hand beside it, and goes the way of that rule; all others are somebody else's.
 */
function holders(rules: readonly SecurityGroupRule[], clusterUid: string | undefined) {
  const byBalancer = new Map<string, Owner>()
  const tagged = rules.map((rule) => {
    const owner = ownerOf(readTags(rule.Tags), clusterUid)
    const named = namedInRule(rule.Description)
    if (owner !== undefined && named !== undefined) byBalancer.set(named, owner)
    return { rule, owner }
  })
  return tagged.map(({ rule, owner }) => {
    if (owner !== undefined || (rule.Tags ?? []).length > 0) return { rule, holder: owner }
    return { rule, holder: byBalancer.get(namedInRule(rule.Description) ?? '') }
  })
}

/** One group by those of its ingress rules that an answer showed. */
export function observedGroup(
  id: string,
  shown: readonly SecurityGroupRule[],
  seen: { readonly clusterUid: string | undefined; readonly asOf: number; readonly depth: Observed['depth'] },
): Observed {
  const parts: Record<string, Part> = {}
  const ingress = shown.filter((rule) => rule.IsEgress !== true)
  for (const { rule, holder } of holders(ingress, seen.clusterUid)) {
    parts[keyOfRule(rule)] = partOf(rule, holder)
  }
  return { ...groupResource(id), id, parts, ...blank, ...pick(seen) }
}

const blank = { out: {}, state: 'ready', serving: 'unreadable' } as const

const pick = ({ asOf, depth }: { asOf: number; depth: Observed['depth'] }) => ({ asOf, depth })

/**
 * One rule serves all Services that need it, tagged and described for one of them: its holder. Who holds it stays the
 * holder while it needs the rule, so that Services that come and go do not rewrite it.
 */
export function packRules(parts: Parts, observed: Observed | undefined, growOnly = false): Parts {
  return Object.fromEntries(
    Object.entries(aggregated(parts, growOnly ? observed?.parts : undefined)).map(([key, part]) => [
      key,
      held(part, observed?.parts?.[key]),
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
  replace: 'never',
  nameIsUnique: true,
  servesTraffic: false,
  settleMs,
}
