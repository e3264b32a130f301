import type {
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DeleteSecurityGroupRequest,
  DeleteSecurityGroupResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
} from '@aws-sdk/client-ec2'
import type { Action, Actions } from '../action.ts'
import { fault } from '../fault.ts'
import type { Rule, SecurityGroup } from '../state/records.ts'
import { showTags } from '../state/tags.ts'
import { listTime } from '../state/world.ts'
import type { World } from '../state/world.ts'
import { liveInterfaces } from './network-interfaces.ts'
import { notFound, query } from './query.ts'
import type { Queryable } from './query.ts'
import { showPermissions } from './show-rules.ts'
import { specifiedTags } from './tags.ts'

const rulesOf = (world: World, group: SecurityGroup): Rule[] =>
  world.rules.list().filter((rule) => rule.groupId === group.id)

const ingressPeers = (pick: (rule: Rule) => string | undefined) => (group: SecurityGroup, world: World) =>
  rulesOf(world, group).flatMap((rule) => (rule.egress ? [] : (pick(rule) ?? [])))

export const securityGroups: Queryable<SecurityGroup> = {
  table: (world) => world.securityGroups,
  id: (group) => group.id,
  notFound: 'InvalidGroup.NotFound',
  noun: 'security group',
  form: ['sg-', 'InvalidGroupId.Malformed'],
  fields: {
    'group-id': (group) => [group.id],
    'group-name': (group) => [group.name],
    'vpc-id': (group) => [group.vpcId],
    description: (group) => [group.description],
    'ip-permission.group-id': ingressPeers(({ peer }) => (peer.kind === 'group' ? peer.groupId : undefined)),
    'ip-permission.cidr': ingressPeers(({ peer }) => (peer.kind === 'ipv4' ? peer.cidr : undefined)),
    'ip-permission.protocol': ingressPeers((rule) => rule.protocol),
  },
  tags: (group) => group.tags,
}

export function groupNamed(world: World, id: string | undefined, name?: string): SecurityGroup {
  if (id === undefined && name === undefined)
    throw fault('MissingParameter', 'The request must contain the parameter groupName or groupId')
  const group =
    id === undefined
      ? world.securityGroups.list().find((candidate) => candidate.name === name)
      : world.securityGroups.get(id)
  if (group === undefined) throw notFound(securityGroups, id ?? name ?? '')
  return group
}

const describeSecurityGroups: Action<DescribeSecurityGroupsRequest, DescribeSecurityGroupsResult> = (
  world,
  input,
) => {
  const ids = input.GroupIds ?? input.GroupNames?.map((name) => groupNamed(world, undefined, name).id)
  const page = query(world, securityGroups, ids, input)
  const fresh = ids !== undefined && ids.length > 0
  const rules = Map.groupBy(world.rules.list(fresh ? undefined : listTime(world)), (rule) => rule.groupId)
  return {
    NextToken: page.next,
    SecurityGroups: page.items.map((group) => ({
      GroupId: group.id,
      GroupName: group.name,
      Description: group.description,
      OwnerId: world.account,
      VpcId: group.vpcId,
      SecurityGroupArn: groupArn(world, group.id),
      IpPermissions: permissions(world, rules.get(group.id), false),
      IpPermissionsEgress: permissions(world, rules.get(group.id), true),
      Tags: showTags(group.tags),
    })),
  }
}

const permissions = (world: World, rules: readonly Rule[] | undefined, egress: boolean) =>
  showPermissions(world, rules?.filter((rule) => rule.egress === egress) ?? [])

const groupArn = (world: World, id: string) =>
  `arn:aws:ec2:${world.region}:${world.account}:security-group/${id}`

const createSecurityGroup: Action<CreateSecurityGroupRequest, CreateSecurityGroupResult> = (world, input) => {
  const name = input.GroupName ?? ''
  const vpc = world.vpcs.get(input.VpcId ?? '')
  if (input.VpcId === undefined) throw fault('VPCIdNotSpecified', 'No default VPC for this user')
  if (vpc === undefined) throw fault('InvalidVpcID.NotFound', `The vpc ID '${input.VpcId}' does not exist`)
  checkText(name, 'GroupName')
  checkText(input.Description ?? '', 'GroupDescription')
  if (/^sg-/i.test(name))
    throw fault(
      'InvalidParameterValue',
      `Value (${name}) for parameter GroupName is invalid. Group names may not be in the format sg-*`,
    )
  const tags = specifiedTags(world, input.TagSpecifications, 'security-group')
  const groups = world.securityGroups.list()
  if (groups.some((group) => group.vpcId === vpc.id && group.name === name))
    throw fault('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${vpc.id}'`)
  if (groups.length >= world.limits.securityGroups)
    throw fault('SecurityGroupLimitExceeded', 'The maximum number of security groups has been reached.')
  const id = world.ids.resource('sg')
  world.securityGroups.put(id, { id, vpcId: vpc.id, name, description: input.Description ?? '', tags })
  const ruleId = world.ids.resource('sgr')
  world.rules.put(ruleId, {
    id: ruleId,
    groupId: id,
    egress: true,
    protocol: '-1',
    from: -1,
    to: -1,
    peer: { kind: 'ipv4', cidr: '0.0.0.0/0' },
    tags: {},
  })
  return { GroupId: id, SecurityGroupArn: groupArn(world, id), Tags: showTags(tags) }
}

function checkText(text: string, parameter: string): void {
  if (text === '' || text.length > 255 || !/^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]*$/.test(text))
    throw fault(
      'InvalidParameterValue',
      `Value (${text}) for parameter ${parameter} is invalid. Character sets beyond ASCII are not supported.`,
    )
}

const deleteSecurityGroup: Action<DeleteSecurityGroupRequest, DeleteSecurityGroupResult> = (world, input) => {
  const group = groupNamed(world, input.GroupId, input.GroupName)
  if (group.name === 'default')
    throw fault(
      'CannotDelete',
      `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
    )
  const referenced = world.rules
    .list()
    .some((rule) => rule.groupId !== group.id && rule.peer.kind === 'group' && rule.peer.groupId === group.id)
  const attached =
    liveInterfaces(world).some((item) => item.groups.includes(group.id)) ||
    world.instances.list().some((instance) => instance.groups.includes(group.id))
  if (referenced || attached)
    throw fault('DependencyViolation', `resource ${group.id} has a dependent object`)
  for (const rule of rulesOf(world, group)) world.rules.remove(rule.id)
  world.securityGroups.remove(group.id)
  return { Return: true, GroupId: group.id }
}

export const securityGroupActions: Actions = {
  DescribeSecurityGroups: describeSecurityGroups,
  CreateSecurityGroup: createSecurityGroup,
  DeleteSecurityGroup: deleteSecurityGroup,
}
