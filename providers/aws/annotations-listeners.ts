import type { AnnotationTable, ValueType } from '../../src/model/annotations.ts'
import { fail, ok, type Result } from '../../src/lib/result.ts'
import type { Rejection } from '../../src/model/annotations.ts'
import { portable, takes } from '../../src/model/portable.ts'
import { boolean } from '../../src/model/value-boolean.ts'
import { choice } from '../../src/model/value-choice.ts'
import { list } from '../../src/model/value-list.ts'
import { portSelection } from '../../src/model/value-ports.ts'
import { text } from '../../src/model/value-text.ts'
import { forwardAction } from './annotation-action.ts'
import { listenerAttributes } from './annotation-attributes.ts'
import { beta, family, row, seconds } from './annotation-row.ts'
import { certificate } from './annotation-types.ts'

const certificates = list(certificate)
const policyName = text({
  accepts: 'the name of a security policy of AWS, ELBSecurityPolicy-...',
  pattern: /^ELBSecurityPolicy-[A-Za-z0-9.-]+$/,
  maxLength: 128,
})

/** What a text list of the portable key is as a value of a row here. */
const as =
  <T>(type: ValueType<T>) =>
  (value: string | readonly string[]): Result<T, Rejection> =>
    type.parse(typeof value === 'string' ? value : value.join(','))

/** Rows about the ports that clients connect to. */
export const listenerRows = {
  certificates: row(
    'ssl-cert',
    certificates,
    'no TLS',
    'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
    'Certificates by ARN. With one, the ports named by `aws-load-balancer-ssl-ports` are TLS listeners; the first is the default, all are offered by server name.',
    takes(portable.tlsCertificate, as(certificates)),
  ),
  tlsPorts: row(
    'ssl-ports',
    portSelection,
    'all TCP ports, when there is a certificate',
    '443,https',
    'Which ports end TLS, by number or by name; `*` is all TCP ports. The others stay plain.',
    takes(portable.tlsPorts, ok),
  ),
  tlsPolicy: row(
    'ssl-negotiation-policy',
    policyName,
    'the default of AWS; ELBSecurityPolicy-2016-08 with type `external`, unless configured',
    'ELBSecurityPolicy-TLS13-1-2-2021-06',
    'Protocol versions and ciphers of the TLS listeners.',
    takes(portable.tlsPolicy, as(policyName)),
  ),
  alpnPolicy: row(
    'alpn-policy',
    choice(['None', 'HTTP1Only', 'HTTP2Only', 'HTTP2Optional', 'HTTP2Preferred']),
    'None',
    'HTTP2Preferred',
    'What TLS listeners answer when a client asks for an application protocol.',
  ),
  backendProtocol: row(
    'backend-protocol',
    choice(['tcp', 'ssl', 'http', 'https'], { case: 'ignore' }),
    'tcp',
    'ssl',
    'What the load balancer speaks to the pods: behind a TLS listener `ssl` encrypts again and `tcp` does not. `http` and `https` ask for a load balancer that reads HTTP: an application load balancer, or with type `classic` a Classic one.',
  ),
  tcpUdp: {
    ...row(
      'enable-tcp-udp-listener',
      boolean,
      'true',
      'true',
      'Whether a TCP and a UDP port of one number share a listener.',
    ),
    verdict: {
      is: 'ignored',
      why: 'they always do, since one number carries one listener',
      harmless: ['true'],
    },
  },
  quicPorts: row(
    'quic-enabled-ports',
    portSelection,
    'none',
    '443',
    'UDP ports that carry QUIC: their listeners keep a connection together by its id when the client moves. Beside TCP on the same number the listener is TCP_QUIC.',
  ),
  quicContainers: {
    ...row(
      'quic-enabled-containers',
      text({ accepts: 'names of containers' }),
      'none',
      'web',
      'Which containers of a pod are told their QUIC server id.',
    ),
    verdict: { is: 'ignored', why: 'it is read on pods, by the webhook of the AWS Load Balancer Controller' },
  },
  listenerAttributes: family(
    row(
      'listener-attributes',
      listenerAttributes,
      'what AWS sets',
      'tcp.idle_timeout.seconds=400',
      'Attributes of the listener with this protocol and port. `TCP-80` also stands for the listener that carries UDP or QUIC beside TCP.',
    ),
    '<PROTOCOL>-<port>',
    '[A-Z_]+-\\d+',
  ),
  actions: family(
    {
      ...row(
        '',
        forwardAction,
        'all connections go to the targets of this Service',
        '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"web","servicePort":80,"weight":80},{"serviceName":"web-next","servicePort":80,"weight":20}]}}',
        'Divides the connections of the listener with this protocol and port among several target groups by weight: those of Services of this namespace, or others by ARN.',
      ),
      key: `${beta}actions`,
    },
    '<PROTOCOL>-<port>',
    '[A-Z_]+-\\d+',
  ),
  idleTimeout: row(
    'connection-idle-timeout',
    seconds(1, 6000),
    '350 on a network load balancer, 60 on the others',
    '400',
    'Seconds after which a connection on which nothing was sent is forgotten: 60 to 6000 on the TCP listeners of a network load balancer, 1 to 4000 on the others.',
    takes(portable.idleTimeout, (value) =>
      value <= 6000
        ? ok(value)
        : fail({
            code: 'LB_ANNOTATION_INTEGER',
            message: `${value} is out of range`,
            hint: 'the most is 6000',
          }),
    ),
  ),
} satisfies AnnotationTable
