import type {
  CreateTargetGroupInput,
  CreateTargetGroupOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { equal } from '../../../src/lib/json.ts'
import type { Action } from '../action.ts'
import { fault, invalid, misconfigured } from '../fault.ts'
import type { TargetGroup } from '../state/records.ts'
import { elbArn } from '../state/world.ts'
import type { World } from '../state/world.ts'
import { missing } from '../wire/check-input.ts'
import { checkName, inRange, newTags, oneOf } from './checks.ts'
import { readHealthCheck } from './health-check.ts'
import { showTargetGroup } from './show-target-group.ts'
import { defaultTargetGroupAttributes } from './target-group-attributes.ts'

const protocols = ['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP', 'QUIC', 'TCP_QUIC'] as const

/** Idempotent: the same settings again answer with the target group that is there, whatever the tags. */
export const createTargetGroup: Action<CreateTargetGroupInput, CreateTargetGroupOutput> = (world, input) => {
  const name = input.Name ?? ''
  checkName('target group', name)
  const settings = readSettings(world, input)
  const tags = newTags(world, input.Tags)
  const there = world.targetGroups.list().find((group) => group.name === name)
  if (there !== undefined) {
    if (!equal(settingsOf(there), settings))
      throw fault(
        'DuplicateTargetGroupName',
        `A target group with the same name '${name}' exists, but with different settings`,
      )
    return { TargetGroups: [showTargetGroup(world, there)] }
  }
  if (world.targetGroups.list().length >= world.limits.targetGroups)
    throw fault('TooManyTargetGroups', 'The maximum number of target groups has been reached')
  const arn = elbArn(world, `targetgroup/${name}/${world.ids.suffix()}`)
  const group: TargetGroup = {
    ...settings,
    arn,
    name,
    attributes: defaultTargetGroupAttributes(settings),
    tags,
  }
  world.targetGroups.put(arn, group)
  world.targets.set(arn, new Map())
  return { TargetGroups: [showTargetGroup(world, group)] }
}

type Settings = Omit<TargetGroup, 'arn' | 'name' | 'attributes' | 'tags'>

function readSettings(world: World, input: CreateTargetGroupInput): Settings {
  const targetType = oneOf('Target type', input.TargetType ?? 'instance', ['instance', 'ip', 'alb'])
  if (input.Protocol === undefined) throw missing('elbv2', 'Protocol')
  if (input.Port === undefined) throw missing('elbv2', 'Port')
  if (input.VpcId === undefined) throw missing('elbv2', 'VpcId')
  const protocol = oneOf('Target group protocol', input.Protocol, protocols)
  if (targetType === 'alb' && protocol !== 'TCP')
    throw misconfigured(`Target type 'alb' is not supported with ${protocol}`)
  if (world.vpcs.get(input.VpcId) === undefined) throw invalid(`The VPC ID '${input.VpcId}' is not found`)
  if (input.HealthCheckEnabled === false)
    throw invalid('Health checks cannot be disabled for this target type')
  if (input.ProtocolVersion !== undefined && !protocol.startsWith('HTTP'))
    throw invalid(`Protocol version is not supported with ${protocol}`)
  const ipAddressType = oneOf('IP address type', input.IpAddressType ?? 'ipv4', ['ipv4', 'ipv6'])
  return {
    protocol,
    port: inRange('Port', input.Port, 1, 65535),
    vpcId: input.VpcId,
    targetType,
    ipAddressType,
    healthCheck: readHealthCheck(protocol, input),
    ...(protocol.startsWith('HTTP') ? { protocolVersion: input.ProtocolVersion ?? 'HTTP1' } : {}),
  }
}

/** As it stands now: a group that was modified since it was created is another one to a second create. */
function settingsOf(group: TargetGroup): Settings {
  const { arn: _arn, name: _name, attributes: _attributes, tags: _tags, ...settings } = group
  return settings
}
