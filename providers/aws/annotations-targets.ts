import type { AnnotationTable, ValueType } from '../../src/model/annotations.ts'
import { fail, ok, type Result } from '../../src/lib/result.ts'
import type { Rejection } from '../../src/model/annotations.ts'
import { portable, takes } from '../../src/model/portable.ts'
import { boolean } from '../../src/model/value-boolean.ts'
import { choice } from '../../src/model/value-choice.ts'
import { map } from '../../src/model/value-map.ts'
import { portSelection } from '../../src/model/value-ports.ts'
import { text } from '../../src/model/value-text.ts'
import { portAttributes, targetGroupAttributes } from './annotation-attributes.ts'
import { family, row, seconds, threshold } from './annotation-row.ts'
import { healthCheckPort } from './annotation-types.ts'

/** Which version of the header pods get. `*` is the newest that the kind of load balancer speaks. */
export type ProxyProtocol = '*' | 'v1' | 'v2' | 'off'

const proxyProtocol: ValueType<ProxyProtocol> = choice(['*'])
const versions: Readonly<Record<string, ProxyProtocol>> = { true: '*', false: 'off', v1: 'v1', v2: 'v2' }

const again =
  <T>(type: ValueType<T>) =>
  (value: number | string): Result<T, Rejection> =>
    type.parse(String(value))

const path = text({
  accepts: 'a path that begins with "/", 1024 characters at most',
  pattern: /^\/[\x21-\x7e]*$/,
  maxLength: 1024,
})
const interval = seconds(5, 300)
const timeout = seconds(2, 120)

/** Rows about what the load balancer sends to, and how it learns whether that is well. */
export const targetRows = {
  proxyProtocol: row(
    'proxy-protocol',
    proxyProtocol,
    'off',
    '*',
    'PROXY protocol to all targets, so that pods learn the client address: version 2 on a network load balancer, where it outranks all attributes, version 1 on a Classic one.',
    takes(portable.proxyProtocol, (word) => {
      const version = versions[word]
      return version === undefined ? fail({ message: `${word} is no version` }) : ok(version)
    }),
  ),
  proxyProtocolPorts: row(
    'proxy-protocol-per-target-group',
    portSelection,
    'as `aws-load-balancer-proxy-protocol` and the attributes say',
    '80, 443',
    'Ports whose pods get PROXY protocol; the others get none.',
  ),
  targetGroupAttributes: row(
    'target-group-attributes',
    targetGroupAttributes,
    'what AWS sets',
    'preserve_client_ip.enabled=true,deregistration_delay.timeout_seconds=30',
    'Attributes of all target groups of the Service. One that is taken out of the list returns to the default of AWS.',
  ),
  portAttributes: family(
    row(
      'target-group-attributes',
      portAttributes,
      'what `aws-load-balancer-target-group-attributes` says',
      'deregistration_delay.timeout_seconds=120',
      'Attributes of the target group of one port; they outrank those for all ports, and an empty value keeps those.',
    ),
    '<port>',
    '\\d+',
  ),
  healthCheckProtocol: row(
    'healthcheck-protocol',
    choice(['TCP', 'HTTP', 'HTTPS'], { case: 'ignore' }),
    'TCP; HTTP with `externalTrafficPolicy: Local`',
    'HTTP',
    'How a target is asked whether it is well.',
    takes(portable.healthCheckProtocol, ok),
  ),
  healthCheckPort: row(
    'healthcheck-port',
    healthCheckPort,
    'traffic-port; the healthCheckNodePort with `externalTrafficPolicy: Local`',
    'traffic-port',
    'Where a target is asked: `traffic-port` is where its traffic goes, a name is that port of the Service.',
    takes(portable.healthCheckPort, again(healthCheckPort)),
  ),
  healthCheckPath: row(
    'healthcheck-path',
    path,
    '/; /healthz with `externalTrafficPolicy: Local`',
    '/healthz',
    'What an HTTP or HTTPS health check asks for. Without effect on TCP.',
    takes(portable.healthCheckPath, again(path)),
  ),
  healthCheckInterval: row(
    'healthcheck-interval',
    interval,
    '30, or 10 with `externalTrafficPolicy: Local`; always 10 with type `external`',
    '10',
    'Seconds from one health check to the next.',
    takes(portable.healthCheckInterval, again(interval)),
  ),
  healthCheckTimeout: row(
    'healthcheck-timeout',
    timeout,
    '10; 6 for an HTTP check; never more than the interval',
    '6',
    'Seconds after which a health check without an answer has failed.',
    takes(portable.healthCheckTimeout, again(timeout)),
  ),
  healthyThreshold: row(
    'healthcheck-healthy-threshold',
    threshold,
    '3; 2 with `externalTrafficPolicy: Local`',
    '2',
    'Good health checks in a row that bring a target in.',
    takes(portable.healthCheckHealthyThreshold, again(threshold)),
  ),
  unhealthyThreshold: row(
    'healthcheck-unhealthy-threshold',
    threshold,
    '3; 2 with `externalTrafficPolicy: Local`',
    '2',
    'Failed health checks in a row that take a target out.',
    takes(portable.healthCheckUnhealthyThreshold, again(threshold)),
  ),
  successCodes: row(
    'healthcheck-success-codes',
    text({
      accepts: 'HTTP status codes from 200 to 599: "200", "200,204" or "200-399"',
      pattern: /^[2-5]\d\d([-,][2-5]\d\d)*$/,
      maxLength: 512,
    }),
    '200-399',
    '200,204',
    'Which HTTP answers mean that a target is well. Without effect on TCP.',
  ),
  draining: row(
    'connection-draining-enabled',
    boolean,
    'false',
    'true',
    'Whether a Classic Load Balancer lets connections to a leaving node end by themselves. The others always do, see `deregistration_delay.timeout_seconds`.',
  ),
  drainingTimeout: row(
    'connection-draining-timeout',
    seconds(1, 3600),
    '300',
    '60',
    'How long connections to a leaving node may last. On load balancers that are not Classic ones this sets `deregistration_delay.timeout_seconds`.',
  ),
  multiCluster: row(
    'multi-cluster-target-group',
    boolean,
    'false',
    'true',
    'Whether another cluster registers targets in the same target groups: those are then left alone. Ours go with their nodes and pods, but for those that went while no controller ran.',
  ),
  targetNodeLabels: row(
    'target-node-labels',
    map({
      accepts: 'key=value pairs between commas; with type nlb and classic also a key alone',
      commaInValue: false,
      keyAlone: true,
    }),
    'all eligible nodes',
    'role=edge',
    'Only nodes with all these labels are targets. With type `nlb` and `classic` a key alone, or with an empty value, stands for any value.',
    takes(portable.targetNodeLabels, ok),
  ),
} satisfies AnnotationTable
