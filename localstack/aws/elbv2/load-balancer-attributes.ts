import type {
  DescribeLoadBalancerAttributesInput,
  DescribeLoadBalancerAttributesOutput,
  ModifyLoadBalancerAttributesInput,
  ModifyLoadBalancerAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Action, Actions } from '../action.ts'
import { misconfigured } from '../fault.ts'
import type { LoadBalancer } from '../state/records.ts'
import { changeAttributes, showAttributes, yesNo } from './attributes.ts'
import type { Rule } from './attributes.ts'
import { loadBalancerAt } from './find.ts'

const shared: Readonly<Record<string, Rule>> = {
  'access_logs.s3.enabled': yesNo,
  'access_logs.s3.bucket': 'text',
  'access_logs.s3.prefix': 'text',
  'deletion_protection.enabled': yesNo,
  'ipv6.deny_all_igw_traffic': yesNo,
  'load_balancing.cross_zone.enabled': yesNo,
  'zonal_shift.config.enabled': yesNo,
}

const networkRules: Readonly<Record<string, Rule>> = {
  ...shared,
  'dns_record.client_routing_policy': [
    'any_availability_zone',
    'availability_zone_affinity',
    'partial_availability_zone_affinity',
  ],
  'secondary_ips.auto_assigned.per_subnet': { low: 0, high: 7 },
}

const applicationRules: Readonly<Record<string, Rule>> = {
  ...shared,
  // Told, and the same for all of them.
  'load_balancing.cross_zone.enabled': ['true'],
  'idle_timeout.timeout_seconds': { low: 1, high: 4000 },
  'client_keep_alive.seconds': { low: 60, high: 604_800 },
  'connection_logs.s3.enabled': yesNo,
  'connection_logs.s3.bucket': 'text',
  'connection_logs.s3.prefix': 'text',
  'health_check_logs.s3.enabled': yesNo,
  'health_check_logs.s3.bucket': 'text',
  'health_check_logs.s3.prefix': 'text',
  'routing.http.desync_mitigation_mode': ['monitor', 'defensive', 'strictest'],
  'routing.http.drop_invalid_header_fields.enabled': yesNo,
  'routing.http.preserve_host_header.enabled': yesNo,
  'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': yesNo,
  'routing.http.xff_client_port.enabled': yesNo,
  'routing.http.xff_header_processing.mode': ['append', 'preserve', 'remove'],
  'routing.http2.enabled': yesNo,
  'waf.fail_open.enabled': yesNo,
}

export function defaultAttributes(
  type: LoadBalancer['type'],
  scheme: LoadBalancer['scheme'],
): Readonly<Record<string, string>> {
  const common = {
    'access_logs.s3.enabled': 'false',
    'access_logs.s3.bucket': '',
    'access_logs.s3.prefix': '',
    'deletion_protection.enabled': 'false',
    'ipv6.deny_all_igw_traffic': String(scheme === 'internal'),
    'load_balancing.cross_zone.enabled': String(type === 'application'),
    'zonal_shift.config.enabled': 'false',
  }
  if (type === 'network')
    return {
      ...common,
      'dns_record.client_routing_policy': 'any_availability_zone',
      'secondary_ips.auto_assigned.per_subnet': '0',
    }
  return {
    ...common,
    'idle_timeout.timeout_seconds': '60',
    'client_keep_alive.seconds': '3600',
    'connection_logs.s3.enabled': 'false',
    'connection_logs.s3.bucket': '',
    'connection_logs.s3.prefix': '',
    'health_check_logs.s3.enabled': 'false',
    'health_check_logs.s3.bucket': '',
    'health_check_logs.s3.prefix': '',
    'routing.http.desync_mitigation_mode': 'defensive',
    'routing.http.drop_invalid_header_fields.enabled': 'false',
    'routing.http.preserve_host_header.enabled': 'false',
    'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': 'false',
    'routing.http.xff_client_port.enabled': 'false',
    'routing.http.xff_header_processing.mode': 'append',
    'routing.http2.enabled': 'true',
    'waf.fail_open.enabled': 'false',
  }
}

const describe: Action<DescribeLoadBalancerAttributesInput, DescribeLoadBalancerAttributesOutput> = (
  world,
  input,
) => ({ Attributes: showAttributes(loadBalancerAt(world, input.LoadBalancerArn).attributes) })

const modify: Action<ModifyLoadBalancerAttributesInput, ModifyLoadBalancerAttributesOutput> = (
  world,
  input,
) => {
  const balancer = loadBalancerAt(world, input.LoadBalancerArn)
  const rules = balancer.type === 'network' ? networkRules : applicationRules
  const attributes = changeAttributes(balancer.attributes, input.Attributes, rules)
  for (const log of ['access_logs', 'connection_logs', 'health_check_logs'])
    if (attributes[`${log}.s3.enabled`] === 'true' && attributes[`${log}.s3.bucket`] === '')
      throw misconfigured(`The attribute ${log}.s3.enabled needs an S3 bucket`)
  world.loadBalancers.put(balancer.arn, { ...balancer, attributes })
  return { Attributes: showAttributes(attributes) }
}

export const loadBalancerAttributeActions: Actions = {
  DescribeLoadBalancerAttributes: describe,
  ModifyLoadBalancerAttributes: modify,
}
