import { isIPv4, isIPv6 } from 'node:net'
import type {
  DeregisterTargetsInput,
  RegisterTargetsInput,
  TargetDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Action, Actions } from '../action.ts'
import { fault, invalid } from '../fault.ts'
import { inCidr } from '../state/addresses.ts'
import type { Target, TargetGroup } from '../state/records.ts'
import type { World } from '../state/world.ts'
import { inRange } from './checks.ts'
import { loadBalancerAt, targetGroupAt, usersOf } from './find.ts'
import { checkTargetQuota } from './target-quota.ts'
import { describeTargetHealth } from './target-health.ts'
import { liveTargets, targetKey } from './live-targets.ts'

/** Ranges a target address may come from beside its VPC, if its zone is given as "all". */
const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10']

/** All or nothing; a target that is there stays as it is, one that drains comes back. */
const registerTargets: Action<RegisterTargetsInput, object> = (world, input) => {
  const group = targetGroupAt(world, input.TargetGroupArn)
  const targets = checkedList(input.Targets).map((target) => readTarget(world, group, target))
  const present = liveTargets(world, group)
  const next = new Map(present)
  for (const target of targets) {
    const there = present.get(targetKey(target))
    if (there === undefined || there.drainedAt !== undefined) next.set(targetKey(target), target)
  }
  const serverIds = [...next.values()].flatMap(({ quicServerId, drainedAt }) =>
    quicServerId === undefined || drainedAt !== undefined ? [] : [quicServerId],
  )
  if (new Set(serverIds).size < serverIds.length)
    throw invalid('A QUIC server ID can be used by one target only')
  const registered = [...next.values()].filter((target) => target.drainedAt === undefined).length
  if (registered > world.limits.targetsPerTargetGroup)
    throw fault(
      'TooManyTargets',
      `The maximum number of targets for target group '${group.arn}' has been reached`,
    )
  for (const user of usersOf(world, group.arn))
    checkTargetQuota(world, loadBalancerAt(world, user), [], new Map([[group.arn, next]]))
  world.targets.set(group.arn, next)
  return {}
}

function readTarget(world: World, group: TargetGroup, given: TargetDescription): Target {
  const id = given.Id ?? ''
  const port = inRange('Port', given.Port ?? group.port, 1, 65535)
  if (group.targetType === 'instance') checkInstance(world, group, id)
  else if (group.targetType === 'ip') checkAddress(world, group, given)
  else if (world.loadBalancers.get(id)?.type !== 'application')
    throw fault('InvalidTarget', `'${id}' is not an Application Load Balancer`)
  if (given.AvailabilityZone !== undefined && group.targetType !== 'ip')
    throw invalid(`Availability Zone cannot be specified for targets of type '${group.targetType}'`)
  checkServerId(group, given.QuicServerId)
  return {
    id,
    port,
    registeredAt: world.clock.now(),
    healthyMs: world.switches.healthyMs,
    ...(given.AvailabilityZone === undefined ? {} : { zone: given.AvailabilityZone }),
    ...(given.QuicServerId === undefined ? {} : { quicServerId: given.QuicServerId }),
  }
}

/** By its server id QUIC finds a target again when the client has moved. */
function checkServerId(group: TargetGroup, id: string | undefined): void {
  const quic = group.protocol.includes('QUIC')
  if (!quic && id !== undefined) throw invalid(`QUIC server IDs are not supported with ${group.protocol}`)
  if (quic && !/^0x[0-9a-f]{16}$/.test(id ?? ''))
    throw invalid(`Targets of ${group.protocol} need a QUIC server ID of 0x and 16 lowercase hex digits`)
}

function checkInstance(world: World, group: TargetGroup, id: string): void {
  const instance = world.instances.get(id)
  if (!id.startsWith('i-') || instance === undefined)
    throw fault('InvalidTarget', `The following targets are not valid instances: '${id}'`)
  if (instance.state !== 'running')
    throw fault(
      'InvalidTarget',
      `The following targets are not in a running state and cannot be registered: '${id}'`,
    )
  if (world.subnets.get(instance.subnetId)?.vpcId !== group.vpcId)
    throw fault(
      'InvalidTarget',
      `The following targets are not in the target group VPC '${group.vpcId}': '${id}'`,
    )
}

function checkAddress(world: World, group: TargetGroup, given: TargetDescription): void {
  const id = given.Id ?? ''
  const vpc = world.vpcs.get(group.vpcId)
  if (group.ipAddressType === 'ipv6') {
    if (!isIPv6(id)) throw fault('InvalidTarget', `The IP address '${id}' is not a valid IPv6 address`)
    if (!inCidr(id, vpc?.ipv6Cidr))
      throw fault('InvalidTarget', `The IP address '${id}' is not within the VPC`)
    return
  }
  if (!isIPv4(id)) throw fault('InvalidTarget', `The IP address '${id}' is not a valid IPv4 address`)
  const within = inCidr(id, vpc?.cidr)
  if (within && given.AvailabilityZone === 'all')
    throw fault('InvalidTarget', `Availability Zone 'all' is not for the address '${id}' of the VPC itself`)
  if (within) return
  if (!privateRanges.some((range) => inCidr(id, range)))
    throw fault('InvalidTarget', `The IP address '${id}' is neither of the VPC nor of a private range`)
  if (given.AvailabilityZone !== 'all')
    throw fault(
      'InvalidTarget',
      `The IP address '${id}' is outside the VPC; its Availability Zone must be 'all'`,
    )
}

/** Without a port every target with that id goes. What is not registered is no error. */
const deregisterTargets: Action<DeregisterTargetsInput, object> = (world, input) => {
  const group = targetGroupAt(world, input.TargetGroupArn)
  const named = checkedList(input.Targets)
  const inUse = usersOf(world, group.arn).length > 0
  const next = new Map(liveTargets(world, group))
  for (const [key, target] of next) {
    const gone = named.some(
      (other) => other.Id === target.id && (other.Port === undefined || other.Port === target.port),
    )
    if (!gone || target.drainedAt !== undefined) continue
    if (inUse) next.set(key, { ...target, drainedAt: world.clock.now() })
    else next.delete(key)
  }
  world.targets.set(group.arn, next)
  return {}
}

function checkedList(targets: readonly TargetDescription[] | undefined): readonly TargetDescription[] {
  if (targets === undefined || targets.length === 0) throw invalid('A target must be specified')
  return targets
}

export const targetActions: Actions = {
  RegisterTargets: registerTargets,
  DeregisterTargets: deregisterTargets,
  DescribeTargetHealth: describeTargetHealth,
}
