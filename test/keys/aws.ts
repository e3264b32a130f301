import { createBlueprint } from '../../providers/aws/blueprint.ts'
import { classicCases } from './aws-classic.ts'
import { awsWorld } from './aws-world.ts'
import type { CloudKeys, KeyCase } from './key-case.ts'

const prefix = 'service.beta.kubernetes.io/aws-load-balancer-'
const beta = 'service.beta.kubernetes.io/'
const mine = 'lb-controller.io/'

type Beside = Readonly<Record<string, string>>

const prefixed = (beside: Beside): Beside =>
  Object.fromEntries(
    Object.entries(beside).map(([key, value]) => [key.includes('/') ? key : `${prefix}${key}`, value]),
  )

interface More {
  readonly beside?: Beside
  readonly spec?: KeyCase['spec']
  readonly shows?: string
}

const given = (key: string, value: string, { beside = {}, spec, shows }: More = {}): KeyCase => ({
  key,
  value,
  beside: prefixed(beside),
  ...(spec === undefined ? {} : { spec }),
  ...(shows === undefined ? {} : { shows }),
})

const own = (key: string, value: string, more?: More): KeyCase => given(`${prefix}${key}`, value, more)
const portable = (key: string, value: string, more?: More): KeyCase => given(`${mine}${key}`, value, more)

const certificate = (id: string): string =>
  `arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-00000000000${id}`

const external: Beside = { type: 'external' }
const tls: Beside = { 'ssl-cert': certificate('1') }
const internal: Beside = { scheme: 'internal' }
const dual: Beside = { type: 'external', 'ip-address-type': 'dualstack' }
const logs: Beside = { ...tls, 'access-log-enabled': 'true', 'access-log-s3-bucket-name': 'logs' }
const local = { externalTrafficPolicy: 'Local', healthCheckNodePort: 32000 }
const two = {
  ports: [
    { name: 'http', protocol: 'TCP', port: 80, targetPort: 8080, nodePort: 30080 },
    { name: 'https', protocol: 'TCP', port: 443, targetPort: 8443, nodePort: 30443 },
  ],
}
const dns = (nodePort: number, ...protocols: readonly string[]) => ({
  ports: protocols.map((protocol) => ({
    name: protocol.toLowerCase(),
    protocol,
    port: 53,
    targetPort: 5353,
    nodePort,
  })),
})
const weights = JSON.stringify({
  type: 'forward',
  forwardConfig: {
    targetGroups: [
      { serviceName: 'web', servicePort: 80, weight: 80 },
      { serviceName: 'web-next', servicePort: 'http', weight: 20 },
    ],
    targetGroupStickinessConfig: { enabled: true, durationSeconds: 600 },
  },
})

/** The kind of load balancer, its place and its addresses. */
const network: readonly KeyCase[] = [
  own('type', 'external'),
  own('type', 'nlb-ip', { shows: 'pods' }),
  own('nlb-target-type', 'ip', { beside: external }),
  own('nlb-target-type', 'ip', { shows: 'in-groups-of-nodes' }),
  own('name', 'shop-edge'),
  own('ip-address-type', 'dualstack', { beside: external, spec: { ipFamilies: ['IPv4'] } }),
  own('ip-address-type', 'dualstack', { shows: 'in-groups-of-nodes' }),
  own('scheme', 'internal'),
  own('internal', '0.0.0.0/0'),
  own('subnets', 'public-b'),
  own('eip-allocations', 'eipalloc-0a, eipalloc-0b'),
  own('private-ipv4-addresses', '10.0.12.10, 10.0.11.10', { beside: internal }),
  own('ipv6-addresses', '2001:db8:0:1::10, 2001:db8:0:2::10', { beside: dual }),
  own('enable-prefix-for-ipv6-source-nat', 'on', { beside: dual }),
  own('source-nat-ipv6-prefixes', '2001:db8:0:1:5::/80, auto_assigned', {
    beside: { ...dual, 'enable-prefix-for-ipv6-source-nat': 'on' },
  }),
  own('attributes', 'deletion_protection.enabled=true'),
  own('cross-zone-load-balancing-enabled', 'true'),
  own('access-log-enabled', 'true', { beside: { ...tls, 'access-log-s3-bucket-name': 'logs' } }),
  own('access-log-s3-bucket-name', 'logs-2', {
    beside: { ...tls, attributes: 'access_logs.s3.bucket=logs', 'access-log-enabled': 'true' },
  }),
  own('access-log-s3-bucket-prefix', 'edge', { beside: logs }),
  own('minimum-load-balancer-capacity', 'CapacityUnits=3000'),
  own('additional-resource-tags', 'team=shop,env='),
]

