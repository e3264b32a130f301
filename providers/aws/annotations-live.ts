/**
 * What `run` does with rows that it has no calls for yet. The desired state knows them all; the table of the live provider
 * takes its verdicts from here, and a dry run says at the key what `run` would.
 */
import type { AnnotationSpec, AnnotationTable, Verdict } from '../../src/model/annotations.ts'
import { choice } from '../../src/model/value-choice.ts'
import { awsAnnotations, type RowName } from './annotations.ts'

const ignored = (why: string, ...harmless: readonly string[]): Verdict => ({ is: 'ignored', why, harmless })
const refused = (why: string): Verdict => ({ is: 'refused', why })

const noGroups = 'load balancers are made without security groups so far; rules on the nodes let clients in'
const ownAddresses = 'addresses of a load balancer cannot be chosen yet; AWS chooses them'
const ipv4Only = 'load balancers have IPv4 addresses only so far'
const noLogs = 'access logs are not set up yet'

/** To go on without a refused one would open access, or send traffic where or how it was not meant. */
const verdicts: Partial<Record<RowName, Verdict>> = {
  name: ignored('names are derived from the Service, so that they never collide'),
  group: refused('Services cannot share a load balancer yet'),
  address: ignored(ownAddresses),
  elasticAddresses: ignored(ownAddresses),
  privateAddresses: ignored(ownAddresses),
  ipv6Addresses: ignored(ipv4Only),
  ipv6SourceNat: ignored(ipv4Only, 'off'),
  ipv6SourceNatPrefixes: ignored(ipv4Only),
  attributes: ignored(
    'only cross-zone balancing can be set so far, by aws-load-balancer-cross-zone-load-balancing-enabled',
  ),
  accessLog: ignored(noLogs, 'false'),
  accessLogBucket: ignored(noLogs),
  accessLogPrefix: ignored(noLogs),
  accessLogInterval: ignored(noLogs),
  capacity: ignored('capacity cannot be reserved yet'),
  alpnPolicy: ignored('TLS listeners do not negotiate application protocols yet', 'none'),
  quicPorts: ignored('QUIC is carried as plain UDP so far'),
  listenerAttributes: ignored('attributes of listeners cannot be set yet'),
  actions: refused('a listener forwards to the nodes of this Service only'),
  idleTimeout: ignored('time-outs of listeners cannot be set yet'),
  proxyProtocolPorts: refused(
    'PROXY protocol is set for all ports at once, by aws-load-balancer-proxy-protocol: "*"',
  ),
  portAttributes: refused(
    'attributes are set for all ports at once, by aws-load-balancer-target-group-attributes',
  ),
  draining: ignored(
    'a network load balancer always drains; how long is set by deregistration_delay.timeout_seconds',
    'true',
  ),
  drainingTimeout: ignored(
    'set deregistration_delay.timeout_seconds in aws-load-balancer-target-group-attributes, which it does',
  ),
  multiCluster: ignored('target groups belong to one cluster so far', 'false'),
  targetNodeLabels: ignored('all eligible nodes are targets so far'),
  securityGroups: refused(`${noGroups}, which may be more than these groups do`),
  extraSecurityGroups: refused(noGroups),
  manageBackendRules: ignored('rules on the nodes are always managed', 'true'),
  privateLinkRules: ignored(noGroups, 'off'),
  prefixLists: refused(
    'clients can be restricted by spec.loadBalancerSourceRanges only; to go on would let everybody in',
  ),
  pathMtuDiscovery: ignored('they always may: a rule on the nodes lets them in', 'on'),
  noSecurityGroup: ignored(noGroups, 'true'),
}

const noClassic = 'Classic Load Balancers are not made yet; write "nlb"'

/** Of a row, the values that `run` carries out. */
const narrowed: Partial<Record<RowName, AnnotationSpec<string>['type']>> = {
  type: choice(['nlb'], {
    refused: {
      external:
        'it leaves the Service to the AWS Load Balancer Controller; write "nlb" to have its load balancer made here',
      'nlb-ip':
        'it asks for pods as targets, and a network load balancer reaches nodes only so far; write "nlb"',
      classic: noClassic,
      elb: noClassic,
      clb: noClassic,
      alb: 'the application load balancer is not there yet; write "nlb"',
    },
  }),
  targetType: choice(['instance'], {
    refused: { ip: 'pods as targets are not there yet; "instance" reaches them through the nodes' },
  }),
  addressType: choice(['ipv4'], {
    refused: {
      dualstack: 'IPv6 is not there yet for this provider; the load balancer has IPv4 addresses only',
    },
  }),
  backendProtocol: choice(['tcp', 'ssl'], {
    case: 'ignore',
    refused: {
      http: 'a network load balancer does not read HTTP, and the application load balancer is not there yet; "tcp" passes the bytes on unread',
      https:
        'a network load balancer does not read HTTP, and the application load balancer is not there yet; "ssl" speaks TLS to the pods, "tcp" passes the bytes on unread',
    },
  }),
}

function liveRow(name: RowName, spec: AnnotationSpec<unknown>): AnnotationSpec<unknown> {
  const verdict = verdicts[name]
  const type = narrowed[name]
  return {
    ...spec,
    ...(verdict === undefined ? {} : { verdict }),
    ...(type === undefined ? {} : { type, ...portableOf(spec, type) }),
  }
}

/** The portable key takes the same words, by way of the row's own type. */
const portableOf = ({ portable }: AnnotationSpec<unknown>, type: AnnotationSpec<unknown>['type']) =>
  portable === undefined
    ? {}
    : { portable: { key: portable.key, type: { ...portable.type, parse: (raw: string) => type.parse(raw) } } }

/** The table of `run`. */
export const liveAnnotations: AnnotationTable = Object.fromEntries(
  Object.entries(awsAnnotations).map(([name, spec]) => [name, liveRow(name as RowName, spec)]),
)
