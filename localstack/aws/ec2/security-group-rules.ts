import type {
  AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
  IpPermission,
  RevokeSecurityGroupEgressRequest,
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult,
  RevokedSecurityGroupRule,
} from '@aws-sdk/client-ec2'
import type { Action, Actions } from '../action.ts'
import { fault } from '../fault.ts'
import type { Rule, SecurityGroup } from '../state/records.ts'
import type { World } from '../state/world.ts'
import { grantKey, readPermissions } from './permissions.ts'
import type { Grant } from './permissions.ts'
import { notFound, query } from './query.ts'
import type { Queryable } from './query.ts'
import { groupNamed } from './security-groups.ts'
import { showRule } from './show-rules.ts'
import { specifiedTags } from './tags.ts'

const securityGroupRules: Queryable<Rule> = {
  table: (world) => world.rules,
  id: (rule) => rule.id,
  notFound: 'InvalidSecurityGroupRuleId.NotFound',
  noun: 'security group rule ID',
  form: ['sgr-', 'InvalidSecurityGroupRuleId.Malformed'],
  fields: { 'group-id': (rule) => [rule.groupId], 'security-group-rule-id': (rule) => [rule.id] },
  tags: (rule) => rule.tags,
}

const describeSecurityGroupRules: Action<
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult
> = (world, input) => {
  const page = query(world, securityGroupRules, input.SecurityGroupRuleIds, input)
  return { NextToken: page.next, SecurityGroupRules: page.items.map((rule) => showRule(world, rule)) }
}

export const rulesOf = (world: World, group: SecurityGroup, egress: boolean): Rule[] =>
  world.rules.list().filter((rule) => rule.groupId === group.id && rule.egress === egress)

type Authorize = Action<
  AuthorizeSecurityGroupIngressRequest | AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupIngressResult
>

/** Rules that let in and rules that let out are two lists under one set of laws. */
const authorize =
  (egress: boolean): Authorize =>
  (world, input) => {
    const group = groupNamed(world, input.GroupId, 'GroupName' in input ? input.GroupName : undefined)
    const grants = readPermissions(world, group.vpcId, permissionsOf(input))
    const tags = specifiedTags(world, input.TagSpecifications, 'security-group-rule')
    const present = rulesOf(world, group, egress)
    refuseTwins(present, grants)
    refuseTooMany(world, [...present, ...grants])
    const added = grants.map((grant) => {
      const rule: Rule = { ...grant, id: world.ids.resource('sgr'), groupId: group.id, egress, tags }
      world.rules.put(rule.id, rule)
      return rule
    })
    return { Return: true, SecurityGroupRules: added.map((rule) => showRule(world, rule)) }
  }

/** The short form names one IPv4 peer beside the group; the long form is a list of permissions. */
function permissionsOf(
  input: Pick<
    AuthorizeSecurityGroupIngressRequest,
    'IpPermissions' | 'CidrIp' | 'IpProtocol' | 'FromPort' | 'ToPort'
  >,
): readonly IpPermission[] {
  if (input.IpPermissions !== undefined && input.IpPermissions.length > 0) return input.IpPermissions
  if (input.CidrIp === undefined)
    throw fault('MissingParameter', 'The request must contain the parameter ipPermissions')
  const { IpProtocol, FromPort, ToPort, CidrIp } = input
  return [{ IpProtocol, FromPort, ToPort, IpRanges: [{ CidrIp }] }]
}

export function refuseTwins(present: readonly Grant[], grants: readonly Grant[]): void {
  const keys = new Set(present.map(grantKey))
  const twin = grants.find((grant) => keys.has(grantKey(grant)))
  if (twin !== undefined)
    throw fault('InvalidPermission.Duplicate', `the specified rule "peer: ${grantKey(twin)}" already exists`)
}

/** IPv4 and IPv6 rules are counted apart; a group counts in both, a prefix list as many times as it is long. */
function refuseTooMany(world: World, rules: readonly Grant[]): void {
  const count = (family: 'ipv4' | 'ipv6') =>
    rules.reduce((sum, { peer }) => {
      if (peer.kind === 'prefixList') return sum + (world.prefixLists.get(peer.prefixListId) ?? 1)
      return sum + (peer.kind === 'group' || peer.kind === family ? 1 : 0)
    }, 0)
  if (Math.max(count('ipv4'), count('ipv6')) > world.limits.rulesPerSecurityGroup)
    throw fault(
      'RulesPerSecurityGroupLimitExceeded',
      'The maximum number of rules per security group has been reached.',
    )
}

type Revoke = Action<
  RevokeSecurityGroupIngressRequest | RevokeSecurityGroupEgressRequest,
  RevokeSecurityGroupIngressResult
>

/** In a VPC that is not the default one, a rule that is not there refuses the whole call. */
const revoke =
  (egress: boolean): Revoke =>
  (world, input) => {
    const group = groupNamed(world, input.GroupId, 'GroupName' in input ? input.GroupName : undefined)
    const present = rulesOf(world, group, egress)
    const ids = input.SecurityGroupRuleIds ?? []
    const rules =
      ids.length > 0
        ? ids.map((id) => present.find((rule) => rule.id === id) ?? missingRule(id))
        : readPermissions(world, group.vpcId, permissionsOf(input)).map((grant) => ruleLike(present, grant))
    for (const rule of rules) world.rules.remove(rule.id)
    return {
      Return: true,
      RevokedSecurityGroupRules: rules.map((rule) => showRevoked(world, rule)),
    }
  }

function showRevoked(world: World, rule: Rule): RevokedSecurityGroupRule {
  const { SecurityGroupRuleArn: _arn, GroupOwnerId: _owner, Tags: _tags, ...shown } = showRule(world, rule)
  const { ReferencedGroupInfo: group, ...rest } = shown
  return { ...rest, ReferencedGroupId: group?.GroupId }
}

export function ruleLike(present: readonly Rule[], grant: Grant): Rule {
  const found = present.find((rule) => grantKey(rule) === grantKey(grant))
  if (found === undefined)
    throw fault('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.')
  return found
}

export function missingRule(id: string): never {
  throw notFound(securityGroupRules, id)
}

export const securityGroupRuleActions: Actions = {
  DescribeSecurityGroupRules: describeSecurityGroupRules,
  AuthorizeSecurityGroupIngress: authorize(false),
  AuthorizeSecurityGroupEgress: authorize(true),
  RevokeSecurityGroupIngress: revoke(false),
  RevokeSecurityGroupEgress: revoke(true),
}
