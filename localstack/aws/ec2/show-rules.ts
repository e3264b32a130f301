import type { IpPermission, SecurityGroupRule } from '@aws-sdk/client-ec2'
import type { Rule } from '../state/records.ts'
import { showTags } from '../state/tags.ts'
import type { World } from '../state/world.ts'

/** One rule as DescribeSecurityGroupRules tells it. */
export function showRule(world: World, rule: Rule): SecurityGroupRule {
  const { peer } = rule
  return {
    SecurityGroupRuleId: rule.id,
    SecurityGroupRuleArn: `arn:aws:ec2:${world.region}:${world.account}:security-group-rule/${rule.id}`,
    GroupId: rule.groupId,
    GroupOwnerId: world.account,
    IsEgress: rule.egress,
    IpProtocol: rule.protocol,
    FromPort: rule.from,
    ToPort: rule.to,
    CidrIpv4: peer.kind === 'ipv4' ? peer.cidr : undefined,
    CidrIpv6: peer.kind === 'ipv6' ? peer.cidr : undefined,
    PrefixListId: peer.kind === 'prefixList' ? peer.prefixListId : undefined,
    ReferencedGroupInfo: peer.kind === 'group' ? { GroupId: peer.groupId, UserId: world.account } : undefined,
    Description: rule.description,
    Tags: showTags(rule.tags),
  }
}

/** Rules as DescribeSecurityGroups tells them: those of one protocol and range of ports in one permission. */
export function showPermissions(world: World, rules: readonly Rule[]): IpPermission[] {
  const groups = Map.groupBy(rules, (rule) => `${rule.protocol} ${rule.from} ${rule.to}`)
  return [...groups.values()].map((group) => showPermission(world, group))
}

function showPermission(world: World, rules: readonly Rule[]): IpPermission {
  const [first] = rules
  const all = first?.protocol === '-1'
  const permission = {
    IpProtocol: first?.protocol,
    ...(all ? {} : { FromPort: first?.from, ToPort: first?.to }),
    IpRanges: [] as NonNullable<IpPermission['IpRanges']>,
    Ipv6Ranges: [] as NonNullable<IpPermission['Ipv6Ranges']>,
    UserIdGroupPairs: [] as NonNullable<IpPermission['UserIdGroupPairs']>,
    PrefixListIds: [] as NonNullable<IpPermission['PrefixListIds']>,
  }
  for (const { peer, description } of rules) {
    const note = description === undefined ? {} : { Description: description }
    switch (peer.kind) {
      case 'ipv4':
        permission.IpRanges.push({ CidrIp: peer.cidr, ...note })
        break
      case 'ipv6':
        permission.Ipv6Ranges.push({ CidrIpv6: peer.cidr, ...note })
        break
      case 'group':
        permission.UserIdGroupPairs.push({ GroupId: peer.groupId, UserId: world.account, ...note })
        break
      case 'prefixList':
        permission.PrefixListIds.push({ PrefixListId: peer.prefixListId, ...note })
        break
    }
  }
  return permission
}
