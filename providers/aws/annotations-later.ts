import type { AnnotationSpec, AnnotationTable } from '../../src/model/annotations.ts'
import { text } from '../../src/model/value-text.ts'

const beta = 'service.beta.kubernetes.io/'
const prefix = `${beta}aws-load-balancer-`

interface Later {
  readonly key: string
  readonly accepts: string
  readonly doc: string
  readonly why: string
  /** Values that ask for what holds anyway. */
  readonly harmless?: readonly string[]
  readonly example: string
  readonly family?: RegExp
}

const later =
  (is: 'ignored' | 'refused') =>
  ({ key, accepts, doc, why, harmless, example, family }: Later): AnnotationSpec<string> => ({
    key: `${prefix}${key}`,
    type: text({ accepts }),
    verdict: { is, why, ...(harmless === undefined ? {} : { harmless }) },
    doc,
    default: 'as if it were not there',
    example,
    ...(family === undefined ? {} : { family: family }),
  })

/** Nothing is lost that a client would notice as wrong: a warning. */
const ignored = later('ignored')
/** To go on without it would open access, or send traffic where or how it was not meant: an error. */
const refused = later('refused')

const truth = 'true or false'
const noGroups = 'load balancers are made without security groups so far; rules on the nodes let clients in'
const classicOnly = 'only Classic Load Balancers have this, and those are not made here'
const ownAddresses = 'addresses of a load balancer cannot be chosen yet; AWS chooses them'
const ipv4Only = 'load balancers have IPv4 addresses only so far'

