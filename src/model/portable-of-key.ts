import { portable } from './portable.ts'

type Name = keyof typeof portable

const aws = 'service.beta.kubernetes.io/aws-load-balancer-'
const azure = 'service.beta.kubernetes.io/azure-'
const openstack = 'loadbalancer.openstack.org/'
const local = 'local.lb-controller.io/'

/** Keys of one cloud for which there is a portable one. A test holds this against the tables of all providers. */
const names: Readonly<Record<string, Name>> = {
  [`${aws}internal`]: 'internal',
  [`${aws}scheme`]: 'internal',
  'networking.gke.io/load-balancer-type': 'internal',
  'cloud.google.com/load-balancer-type': 'internal',
  [`${azure}load-balancer-internal`]: 'internal',
  'service.beta.kubernetes.io/openstack-internal-load-balancer': 'internal',
  [`${aws}ssl-cert`]: 'tlsCertificate',
  [`${openstack}default-tls-container-ref`]: 'tlsCertificate',
  [`${local}ssl-cert`]: 'tlsCertificate',
  [`${aws}ssl-ports`]: 'tlsPorts',
  [`${local}ssl-ports`]: 'tlsPorts',
  [`${aws}ssl-negotiation-policy`]: 'tlsPolicy',
  [`${aws}proxy-protocol`]: 'proxyProtocol',
  [`${openstack}proxy-protocol`]: 'proxyProtocol',
  [`${azure}pls-proxy-protocol`]: 'proxyProtocol',
  [`${azure}allowed-ip-ranges`]: 'sourceRanges',
  [`${aws}eip-allocations`]: 'address',
  [`${aws}private-ipv4-addresses`]: 'address',
  'networking.gke.io/load-balancer-ip-addresses': 'address',
  [`${azure}load-balancer-ipv4`]: 'address',
  [`${azure}load-balancer-ipv6`]: 'address',
  [`${azure}pip-name`]: 'address',
  [`${aws}subnets`]: 'subnets',
  'networking.gke.io/load-balancer-subnet': 'subnets',
  'networking.gke.io/internal-load-balancer-subnet': 'subnets',
  [`${azure}load-balancer-internal-subnet`]: 'subnets',
  [`${openstack}subnet-id`]: 'subnets',
  [`${local}pool`]: 'subnets',
  [`${aws}nlb-target-type`]: 'targetType',
  [`${aws}healthcheck-protocol`]: 'healthCheckProtocol',
  [`${azure}load-balancer-health-probe-protocol`]: 'healthCheckProtocol',
  [`${aws}healthcheck-port`]: 'healthCheckPort',
  [`${aws}healthcheck-path`]: 'healthCheckPath',
  [`${azure}load-balancer-health-probe-request-path`]: 'healthCheckPath',
  [`${aws}healthcheck-interval`]: 'healthCheckInterval',
  [`${azure}load-balancer-health-probe-interval`]: 'healthCheckInterval',
  [`${openstack}health-monitor-delay`]: 'healthCheckInterval',
  [`${aws}healthcheck-timeout`]: 'healthCheckTimeout',
  [`${openstack}health-monitor-timeout`]: 'healthCheckTimeout',
  [`${aws}healthcheck-healthy-threshold`]: 'healthCheckHealthyThreshold',
  [`${openstack}health-monitor-max-retries`]: 'healthCheckHealthyThreshold',
  [`${aws}healthcheck-unhealthy-threshold`]: 'healthCheckUnhealthyThreshold',
  [`${azure}load-balancer-health-probe-num-of-probe`]: 'healthCheckUnhealthyThreshold',
  [`${openstack}health-monitor-max-retries-down`]: 'healthCheckUnhealthyThreshold',
  [`${aws}connection-idle-timeout`]: 'idleTimeout',
  [`${azure}load-balancer-tcp-idle-timeout`]: 'idleTimeout',
  [`${openstack}timeout-client-data`]: 'idleTimeout',
  [`${aws}cross-zone-load-balancing-enabled`]: 'crossZone',
  [`${aws}additional-resource-tags`]: 'tags',
  [`${azure}pip-tags`]: 'tags',
  [`${openstack}load-balancer-id`]: 'group',
  [`${azure}load-balancer-configurations`]: 'group',
  [`${aws}target-node-labels`]: 'targetNodeLabels',
  [`${openstack}node-selector`]: 'targetNodeLabels',
}

/** The portable key that asks on every cloud for what this key of one cloud asks for. */
export function portableOf(key: string): string | undefined {
  const name = Object.hasOwn(names, key) ? names[key] : undefined
  return name === undefined ? undefined : portable[name].key
}
