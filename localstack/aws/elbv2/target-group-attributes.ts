import type {
  DescribeTargetGroupAttributesInput,
  DescribeTargetGroupAttributesOutput,
  ModifyTargetGroupAttributesInput,
  ModifyTargetGroupAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Action, Actions } from '../action.ts'
import { invalid, misconfigured } from '../fault.ts'
import type { TargetGroup } from '../state/records.ts'
import { changeAttributes, showAttributes, yesNo } from './attributes.ts'
import type { Rule } from './attributes.ts'
import { targetGroupAt } from './find.ts'

type Kind = Pick<TargetGroup, 'protocol' | 'targetType'>

const counts = Array.from({ length: 1000 }, (_, index) => String(index + 1))
const percentages = ['off', ...Array.from({ length: 100 }, (_, index) => String(index + 1))]

const shared: Readonly<Record<string, Rule>> = {
  'deregistration_delay.timeout_seconds': { low: 0, high: 3600 },
  'stickiness.enabled': yesNo,
  'load_balancing.cross_zone.enabled': ['true', 'false', 'use_load_balancer_configuration'],
  'target_group_health.dns_failover.minimum_healthy_targets.count': ['off', ...counts],
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': percentages,
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': counts,
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': percentages,
}

const networkRules: Readonly<Record<string, Rule>> = {
  ...shared,
  'stickiness.type': ['source_ip'],
  'deregistration_delay.connection_termination.enabled': yesNo,
  'preserve_client_ip.enabled': yesNo,
  'proxy_protocol_v2.enabled': yesNo,
  'target_health_state.unhealthy.connection_termination.enabled': yesNo,
  'target_health_state.unhealthy.draining_interval_seconds': { low: 0, high: 360_000 },
}

const applicationRules: Readonly<Record<string, Rule>> = {
  ...shared,
  'stickiness.type': ['lb_cookie', 'app_cookie'],
  'stickiness.lb_cookie.duration_seconds': { low: 1, high: 604_800 },
  'stickiness.app_cookie.cookie_name': 'text',
  'stickiness.app_cookie.duration_seconds': { low: 1, high: 604_800 },
  'slow_start.duration_seconds': { low: 0, high: 900 },
  'load_balancing.algorithm.type': ['round_robin', 'least_outstanding_requests', 'weighted_random'],
  'load_balancing.algorithm.anomaly_mitigation': ['on', 'off'],
}

const carriesHttp = (group: Pick<Kind, 'protocol'>): boolean => group.protocol.startsWith('HTTP')

/** Datagrams have no connection to translate, so AWS will not hide the client from such targets. */
const carriesDatagrams = (group: Pick<Kind, 'protocol'>): boolean => /UDP|QUIC/.test(group.protocol)

export function defaultTargetGroupAttributes(group: Kind): Readonly<Record<string, string>> {
  const common = {
    'stickiness.enabled': 'false',
    'deregistration_delay.timeout_seconds': '300',
    'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
    'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
    'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
    'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
    'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
  }
  if (carriesHttp(group))
    return {
      ...common,
      'stickiness.type': 'lb_cookie',
      'stickiness.lb_cookie.duration_seconds': '86400',
      'stickiness.app_cookie.cookie_name': '',
      'stickiness.app_cookie.duration_seconds': '86400',
      'slow_start.duration_seconds': '0',
      'load_balancing.algorithm.type': 'round_robin',
      'load_balancing.algorithm.anomaly_mitigation': 'off',
    }
  return {
    ...common,
    'stickiness.type': 'source_ip',
    'deregistration_delay.connection_termination.enabled': String(carriesDatagrams(group)),
    'preserve_client_ip.enabled': String(group.targetType === 'instance' || carriesDatagrams(group)),
    'proxy_protocol_v2.enabled': 'false',
    'target_health_state.unhealthy.connection_termination.enabled': 'true',
    'target_health_state.unhealthy.draining_interval_seconds': '0',
  }
}

const describe: Action<DescribeTargetGroupAttributesInput, DescribeTargetGroupAttributesOutput> = (
  world,
  input,
) => ({ Attributes: showAttributes(targetGroupAt(world, input.TargetGroupArn).attributes) })

const modify: Action<ModifyTargetGroupAttributesInput, ModifyTargetGroupAttributesOutput> = (
  world,
  input,
) => {
  const group = targetGroupAt(world, input.TargetGroupArn)
  const rules = carriesHttp(group) ? applicationRules : networkRules
  const attributes = changeAttributes(group.attributes, input.Attributes, rules)
  refuseImpossible(group, attributes)
  world.targetGroups.put(group.arn, { ...group, attributes })
  return { Attributes: showAttributes(attributes) }
}

function refuseImpossible(group: TargetGroup, attributes: Readonly<Record<string, string>>): void {
  if (carriesDatagrams(group) && attributes['preserve_client_ip.enabled'] === 'false')
    throw misconfigured(`Client IP preservation cannot be disabled for ${group.protocol} target groups`)
  if (group.protocol.includes('QUIC') && attributes['proxy_protocol_v2.enabled'] === 'true')
    throw misconfigured(`Proxy protocol is not supported for ${group.protocol} target groups`)
  if (group.protocol === 'TLS' && attributes['stickiness.enabled'] === 'true')
    throw misconfigured('Stickiness is not supported for TLS target groups')
  if (carriesHttp(group)) refuseImpossibleWeb(attributes)
}

function refuseImpossibleWeb(attributes: Readonly<Record<string, string>>): void {
  const cookie = attributes['stickiness.app_cookie.cookie_name'] ?? ''
  if (attributes['stickiness.enabled'] === 'true' && attributes['stickiness.type'] === 'app_cookie') {
    if (cookie === '') throw invalid('A cookie name must be specified for app_cookie stickiness')
    if (/^AWSALB(APP|TG)?/.test(cookie)) throw invalid(`The cookie name '${cookie}' is reserved`)
  }
  const slow = Number(attributes['slow_start.duration_seconds'])
  if (slow !== 0 && slow < 30) throw invalid('Slow start duration must be 0 or in the range 30 to 900')
  if (slow !== 0 && attributes['load_balancing.algorithm.type'] !== 'round_robin')
    throw invalid('Slow start needs the round_robin algorithm')
  if (
    attributes['load_balancing.algorithm.anomaly_mitigation'] === 'on' &&
    attributes['load_balancing.algorithm.type'] !== 'weighted_random'
  )
    throw invalid('Anomaly mitigation needs the weighted_random algorithm')
}

export const targetGroupAttributeActions: Actions = {
  DescribeTargetGroupAttributes: describe,
  ModifyTargetGroupAttributes: modify,
}