/** Keys that the controllers for AWS know and this one does not honour yet. */
export const laterAnnotations: AnnotationTable = {
  name: ignored({
    key: 'name',
    accepts: 'at most 32 characters',
    doc: 'The name of the load balancer.',
    why: 'names are derived from the Service, so that they never collide',
    example: 'shop-edge',
  }),
  proxyProtocolPorts: refused({
    key: 'proxy-protocol-per-target-group',
    accepts: 'a list of ports',
    doc: 'Ports whose pods get PROXY protocol.',
    why: 'PROXY protocol is set for all ports at once, by aws-load-balancer-proxy-protocol: "*"',
    example: '80, 443',
  }),
  accessLog: ignored({
    key: 'access-log-enabled',
    accepts: truth,
    doc: 'Access logs.',
    why: 'access logs are not set up yet',
    harmless: ['false'],
    example: 'true',
  }),
  accessLogBucket: ignored({
    key: 'access-log-s3-bucket-name',
    accepts: 'the name of a bucket',
    doc: 'Where access logs go.',
    why: 'access logs are not set up yet',
    example: 'my-logs',
  }),
  accessLogPrefix: ignored({
    key: 'access-log-s3-bucket-prefix',
    accepts: 'a prefix of object names',
    doc: 'Where in the bucket access logs go.',
    why: 'access logs are not set up yet',
    example: 'edge/',
  }),
  accessLogInterval: ignored({
    key: 'access-log-emit-interval',
    accepts: '5 or 60 (minutes)',
    doc: 'How often access logs are written.',
    why: classicOnly,
    example: '60',
  }),
  draining: ignored({
    key: 'connection-draining-enabled',
    accepts: truth,
    doc: 'Whether connections to a leaving node are drained.',
    why: `${classicOnly}; a network load balancer always drains, see deregistration_delay.timeout_seconds`,
    harmless: ['true'],
    example: 'true',
  }),
  drainingTimeout: ignored({
    key: 'connection-draining-timeout',
    accepts: 'seconds',
    doc: 'How long connections are drained.',
    why: `${classicOnly}; see deregistration_delay.timeout_seconds in aws-load-balancer-target-group-attributes`,
    example: '60',
  }),
  idleTimeout: ignored({
    key: 'connection-idle-timeout',
    accepts: 'seconds',
    doc: 'After how long a silent connection is closed.',
    why: classicOnly,
    example: '60',
  }),
  attributes: ignored({
    key: 'attributes',
    accepts: 'key=value pairs between commas',
    doc: 'Attributes of the load balancer.',
    why: 'only cross-zone balancing can be set so far, by aws-load-balancer-cross-zone-load-balancing-enabled',
    example: 'deletion_protection.enabled=true',
  }),
  listenerAttributes: ignored({
    key: 'listener-attributes.<PROTOCOL>-<port>',
    family: /^service\.beta\.kubernetes\.io\/aws-load-balancer-listener-attributes\.\w+-\d+$/,
    accepts: 'key=value pairs between commas',
    doc: 'Attributes of one listener.',
    why: 'attributes of listeners cannot be set yet',
    example: 'tcp.idle_timeout.seconds=400',
  }),
  portAttributes: refused({
    key: 'target-group-attributes.<port>',
    family: /^service\.beta\.kubernetes\.io\/aws-load-balancer-target-group-attributes\.\d+$/,
    accepts: 'key=value pairs between commas',
    doc: 'Attributes of the target group of one port.',
    why: 'attributes are set for all ports at once, by aws-load-balancer-target-group-attributes',
    example: 'proxy_protocol_v2.enabled=true',
  }),
  actions: {
    ...refused({
      key: 'actions',
      accepts: 'JSON',
      doc: 'Weighted forwarding of one listener to several target groups.',
      why: 'a listener forwards to the nodes of this Service only',
      example: '{"type":"forward"}',
    }),
    key: `${beta}actions.<PROTOCOL>-<port>`,
    family: /^service\.beta\.kubernetes\.io\/actions\.\w+-\d+$/,
  },
  alpnPolicy: ignored({
    key: 'alpn-policy',
    accepts: 'None, HTTP1Only, HTTP2Only, HTTP2Optional or HTTP2Preferred',
    doc: 'What TLS listeners answer to application protocol negotiation.',
    why: 'TLS listeners do not negotiate application protocols yet',
    harmless: ['none'],
    example: 'HTTP2Preferred',
  }),
  elasticAddresses: ignored({
    key: 'eip-allocations',
    accepts: 'a list of allocation ids',
    doc: 'Elastic addresses, one for each subnet.',
    why: ownAddresses,
    example: 'eipalloc-0a1b2c3d4e5f60718',
  }),
  privateAddresses: ignored({
    key: 'private-ipv4-addresses',
    accepts: 'a list of IPv4 addresses',
    doc: 'Private addresses, one for each subnet.',
    why: ownAddresses,
    example: '10.0.1.10, 10.0.2.10',
  }),
  ipv6Addresses: ignored({
    key: 'ipv6-addresses',
    accepts: 'a list of IPv6 addresses',
    doc: 'IPv6 addresses, one for each subnet.',
    why: ipv4Only,
    example: '2001:db8::10',
  }),
  ipv6SourceNat: ignored({
    key: 'enable-prefix-for-ipv6-source-nat',
    accepts: 'on or off',
    doc: 'Whether prefixes are used for source NAT, as UDP with IPv6 needs.',
    why: ipv4Only,
    harmless: ['off'],
    example: 'on',
  }),
  ipv6SourceNatPrefixes: ignored({
    key: 'source-nat-ipv6-prefixes',
    accepts: '"auto_assigned" or a list of /80 ranges',
    doc: 'The prefixes for source NAT.',
    why: ipv4Only,
    example: 'auto_assigned',
  }),
  securityGroups: refused({
    key: 'security-groups',
    accepts: 'a list of security group ids or names',
    doc: 'Security groups of the load balancer, instead of our own rules.',
    why: `${noGroups}, which may be more than these groups do`,
    example: 'sg-0a1b2c3d4e5f60718',
  }),
  extraSecurityGroups: refused({
    key: 'extra-security-groups',
    accepts: 'a list of security group ids',
    doc: 'Security groups beside those of a Classic Load Balancer.',
    why: noGroups,
    example: 'sg-0a1b2c3d4e5f60718',
  }),
  manageBackendRules: ignored({
    key: 'manage-backend-security-group-rules',
    accepts: truth,
    doc: 'Whether rules on the nodes are managed beside given security groups.',
    why: 'rules on the nodes are always managed',
    harmless: ['true'],
    example: 'true',
  }),
  privateLinkRules: ignored({
    key: 'inbound-sg-rules-on-private-link-traffic',
    accepts: 'on or off',
    doc: 'Whether security groups apply to PrivateLink traffic.',
    why: noGroups,
    harmless: ['off'],
    example: 'on',
  }),
  prefixLists: refused({
    key: 'security-group-prefix-lists',
    accepts: 'a list of prefix list ids',
    doc: 'Who may connect, by prefix lists.',
    why: 'clients can be restricted by spec.loadBalancerSourceRanges only; to go on would let everybody in',
    example: 'pl-0a1b2c3d4e5f60718',
  }),
  pathMtuDiscovery: ignored({
    key: 'enable-icmp-for-path-mtu-discovery',
    accepts: 'on',
    doc: 'Whether the messages of path MTU discovery may pass.',
    why: 'they always may: a rule on the nodes lets them in',
    harmless: ['on'],
    example: 'on',
  }),
  noSecurityGroup: ignored({
    key: 'disable-nlb-sg',
    accepts: truth,
    doc: 'Whether the load balancer is made without a security group.',
    why: noGroups,
    harmless: ['true'],
    example: 'true',
  }),
  capacity: ignored({
    key: 'minimum-load-balancer-capacity',
    accepts: 'CapacityUnits=n',
    doc: 'Capacity that is reserved.',
    why: 'capacity cannot be reserved yet',
    example: 'CapacityUnits=5000',
  }),
  multiCluster: ignored({
    key: 'multi-cluster-target-group',
    accepts: truth,
    doc: 'Whether target groups are shared with another cluster.',
    why: 'target groups belong to one cluster so far',
    harmless: ['false'],
    example: 'true',
  }),
  tcpUdp: ignored({
    key: 'enable-tcp-udp-listener',
    accepts: truth,
    doc: 'Whether a TCP and a UDP port of one number share a listener.',
    why: 'they always do, since one number carries one listener',
    harmless: ['true'],
    example: 'true',
  }),
  quicPorts: ignored({
    key: 'quic-enabled-ports',
    accepts: 'a list of ports',
    doc: 'Ports that carry QUIC.',
    why: 'QUIC is carried as plain UDP so far',
    example: '443',
  }),
  targetNodeLabels: ignored({
    key: 'target-node-labels',
    accepts: 'key=value pairs between commas',
    doc: 'Which nodes are targets.',
    why: 'all eligible nodes are targets so far',
    example: 'role=edge',
  }),
}
