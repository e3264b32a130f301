import type {
  DeleteTargetGroupInput,
  DescribeTargetGroupsInput,
  DescribeTargetGroupsOutput,
  ModifyTargetGroupInput,
  ModifyTargetGroupOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Action, Actions } from '../action.ts'
import { fault, invalid } from '../fault.ts'
import { pageOf } from '../paging.ts'
import { listTime } from '../state/world.ts'
import { badMarker, pageSize } from './checks.ts'
import { createTargetGroup } from './create-target-group.ts'
import { loadBalancerAt, noTargetGroup, targetGroupAt, usersOf } from './find.ts'
import { readHealthCheck } from './health-check.ts'
import { showTargetGroup } from './show-target-group.ts'

/** Reads by ARN, of a group or of a load balancer, are fresh; by name, or of all, they are as late as lists are. */
const describeTargetGroups: Action<DescribeTargetGroupsInput, DescribeTargetGroupsOutput> = (
  world,
  input,
) => {
  const { TargetGroupArns: arns = [], Names: names = [], LoadBalancerArn: user } = input
  if ([arns.length > 0, names.length > 0, user !== undefined].filter(Boolean).length > 1)
    throw invalid('Target group ARNs, names and a load balancer ARN cannot be combined')
  if (arns.length > 0)
    return { TargetGroups: arns.map((arn) => showTargetGroup(world, targetGroupAt(world, arn))) }
  const asOf = user === undefined ? listTime(world) : world.clock.now()
  const all = world.targetGroups.list(asOf)
  if (names.length > 0) {
    const found = names.map((name) => all.find((group) => group.name === name))
    return {
      TargetGroups: found.map((group) => {
        if (group === undefined) throw noTargetGroup()
        return showTargetGroup(world, group, asOf)
      }),
    }
  }
  const balancer = user === undefined ? undefined : loadBalancerAt(world, user)
  const listed = all.filter(
    (group) => balancer === undefined || usersOf(world, group.arn).includes(balancer.arn),
  )
  const page = pageOf(listed, pageSize(input.PageSize), input.Marker, (group) => group.arn, badMarker)
  return {
    TargetGroups: page.items.map((group) => showTargetGroup(world, group, asOf)),
    ...(page.next === undefined ? {} : { NextMarker: page.next }),
  }
}

const modifyTargetGroup: Action<ModifyTargetGroupInput, ModifyTargetGroupOutput> = (world, input) => {
  const group = targetGroupAt(world, input.TargetGroupArn)
  if (input.HealthCheckEnabled === false)
    throw invalid('Health checks cannot be disabled for this target type')
  const changed = { ...group, healthCheck: readHealthCheck(group.protocol, input, group.healthCheck) }
  world.targetGroups.put(group.arn, changed)
  return { TargetGroups: [showTargetGroup(world, changed)] }
}

/** Deleting what is not there succeeds. */
const deleteTargetGroup: Action<DeleteTargetGroupInput, object> = (world, input) => {
  const arn = input.TargetGroupArn ?? ''
  if (!arn.includes(':targetgroup/')) throw invalid(`'${arn}' is not a valid target group ARN`)
  if (usersOf(world, arn).length > 0)
    throw fault('ResourceInUse', `Target group '${arn}' is currently in use by a listener or a rule`)
  world.targetGroups.remove(arn)
  world.targets.delete(arn)
  return {}
}

export const targetGroupActions: Actions = {
  CreateTargetGroup: createTargetGroup,
  DescribeTargetGroups: describeTargetGroups,
  ModifyTargetGroup: modifyTargetGroup,
  DeleteTargetGroup: deleteTargetGroup,
}
