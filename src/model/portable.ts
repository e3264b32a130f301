import type { PortableKey, Rejection, ValueType } from './annotations.ts'
import type { Result } from '../lib/result.ts'
import { boolean } from './value-boolean.ts'
import { choice } from './value-choice.ts'
import { cidr } from './value-cidr.ts'
import { integer } from './value-integer.ts'
import { list } from './value-list.ts'
import { map } from './value-map.ts'
import { portSelection } from './value-ports.ts'
import { text } from './value-text.ts'

export const portablePrefix = 'lb-controller.io/'

const row = <T>(name: string, type: ValueType<T>, example: string, doc: string): PortableKey<T> => ({
  key: `${portablePrefix}${name}`,
  type,
  doc,
  example,
})

const word = text({ accepts: 'a word without blanks or commas', pattern: /^[^\s,]+$/ })
const pairs = 'key=value pairs between commas'
const seconds = (min: number, max: number) => integer({ min, max, unit: 'seconds' })
const times = integer({ min: 1, max: 10, unit: 'checks in a row' })

/** Annotations that ask for the same on every cloud. What becomes of each there stands in the cloud's own table. */
export const portable = {
  internal: row(
    'internal',
    boolean,
    'true',
    'Whether the load balancer is reachable only from inside the network.',
  ),
  tlsCertificate: row(
    'tls-certificate',
    list(word),
    'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
    'TLS ends at the load balancer, with this certificate as the cloud names it; further ones are chosen by server name.',
  ),
  tlsPorts: row('tls-ports', portSelection, '443', 'The ports on which TLS ends, where not all of them.'),
  tlsPolicy: row(
    'tls-policy',
    word,
    'ELBSecurityPolicy-TLS13-1-2-2021-06',
    'Which versions and ciphers TLS may use, as the cloud names the policy.',
  ),
  proxyProtocol: row(
    'proxy-protocol',
    choice(['true', 'false', 'v1', 'v2'], { case: 'ignore' }),
    'true',
    'Pods learn the client from a PROXY protocol header. `true` is the version that the cloud has.',
  ),
  sourceRanges: row(
    'source-ranges',
    list(cidr),
    '10.0.0.0/8, 192.0.2.0/24',
    'Who may connect. The field `spec.loadBalancerSourceRanges` is the better place.',
  ),
  address: row(
    'address',
    list(word),
    '203.0.113.10',
    'The address of the load balancer, at most one of each family: itself, or the name of a reserved one.',
  ),
  subnets: row(
    'subnets',
    list(word),
    'front',
    'The subnets that the load balancer stands in, by id or name.',
  ),
  targetType: row(
    'target-type',
    choice(['instance', 'ip'], { case: 'ignore' }),
    'instance',
    'What the load balancer sends to: `instance` is a node and its NodePort, `ip` is a pod.',
  ),
  healthCheckProtocol: row(
    'health-check-protocol',
    choice(['TCP', 'HTTP', 'HTTPS'], { case: 'ignore' }),
    'HTTP',
    'What a health check speaks.',
  ),
  healthCheckPort: row(
    'health-check-port',
    text({ accepts: 'traffic-port, or a port number', pattern: /^(traffic-port|[1-9]\d{0,4})$/ }),
    '10256',
    'Where a health check asks: a port of each target, or `traffic-port`.',
  ),
  healthCheckPath: row(
    'health-check-path',
    text({ accepts: 'a path that begins with "/"', pattern: /^\/[\x21-\x7e]*$/, maxLength: 1024 }),
    '/healthz',
    'What an HTTP or HTTPS health check asks for.',
  ),
  healthCheckInterval: row(
    'health-check-interval',
    seconds(1, 300),
    '10',
    'Seconds from one check to the next.',
  ),
  healthCheckTimeout: row(
    'health-check-timeout',
    seconds(1, 300),
    '6',
    'Seconds after which a check has failed.',
  ),
  healthCheckHealthyThreshold: row(
    'health-check-healthy-threshold',
    times,
    '2',
    'Good checks in a row that bring a target in.',
  ),
  healthCheckUnhealthyThreshold: row(
    'health-check-unhealthy-threshold',
    times,
    '3',
    'Failed checks in a row that take a target out.',
  ),
  idleTimeout: row(
    'idle-timeout',
    seconds(1, 86_400),
    '600',
    'Seconds after which a connection on which nothing was sent is forgotten.',
  ),
  crossZone: row('cross-zone', boolean, 'true', 'Whether a zone sends to targets in other zones too.'),
  tags: row(
    'tags',
    map({ accepts: pairs }),
    'team=shop,env=prod',
    'Tags or labels on what is made for the Service.',
  ),
  group: row(
    'group',
    text({
      accepts: 'a name of at most 63 letters, digits and hyphens',
      pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/i,
    }),
    'edge',
    'Services with the same group share one load balancer; each has ports of its own on it.',
  ),
  targetNodeLabels: row(
    'target-node-labels',
    map({ accepts: pairs, commaInValue: false }),
    'pool=edge',
    'Only nodes with all these labels are targets.',
  ),
} as const

/** How a provider's row takes a portable key: the portable value turned into the row's own. */
export const takes = <A, T>(
  { key, type }: PortableKey<A>,
  turn: (value: A) => Result<T, Rejection>,
): { readonly key: string; readonly type: ValueType<T> } => ({
  key,
  type: {
    name: type.name,
    accepts: type.accepts,
    parse(raw) {
      const parsed = type.parse(raw)
      return parsed.ok ? turn(parsed.value) : parsed
    },
  },
})