const listeners: readonly KeyCase[] = [
  own('ssl-cert', `${certificate('1')}, ${certificate('3')}, ${certificate('2')}`),
  own('ssl-ports', 'https', { beside: tls, spec: two }),
  own('ssl-negotiation-policy', 'ELBSecurityPolicy-TLS13-1-2-2021-06', { beside: { ...tls, ...external } }),
  own('alpn-policy', 'HTTP2Preferred', { beside: tls }),
  own('backend-protocol', 'ssl', { beside: tls }),
  own('quic-enabled-ports', '53', { spec: dns(30053, 'UDP') }),
  own('quic-enabled-ports', '*', { spec: dns(30053, 'TCP', 'UDP'), shows: 'beside-tcp' }),
  own('listener-attributes.TCP-80', 'tcp.idle_timeout.seconds=400'),
  given(`${beta}actions.TCP-80`, weights),
  own('connection-idle-timeout', '400'),
]

const targets: readonly KeyCase[] = [
  own('proxy-protocol', '*'),
  own('proxy-protocol-per-target-group', '443', { spec: two }),
  own('target-group-attributes', 'preserve_client_ip.enabled=false,deregistration_delay.timeout_seconds=30'),
  own('target-group-attributes.443', 'deregistration_delay.timeout_seconds=120,stickiness.enabled=', {
    beside: { 'target-group-attributes': 'deregistration_delay.timeout_seconds=30,stickiness.enabled=true' },
    spec: two,
  }),
  own('healthcheck-protocol', 'HTTP'),
  own('healthcheck-port', '10256'),
  own('healthcheck-port', 'https', { spec: two, shows: 'name' }),
  own('healthcheck-path', '/ready', { beside: { 'healthcheck-protocol': 'HTTP' } }),
  own('healthcheck-interval', '5', { spec: local }),
  own('healthcheck-timeout', '3', { beside: external }),
  own('healthcheck-healthy-threshold', '5'),
  own('healthcheck-unhealthy-threshold', '5', { spec: local }),
  own('healthcheck-success-codes', '200,204', { beside: { 'healthcheck-protocol': 'HTTPS' } }),
  own('connection-draining-timeout', '60'),
  own('multi-cluster-target-group', 'true'),
  own('target-node-labels', 'pool=edge'),
]

const groups: readonly KeyCase[] = [
  own('security-groups', 'sg-0more, edge', { beside: external }),
  own('security-groups', 'edge', { shows: 'beside-rules-on-nodes' }),
  own('extra-security-groups', 'more', { beside: external }),
  own('manage-backend-security-group-rules', 'true', {
    beside: { ...external, 'security-groups': 'sg-0edge' },
  }),
  own('inbound-sg-rules-on-private-link-traffic', 'off', { beside: external }),
  own('security-group-prefix-lists', 'pl-0office', { beside: external }),
  own('security-group-prefix-lists', 'pl-0office', {
    spec: { loadBalancerSourceRanges: ['198.51.100.0/24'] },
    shows: 'in-groups-of-nodes',
  }),
  own('enable-icmp-for-path-mtu-discovery', 'on', { beside: dual }),
  own('disable-nlb-sg', 'true', { beside: { ...external, ...internal } }),
  given(`${beta}load-balancer-source-ranges`, '198.51.100.0/24'),
  given(`${beta}load-balancer-source-ranges`, '198.51.100.0/24, 2001:db8::/32', {
    beside: dual,
    shows: 'in-its-own-group',
  }),
]

const portables: readonly KeyCase[] = [
  portable('internal', 'true'),
  portable('tls-certificate', certificate('1')),
  portable('tls-ports', '443', { beside: tls, spec: two }),
  portable('tls-policy', 'ELBSecurityPolicy-TLS13-1-2-2021-06', { beside: tls }),
  portable('proxy-protocol', 'v2'),
  portable('source-ranges', '198.51.100.0/24'),
  portable('address', '203.0.113.1, eipalloc-0b'),
  portable('address', '10.0.11.7, 10.0.12.7', { beside: internal, shows: 'private' }),
  portable('subnets', 'private-a', { beside: internal }),
  portable('target-type', 'ip', { beside: external }),
  portable('health-check-protocol', 'HTTPS'),
  portable('health-check-port', '8081'),
  portable('health-check-path', '/ready', { beside: { 'healthcheck-protocol': 'HTTP' } }),
  portable('health-check-interval', '15'),
  portable('health-check-timeout', '5'),
  portable('health-check-healthy-threshold', '4'),
  portable('health-check-unhealthy-threshold', '4'),
  portable('idle-timeout', '600'),
  portable('cross-zone', 'true'),
  portable('tags', 'team=shop'),
  portable('group', 'edge', { beside: external }),
  portable('target-node-labels', 'pool=work'),
]

export const aws: CloudKeys = {
  blueprint: createBlueprint({}),
  world: awsWorld,
  live: true,
  cases: [...network, ...listeners, ...targets, ...groups, ...portables, ...classicCases],
}
