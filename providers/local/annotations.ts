import { fail, ok } from '../../src/lib/result.ts'
import { portableRow, rowsUnder } from '../../src/model/annotation-row.ts'
import {
  type AnnotationTable,
  type AnySettings,
  type Settings,
  settingsOf,
} from '../../src/model/annotations.ts'
import { portable, takes } from '../../src/model/portable.ts'
import { sharedAnnotations } from '../../src/model/shared-annotations.ts'
import { choice } from '../../src/model/value-choice.ts'
import { integer } from '../../src/model/value-integer.ts'
import { portSelection } from '../../src/model/value-ports.ts'
import { single } from '../../src/model/value-single.ts'
import { address, certificate, certificateOf, poolName, schedulers, tags } from './annotation-types.ts'

export const prefix = 'local.lb-controller.io/'
const key = rowsUnder(prefix)

const one = <T>(
  values: readonly T[],
  message: string,
): ReturnType<typeof ok<T>> | ReturnType<typeof fail<{ code: string; message: string }>> => {
  const [only, another] = values
  return only !== undefined && another === undefined
    ? ok(only)
    : fail({ code: 'LB_ANNOTATION_LIST', message })
}

/** The keys that this provider honours. `desired` reads them by these names. */
export const implemented = {
  pool: key(
    'pool',
    poolName,
    'the first pool with a free address',
    'home',
    'The pool that the address is taken from.',
    takes(portable.subnets, (names) => one(names, 'an address is of one pool')),
  ),
  certificate: key(
    'ssl-cert',
    certificate,
    'no TLS',
    'web-tls',
    'TLS ends at the balancer on TCP ports, with the certificate and key of this Secret, or of the files `NAME.crt` and `NAME.key` in the folder that the setting `certificateFolder` names. Where it is renewed, new connections get the new one, and open ones go on.',
    takes(portable.tlsCertificate, (names) => {
      const only = one(names, 'a port here has one certificate')
      return only.ok ? certificateOf(only.value) : only
    }),
  ),
  tlsPorts: key(
    'ssl-ports',
    portSelection,
    'all TCP ports, when there is a certificate',
    '443,https',
    'The TCP ports on which TLS ends.',
    takes(portable.tlsPorts, ok),
  ),
  scheduler: key(
    'scheduler',
    choice(schedulers),
    'the setting of the same name: round-robin',
    'least-connections',
    'How a target is chosen for a new connection.',
  ),
  maxConnections: key(
    'max-connections',
    integer({ min: 1, max: 1_000_000, unit: 'connections' }),
    'no limit but that of the balancer',
    '500',
    'The most connections, or UDP flows, on each port at once. More are turned away.',
  ),
  connectTimeout: key(
    'connect-timeout',
    integer({ min: 10, max: 60_000, unit: 'milliseconds' }),
    '2000',
    '500',
    'Milliseconds until a target has to answer; then another one is tried.',
  ),
  drain: key(
    'drain',
    integer({ min: 0, max: 86_400, unit: 'seconds' }),
    '30',
    '300',
    'Seconds that open connections may go on after their target, or the Service, has gone.',
  ),
  tlsPolicy: portableRow(portable.tlsPolicy, {
    type: choice(['TLSv1.2', 'TLSv1.3']),
    default: 'TLSv1.2',
    doc: 'The least version of TLS; there are no policies with names.',
    example: 'TLSv1.3',
  }),
  proxyProtocol: portableRow(portable.proxyProtocol, {
    default: 'false',
    doc: 'Pods learn the client from a PROXY protocol header, on TCP ports. `true` is version 2.',
  }),
  address: portableRow(portable.address, {
    type: single(address, 'a Service has one address here'),
    default: 'the lowest free one',
    doc: 'The address. The field `spec.loadBalancerIP` asks for the same.',
    example: '192.168.1.240',
  }),
  internal: portableRow(portable.internal, {
    default: 'false',
    doc: 'The address is one that only this machine or a private network reaches (127.0.0.0/8, RFC 1918, RFC 6598).',
  }),
  group: portableRow(portable.group, {
    default: 'an address of its own',
    doc: 'Services with the same group share one address, each with ports of its own. Those that name a pool or an address share with those that name the same.',
  }),
  healthCheckProtocol: portableRow(portable.healthCheckProtocol, {
    type: choice(['TCP', 'HTTP'], { case: 'ignore', refused: { HTTPS: 'checks speak TCP or HTTP' } }),
    default: 'TCP; HTTP with `externalTrafficPolicy: Local`, and on UDP ports',
    doc: 'What a health check speaks.',
  }),
  healthCheckPort: portableRow(portable.healthCheckPort, {
    default:
      'the NodePort; the healthCheckNodePort with `externalTrafficPolicy: Local`; the setting `nodeHealthPort` on UDP ports',
    doc: 'The port of each node that a health check asks.',
  }),
  healthCheckPath: portableRow(portable.healthCheckPath, {
    default: '/healthz',
    doc: 'What an HTTP health check asks for.',
  }),
  healthCheckInterval: portableRow(portable.healthCheckInterval, {
    default: '2',
    doc: 'Seconds from one check to the next.',
  }),
  healthCheckTimeout: portableRow(portable.healthCheckTimeout, {
    default: '1, and never more than the interval',
    doc: 'Seconds after which a check has failed.',
  }),
  healthCheckHealthyThreshold: portableRow(portable.healthCheckHealthyThreshold, {
    default: '1',
    doc: 'Good checks in a row that bring a target in.',
  }),
  healthCheckUnhealthyThreshold: portableRow(portable.healthCheckUnhealthyThreshold, {
    default: '2',
    doc: 'Failed checks in a row that take a target out.',
  }),
  idleTimeout: portableRow(portable.idleTimeout, {
    default: '3600 for TCP, 60 for UDP',
    doc: 'Seconds after which a connection on which nothing was sent is closed.',
  }),
  tags: portableRow(portable.tags, {
    type: tags,
    default: 'no more than our own',
    doc: 'Tags on everything that is made for the Service.',
  }),
  targetNodeLabels: portableRow(portable.targetNodeLabels, {
    default: 'all eligible nodes',
    doc: 'Only nodes with all these labels are targets.',
  }),
  targetType: portableRow(portable.targetType, {
    default: 'instance',
    doc: 'What the balancer sends to.',
    verdict: {
      is: 'refused',
      why: 'nodes and their NodePorts are the targets: pods of a cluster of more than one machine cannot be reached from here',
      harmless: ['instance'],
    },
  }),
  crossZone: portableRow(portable.crossZone, {
    default: 'true',
    doc: 'Whether a zone sends to targets in other zones.',
    verdict: { is: 'ignored', why: 'one machine is in one zone and sends to all', harmless: ['true'] },
  }),
} satisfies AnnotationTable

/** Every key of this provider and every portable one. */
export const localAnnotations: AnnotationTable = { ...implemented, ...sharedAnnotations }

export type LocalSettings = Settings<typeof implemented>

export const settingsFor = (lb: { readonly settings: AnySettings }): LocalSettings =>
  settingsOf(implemented, lb)
