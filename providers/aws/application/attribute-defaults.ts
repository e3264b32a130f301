/** What the objects of an application load balancer have when nobody says otherwise, as the ELBv2 API tells it. */
import type { Json } from '../../../src/lib/json.ts'
import type { Tags } from '../tags.ts'

/** Whether it sends across zones is told and cannot be set; each target group may say otherwise. */
export const webBalancerDefaults = (scheme: Json | undefined): Tags => ({
  'access_logs.s3.bucket': '',
  'access_logs.s3.enabled': 'false',
  'access_logs.s3.prefix': '',
  'client_keep_alive.seconds': '3600',
  'connection_logs.s3.bucket': '',
  'connection_logs.s3.enabled': 'false',
  'connection_logs.s3.prefix': '',
  'deletion_protection.enabled': 'false',
  'health_check_logs.s3.bucket': '',
  'health_check_logs.s3.enabled': 'false',
  'health_check_logs.s3.prefix': '',
  'idle_timeout.timeout_seconds': '60',
  'ipv6.deny_all_igw_traffic': String(scheme === 'internal'),
  'load_balancing.cross_zone.enabled': 'true',
  'routing.http.desync_mitigation_mode': 'defensive',
  'routing.http.drop_invalid_header_fields.enabled': 'false',
  'routing.http.preserve_host_header.enabled': 'false',
  'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': 'false',
  'routing.http.xff_client_port.enabled': 'false',
  'routing.http.xff_header_processing.mode': 'append',
  'routing.http2.enabled': 'true',
  'waf.fail_open.enabled': 'false',
  'zonal_shift.config.enabled': 'false',
})

export const webTargetDefaults: Tags = {
  'deregistration_delay.timeout_seconds': '300',
  'load_balancing.algorithm.anomaly_mitigation': 'off',
  'load_balancing.algorithm.type': 'round_robin',
  'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
  'slow_start.duration_seconds': '0',
  'stickiness.app_cookie.cookie_name': '',
  'stickiness.app_cookie.duration_seconds': '86400',
  'stickiness.enabled': 'false',
  'stickiness.lb_cookie.duration_seconds': '86400',
  'stickiness.type': 'lb_cookie',
  'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
}

/** Headers that a response gets where a value is given. */
const responseHeaders = [
  'access_control_allow_credentials',
  'access_control_allow_headers',
  'access_control_allow_methods',
  'access_control_allow_origin',
  'access_control_expose_headers',
  'access_control_max_age',
  'content_security_policy',
  'strict_transport_security',
  'x_content_type_options',
  'x_frame_options',
]

/** Headers that tell targets of TLS, by the names that they have of their own. */
const requestHeaders = [
  'X-Amzn-Mtls-Clientcert',
  'X-Amzn-Mtls-Clientcert-Issuer',
  'X-Amzn-Mtls-Clientcert-Leaf',
  'X-Amzn-Mtls-Clientcert-Serial-Number',
  'X-Amzn-Mtls-Clientcert-Subject',
  'X-Amzn-Mtls-Clientcert-Validity',
  'X-Amzn-Tls-Cipher-Suite',
  'X-Amzn-Tls-Version',
]

const ofResponses: readonly (readonly [string, string])[] = [
  ['routing.http.response.server.enabled', 'true'],
  ...responseHeaders.map((name) => [`routing.http.response.${name}.header_value`, ''] as const),
]
const ofRequests = requestHeaders.map(
  (name) => [`routing.http.request.${name.toLowerCase().replaceAll('-', '_')}.header_name`, name] as const,
)

export const webListenerDefaults = (protocol: 'HTTP' | 'HTTPS'): Tags =>
  Object.fromEntries(protocol === 'HTTPS' ? [...ofResponses, ...ofRequests] : ofResponses)
