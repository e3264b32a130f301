import type {
  ModifySecurityGroupRulesRequest,
  ModifySecurityGroupRulesResult,
  SecurityGroupRuleRequest,
  UpdateSecurityGroupRuleDescriptionsIngressRequest,
  UpdateSecurityGroupRuleDescriptionsIngressResult,
} from '@aws-sdk/client-ec2'
import type { Action, Actions } from '../action.ts'
import { fault } from '../fault.ts'
import type { Rule } from '../state/records.ts'
import type { World } from '../state/world.ts'
import { checkDescription, readPermissions } from './permissions.ts'
import type { Grant } from './permissions.ts'
import { missingRule, refuseTwins, ruleLike, rulesOf } from './security-group-rules.ts'
import { groupNamed } from './security-groups.ts'

const withDescription = (rule: Rule, description: string | undefined): Rule => {
  const { description: _, ...bare } = rule
  return description === undefined || description === '' ? bare : { ...bare, description }
}

/** Finds each rule by what it allows, or by its id, and gives it another description; none takes it away. */
const updateDescriptions: Action<
  UpdateSecurityGroupRuleDescriptionsIngressRequest,
  UpdateSecurityGroupRuleDescriptionsIngressResult
> = (world, input) => {
  const group = groupNamed(world, input.GroupId, input.GroupName)
  const present = rulesOf(world, group, false)
  const byGrant = readPermissions(world, group.vpcId, input.IpPermissions ?? []).map((grant) =>
    withDescription(ruleLike(present, grant), grant.description),
  )
  const byId = (input.SecurityGroupRuleDescriptions ?? []).map((named) => {
    const id = named.SecurityGroupRuleId ?? ''
    const rule = present.find((candidate) => candidate.id === id) ?? missingRule(id)
    return withDescription(rule, checkDescription(named.Description ?? ''))
  })
  if (byGrant.length + byId.length === 0)
    throw fault('MissingParameter', 'Either rules or descriptions of rules must be specified.')
  for (const rule of [...byGrant, ...byId]) world.rules.put(rule.id, rule)
  return { Return: true }
}

/** The rules keep their ids and tags; what they allow is replaced as a whole. */
const modifyRules: Action<ModifySecurityGroupRulesRequest, ModifySecurityGroupRulesResult> = (
  world,
  input,
) => {
  const group = groupNamed(world, input.GroupId)
  const present = rulesOf(world, group, false)
  const updates = input.SecurityGroupRules ?? []
  const changed = updates.map(({ SecurityGroupRuleId: id = '', SecurityGroupRule: wanted = {} }) => {
    const rule = present.find((candidate) => candidate.id === id) ?? missingRule(id)
    return { ...withDescription(rule, undefined), ...readRule(world, group.vpcId, wanted) }
  })
  const ids = new Set(changed.map((rule) => rule.id))
  const untouched = present.filter((rule) => !ids.has(rule.id))
  for (const [index, rule] of changed.entries())
    refuseTwins([...untouched, ...changed.slice(0, index)], [rule])
  for (const rule of changed) world.rules.put(rule.id, rule)
  return { Return: true }
}

function readRule(world: World, vpcId: string, wanted: SecurityGroupRuleRequest): Grant {
  const { IpProtocol, FromPort, ToPort, Description, CidrIpv4, CidrIpv6, ReferencedGroupId } = wanted
  const note = Description === undefined ? {} : { Description }
  const [grant, ...more] = readPermissions(world, vpcId, [
    {
      IpProtocol,
      FromPort,
      ToPort,
      IpRanges: CidrIpv4 === undefined ? [] : [{ CidrIp: CidrIpv4, ...note }],
      Ipv6Ranges: CidrIpv6 === undefined ? [] : [{ CidrIpv6, ...note }],
      UserIdGroupPairs: ReferencedGroupId === undefined ? [] : [{ GroupId: ReferencedGroupId, ...note }],
      PrefixListIds:
        wanted.PrefixListId === undefined ? [] : [{ PrefixListId: wanted.PrefixListId, ...note }],
    },
  ])
  if (grant === undefined || more.length > 0)
    throw fault('InvalidParameterCombination', 'A rule must name exactly one peer.')
  return grant
}

export const changeRuleActions: Actions = {
  UpdateSecurityGroupRuleDescriptionsIngress: updateDescriptions,
  ModifySecurityGroupRules: modifyRules,
}
