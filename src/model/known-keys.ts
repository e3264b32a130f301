import type { ForeignKey } from './annotations.ts'
import type { Severity } from './problem.ts'

/**
 * Annotations that other controllers honour or write, so that none of them is ever called a typo. Facts, by cloud; what
 * a provider here honours is in its own table.
 */
const beta = 'service.beta.kubernetes.io/'
const under = (prefix: string, suffixes: string): readonly string[] =>
  suffixes
    .trim()
    .split(/\s+/)
    .map((suffix) => `${prefix}${suffix}`)

const aws = under(
  `${beta}aws-load-balancer-`,
  `type nlb-target-type name scheme internal proxy-protocol proxy-protocol-per-target-group ip-address-type
   access-log-enabled access-log-s3-bucket-name access-log-s3-bucket-prefix access-log-emit-interval
   cross-zone-load-balancing-enabled connection-draining-enabled connection-draining-timeout connection-idle-timeout
   attributes ssl-cert ssl-ports ssl-negotiation-policy backend-protocol alpn-policy additional-resource-tags
   healthcheck-protocol healthcheck-port healthcheck-path healthcheck-healthy-threshold
   healthcheck-unhealthy-threshold healthcheck-interval healthcheck-timeout healthcheck-success-codes
   target-group-attributes subnets eip-allocations private-ipv4-addresses ipv6-addresses
   enable-prefix-for-ipv6-source-nat source-nat-ipv6-prefixes security-groups extra-security-groups
   manage-backend-security-group-rules inbound-sg-rules-on-private-link-traffic security-group-prefix-lists
   enable-icmp-for-path-mtu-discovery disable-nlb-sg minimum-load-balancer-capacity multi-cluster-target-group
   enable-tcp-udp-listener quic-enabled-ports quic-enabled-containers target-node-labels`,
)

const gcp = [
  ...under(
    'networking.gke.io/',
    `load-balancer-type internal-load-balancer-allow-global-access internal-load-balancer-subnet load-balancer-subnet
     load-balancer-ip-addresses l4-strong-session-affinity weighted-load-balancing l4lb-config ip-collection-v6
     custom-forwarding-rule backend-service target-pool`,
  ),
  ...under(
    'cloud.google.com/',
    'load-balancer-type l4-rbs network-tier load-balancer-backend-share neg neg-status backend-config app-protocols',
  ),
  'alpha.cloud.google.com/load-balancer-backend-share',
  'beta.cloud.google.com/backend-config',
  ...under(
    'service.kubernetes.io/',
    `tcp-forwarding-rule tcp-forwarding-rule-ipv6 udp-forwarding-rule udp-forwarding-rule-ipv6 l3-forwarding-rule
     l3-forwarding-rule-ipv6 backend-service firewall-rule firewall-rule-deny firewall-rule-ipv6
     firewall-rule-deny-ipv6 healthcheck firewall-rule-for-hc firewall-rule-for-hc-ipv6`,
  ),
]

const azure = under(
  `${beta}azure-`,
  `load-balancer-internal load-balancer-internal-subnet load-balancer-mode load-balancer-configurations
   load-balancer-ipv4 load-balancer-ipv6 load-balancer-resource-group pip-name pip-name-ipv6 pip-prefix-id
   pip-prefix-id-ipv6 pip-tags pip-ip-tags dns-label-name additional-public-ips allowed-service-tags
   allowed-ip-ranges deny-all-except-load-balancer-source-ranges disable-load-balancer-nsg-rule
   disable-load-balancer-floating-ip load-balancer-tcp-idle-timeout load-balancer-disable-tcp-reset
   load-balancer-enable-high-availability-ports load-balancer-health-probe-protocol
   load-balancer-health-probe-interval load-balancer-health-probe-num-of-probe
   load-balancer-health-probe-request-path pls-create pls-name pls-resource-group pls-ip-configuration-subnet
   pls-ip-configuration-ip-address-count pls-ip-configuration-ip-address pls-fqdns pls-visibility pls-auto-approval
   pls-proxy-protocol shared-securityrule`,
)

