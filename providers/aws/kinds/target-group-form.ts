import type { JsonObject } from '../../../src/lib/json.ts'
import type { Observed, Part, Parts } from '../../../src/plan/resource.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import type { HealthCheckInput, Target, TargetGroup } from '../api-elbv2.ts'
import { webTargetDefaults } from '../application/attribute-defaults.ts'
import { keyTag, ownerOf, sharedTargetsTag, type Tags } from '../tags.ts'
import { sharedSet } from '../target-sets.ts'
import { targetKey } from '../targets.ts'
import { settleMs } from './shared.ts'

/** What a target group for TCP to instances has when nobody says otherwise. */
export const attributeDefaults: Tags = {
  'deregistration_delay.connection_termination.enabled': 'false',
  'deregistration_delay.timeout_seconds': '300',
  'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
  'preserve_client_ip.enabled': 'true',
  'proxy_protocol_v2.enabled': 'false',
  'stickiness.enabled': 'false',
  'stickiness.type': 'source_ip',
  'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
  'target_health_state.unhealthy.connection_termination.enabled': 'true',
  'target_health_state.unhealthy.draining_interval_seconds': '0',
}

/**
 * The attributes of a new one. Flows of datagrams end with the deregistration delay, connections do not; pods see the
 * load balancer instead of the client, except over datagrams.
 */
export function attributesOfNew({ Protocol: protocol, TargetType: type }: JsonObject): Tags {
  if (protocol === 'HTTP' || protocol === 'HTTPS') return webTargetDefaults
  const datagrams = typeof protocol === 'string' && /UDP|QUIC/.test(protocol)
  return {
    ...attributeDefaults,
    'deregistration_delay.connection_termination.enabled': String(datagrams),
    'preserve_client_ip.enabled': String(datagrams || type === 'instance'),
  }
}

export const healthFields = [
  'HealthCheckProtocol',
  'HealthCheckPort',
  'HealthCheckPath',
  'HealthCheckIntervalSeconds',
  'HealthCheckTimeoutSeconds',
  'HealthyThresholdCount',
  'UnhealthyThresholdCount',
  'Matcher',
] as const

/** A path and a matcher mean nothing to a TCP check. */
export function canonicalTargetGroup(spec: JsonObject): JsonObject {
  if (spec['HealthCheckProtocol'] !== 'TCP') return spec
  // To copy all fields but some is slow, and most have none of these.
  if (spec['HealthCheckPath'] === undefined && spec['Matcher'] === undefined) return spec
  const { HealthCheckPath: _path, Matcher: _matcher, ...rest } = spec
  return rest
}

export const healthInput = (spec: JsonObject): HealthCheckInput =>
  Object.fromEntries(
    healthFields.flatMap((field) => (spec[field] === undefined ? [] : [[field, spec[field]]])),
  )

interface Seen {
  readonly tags: Tags
  readonly clusterUid: string | undefined
  readonly asOf: number
  /** Both only where they were read. */
  readonly attributes?: Tags
  readonly targets?: readonly Target[]
  /** Keys of the targets that new connections go to. */
  readonly healthy?: readonly string[]
}

export function observedTargetGroup(wire: TargetGroup, seen: Seen): Observed {
  const { tags, clusterUid, asOf, attributes, targets } = seen
  const owner = ownerOf(tags, clusterUid)
  const owners = owner === undefined ? [] : [owner]
  const parts = targets === undefined ? undefined : targetParts(targets, wire, tags)
  return {
    stack: owner?.uid ?? '',
    kind: 'target-group',
    key: tags[keyTag] ?? wire.TargetGroupName,
    id: wire.TargetGroupArn,
    owners,
    spec: canonicalTargetGroup({
      Name: wire.TargetGroupName,
      Protocol: wire.Protocol ?? '',
      Port: wire.Port ?? 0,
      TargetType: wire.TargetType ?? '',
      ...(wire.IpAddressType === 'ipv6' ? { IpAddressType: 'ipv6' } : {}),
      VpcId: wire.VpcId ?? '',
      ...(healthInput(wire as unknown as JsonObject) as JsonObject),
      ...(attributes === undefined ? {} : { Attributes: attributes }),
      Tags: tags,
    }),
    ...(parts === undefined ? {} : { parts }),
    out: { arn: wire.TargetGroupArn },
    state: 'ready',
    serving: seen.healthy === undefined ? 'unreadable' : seen.healthy.length > 0,
    ...(seen.healthy === undefined ? {} : { healthy: sharedKeys(seen.healthy, parts) }),
    depth: attributes === undefined || targets === undefined ? 'listed' : 'read',
    asOf,
  }
}

const isUsual = (wire: TargetGroup, port: number): boolean =>
  wire.TargetType === 'instance' && port === wire.Port

export const partKey = (wire: TargetGroup, id: string, port = wire.Port ?? 0): string =>
  isUsual(wire, port) ? id : targetKey(id, port)

const keysOf = new WeakMap<Parts, readonly string[]>()

/** Where all of them answer, thousands of target groups hold one list. */
function sharedKeys(healthy: readonly string[], parts: Parts | undefined): readonly string[] {
  if (parts === undefined) return healthy
  const all = keysOf.get(parts) ?? Object.keys(parts)
  keysOf.set(parts, all)
  return all.length === healthy.length && healthy.every((key) => key in parts) ? all : healthy
}

/** Of targets that another cluster may have put there, none is taken away. */
function targetParts(targets: readonly Target[], wire: TargetGroup, tags: Tags): Parts {
  const marks: Partial<Part> = tags[sharedTargetsTag] === 'true' ? { foreign: true } : {}
  const parts: Record<string, Part> = {}
  let plain = marks.foreign !== true
  for (const { Id, Port = wire.Port ?? 0, AvailabilityZone } of targets) {
    const usual = isUsual(wire, Port)
    plain &&= usual
    // Of an address within the VPC it says the zone, which nobody asked for.
    const beside = AvailabilityZone === 'all' ? { AvailabilityZone } : {}
    parts[partKey(wire, Id, Port)] = {
      spec: usual ? { Id } : { Id, Port, ...beside },
      owners: [],
      ...(wire.TargetType === 'ip' ? { path: `pod/${Id}` } : {}),
      ...marks,
    }
  }
  return plain ? sharedSet(parts) : parts
}

const deregistrationDelay = 'deregistration_delay.timeout_seconds'

export const targetGroupForm: Form = {
  name: 'target-group',
  ...usualForm,
  canonical: canonicalTargetGroup,
  immutable: ['Protocol', 'Port', 'TargetType', 'IpAddressType', 'VpcId'],
  kept: ['Name'],
  defaults: (want) => ({ Attributes: attributesOfNew(want) }),
  replace: 'beside',
  drainMs: ({ Attributes: attributes }) =>
    1000 *
    Number((attributes as Tags | undefined)?.[deregistrationDelay] ?? attributeDefaults[deregistrationDelay]),
  nameIsUnique: true,
  servesTraffic: true,
  partsListed: false,
  settleMs,
}