const openstack = [
  `${beta}openstack-internal-load-balancer`,
  ...under(
    'loadbalancer.openstack.org/',
    `class floating-network-id floating-subnet-id floating-subnet floating-subnet-tags subnet-id network-id
     member-subnet-id port-id keep-floatingip load-balancer-id load-balancer-address lb-method proxy-protocol
     x-forwarded-for default-tls-container-ref connection-limit timeout-client-data timeout-member-connect
     timeout-member-data timeout-tcp-inspect flavor-id availability-zone enable-health-monitor health-monitor-delay
     health-monitor-timeout health-monitor-max-retries health-monitor-max-retries-down node-selector hostname`,
  ),
]

const local = under(
  'local.lb-controller.io/',
  'pool ssl-cert ssl-ports scheduler max-connections connect-timeout drain',
)

export const keysByCloud: Readonly<Record<string, readonly string[]>> = {
  aws,
  gcp,
  azure,
  openstack,
  local,
}

/** Keys with a variable part. */
const families: readonly { readonly cloud: string; readonly pattern: RegExp }[] = [
  {
    cloud: 'aws',
    pattern:
      /^service\.beta\.kubernetes\.io\/(aws-load-balancer-(listener-attributes\.\w+-\d+|target-group-attributes\.\d+)|actions\.\w+-\d+)$/,
  },
  {
    cloud: 'azure',
    pattern:
      /^service\.beta\.kubernetes\.io\/port_\d+_(health-probe_(protocol|port|interval|num-of-probe|request-path)|no_probe_rule|no_lb_rule)$/,
  },
]

/** Whole namespaces of clouds that there is no provider for. */
const namespaces: readonly { readonly cloud: string; readonly prefix: string }[] = [
  { cloud: 'DigitalOcean', prefix: `${beta}do-loadbalancer-` },
  { cloud: 'Oracle Cloud', prefix: `${beta}oci-load-balancer-` },
  { cloud: 'Linode', prefix: `${beta}linode-loadbalancer-` },
  { cloud: 'Scaleway', prefix: `${beta}scw-loadbalancer-` },
  { cloud: 'Exoscale', prefix: `${beta}exoscale-loadbalancer-` },
  { cloud: 'Vultr', prefix: `${beta}vultr-loadbalancer-` },
  { cloud: 'UpCloud', prefix: `${beta}upcloud-load-balancer-` },
  { cloud: 'Alibaba Cloud', prefix: `${beta}alibaba-cloud-loadbalancer-` },
  { cloud: 'IBM Cloud', prefix: 'service.kubernetes.io/ibm-load-balancer-cloud-provider-' },
  { cloud: 'Tencent Cloud', prefix: 'service.kubernetes.io/qcloud-' },
]

/** Keys that Kubernetes itself or this controller knows: never worth a word. */
export const commonKeys: readonly string[] = [
  `${beta}load-balancer-source-ranges`,
  'service.kubernetes.io/topology-mode',
  'service.kubernetes.io/topology-aware-hints',
  'service.kubernetes.io/headless',
  'service.kubernetes.io/service-proxy-name',
  'service.alpha.kubernetes.io/tolerate-unready-endpoints',
  'service.beta.kubernetes.io/external-traffic',
  'service.beta.kubernetes.io/healthcheck-nodeport',
  'lb-controller.io/accepted',
]

/** Keys that decide who can reach a Service: going unheard is worth more than a note. */
const exposing = new Set([
  `${beta}aws-load-balancer-internal`,
  `${beta}aws-load-balancer-scheme`,
  'networking.gke.io/load-balancer-type',
  'cloud.google.com/load-balancer-type',
  `${beta}azure-load-balancer-internal`,
  `${beta}azure-allowed-ip-ranges`,
  `${beta}azure-allowed-service-tags`,
  `${beta}openstack-internal-load-balancer`,
])

export const foreignKeys: readonly ForeignKey[] = Object.entries(keysByCloud).flatMap(([cloud, keys]) =>
  keys.map((key) => {
    const severity: Severity = exposing.has(key) ? 'warning' : 'note'
    return { key, cloud, severity }
  }),
)

const byKey = new Map(foreignKeys.map((one) => [one.key, one]))

/** Which cloud's controllers know exactly this key. */
export function cloudOf(key: string): ForeignKey | undefined {
  const cloud =
    families.find(({ pattern }) => pattern.test(key))?.cloud ??
    namespaces.find(({ prefix }) => key.startsWith(prefix) && key.length > prefix.length)?.cloud
  return byKey.get(key) ?? (cloud === undefined ? undefined : { key, cloud, severity: 'note' })
}
