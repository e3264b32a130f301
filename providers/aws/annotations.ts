import {
  type AnnotationSpec,
  type AnnotationTable,
  type AnySettings,
  type Settings,
  settingsOf,
  type ValueType,
} from '../../src/model/annotations.ts'
import { sharedAnnotations } from '../../src/model/shared-annotations.ts'
import { boolean, trueUnlessFalse } from '../../src/model/value-boolean.ts'
import { choice } from '../../src/model/value-choice.ts'
import { integer } from '../../src/model/value-integer.ts'
import { list } from '../../src/model/value-list.ts'
import { portSelection } from '../../src/model/value-ports.ts'
import { text } from '../../src/model/value-text.ts'
import { laterAnnotations } from './annotations-later.ts'
import { certificate, healthCheckPort, resourceTags, targetGroupAttributes } from './annotation-types.ts'

const prefix = 'service.beta.kubernetes.io/aws-load-balancer-'

function row<T>(
  suffix: string,
  type: ValueType<T>,
  fallback: string,
  example: string,
  doc: string,
): AnnotationSpec<T> {
  return { key: `${prefix}${suffix}`, type, verdict: { is: 'implemented' }, doc, default: fallback, example }
}

const seconds = (min: number, max: number) => integer({ min, max, unit: 'seconds' })
const threshold = integer({ min: 2, max: 10, unit: 'checks in a row' })

/** The keys that this provider honours. `desired` reads them by these names. */
export const implemented = {
  type: row(
    'type',
    choice(['nlb'], {
      refused: {
        external:
          'it leaves the Service to the AWS Load Balancer Controller; write "nlb" to have its load balancer made here',
        'nlb-ip':
          'it asks for pods as targets, and here a network load balancer reaches nodes only; write "nlb"',
        classic: 'Classic Load Balancers are not made here; write "nlb"',
        elb: 'Classic Load Balancers are not made here; write "nlb"',
        clb: 'Classic Load Balancers are not made here; write "nlb"',
        alb: 'the application load balancer is not there yet; write "nlb"',
      },
    }),
    'nlb',
    'nlb',
    'The kind of load balancer. Only the network load balancer is made so far; without this key it is one too.',
  ),
  targetType: row(
    'nlb-target-type',
    choice(['instance'], {
      refused: { ip: 'pods as targets are not there yet; "instance" reaches them through the nodes' },
    }),
    'instance',
    'instance',
    'What the load balancer sends to: `instance` is a node and its NodePort.',
  ),
  addressType: row(
    'ip-address-type',
    choice(['ipv4'], {
      refused: {
        dualstack: 'IPv6 is not there yet for this provider; the load balancer has IPv4 addresses only',
      },
    }),
    'ipv4',
    'ipv4',
    'The address families of the load balancer.',
  ),
  scheme: row(
    'scheme',
    choice(['internal', 'internet-facing']),
    'what `aws-load-balancer-internal` says, else the default scheme of the configuration: internet-facing',
    'internal',
    'Whether the load balancer has public addresses. Outranks `aws-load-balancer-internal`.',
  ),
  internal: row(
    'internal',
    trueUnlessFalse,
    'false',
    'true',
    'The older form of `aws-load-balancer-scheme`: any text but `false` makes the load balancer internal, also the `0.0.0.0/0` of old manifests.',
  ),
  subnets: row(
    'subnets',
    list(text({ accepts: 'a subnet id or the Name tag of a subnet', maxLength: 256 })),
    'found by their tags, one in each zone',
    'subnet-0a1b2c3d4e5f60718, public-b',
    'The subnets that the load balancer has its addresses in, at most one in each zone.',
  ),
  certificates: row(
    'ssl-cert',
    list(certificate),
    'no TLS',
    'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
    'Certificates by ARN. With one, the ports named by `aws-load-balancer-ssl-ports` are TLS listeners; the first is the default, all are offered by server name.',
  ),
  tlsPorts: row(
    'ssl-ports',
    portSelection,
    'all TCP ports, when there is a certificate',
    '443,https',
    'Which ports end TLS, by number or by name; `*` is all TCP ports. The others stay plain.',
  ),
  tlsPolicy: row(
    'ssl-negotiation-policy',
    text({
      accepts: 'the name of a security policy of AWS, ELBSecurityPolicy-...',
      pattern: /^ELBSecurityPolicy-[A-Za-z0-9.-]+$/,
      maxLength: 128,
    }),
    'the default of AWS',
    'ELBSecurityPolicy-TLS13-1-2-2021-06',
    'Protocol versions and ciphers of the TLS listeners.',
  ),
  backendProtocol: row(
    'backend-protocol',
    choice(['tcp', 'ssl'], {
      case: 'ignore',
      refused: {
        http: 'a network load balancer does not read HTTP, and the application load balancer is not there yet; "tcp" passes the bytes on unread',
        https:
          'a network load balancer does not read HTTP, and the application load balancer is not there yet; "ssl" speaks TLS to the pods, "tcp" passes the bytes on unread',
      },
    }),
    'tcp',
    'ssl',
    'What the load balancer speaks to the pods behind a TLS listener: `ssl` encrypts again, `tcp` does not. Ports without TLS pass the bytes on as they are.',
  ),
  proxyProtocol: row(
    'proxy-protocol',
    choice(['*']),
    'off',
    '*',
    'PROXY protocol version 2 on all target groups, so that pods learn the client address. Outranks `proxy_protocol_v2.enabled` in `aws-load-balancer-target-group-attributes`.',
  ),
  targetGroupAttributes: row(
    'target-group-attributes',
    targetGroupAttributes,
    'what AWS sets',
    'preserve_client_ip.enabled=true,deregistration_delay.timeout_seconds=30',
    'Attributes of all target groups of the Service. One that is taken out of the list returns to the default of AWS.',
  ),
  healthCheckProtocol: row(
    'healthcheck-protocol',
    choice(['TCP', 'HTTP', 'HTTPS'], { case: 'ignore' }),
    'TCP; HTTP with `externalTrafficPolicy: Local`',
    'HTTP',
    'How a node is asked whether it is well.',
  ),
  healthCheckPort: row(
    'healthcheck-port',
    healthCheckPort,
    'traffic-port; the healthCheckNodePort with `externalTrafficPolicy: Local`',
    'traffic-port',
    'Where a node is asked: `traffic-port` is the NodePort of the listener, a name is the NodePort of that port of the Service.',
  ),
  healthCheckPath: row(
    'healthcheck-path',
    text({
      accepts: 'a path that begins with "/", 1024 characters at most',
      pattern: /^\/[\x21-\x7e]*$/,
      maxLength: 1024,
    }),
    '/; /healthz with `externalTrafficPolicy: Local`',
    '/healthz',
    'What an HTTP or HTTPS health check asks for. Without effect on TCP.',
  ),
  healthCheckInterval: row(
    'healthcheck-interval',
    seconds(5, 300),
    '30; 10 with `externalTrafficPolicy: Local`',
    '10',
    'Seconds from one health check to the next.',
  ),
  healthCheckTimeout: row(
    'healthcheck-timeout',
    seconds(2, 120),
    '10; 6 for an HTTP check; never more than the interval',
    '6',
    'Seconds after which a health check without an answer has failed.',
  ),
  healthyThreshold: row(
    'healthcheck-healthy-threshold',
    threshold,
    '3; 2 with `externalTrafficPolicy: Local`',
    '2',
    'Good health checks in a row that bring a node in.',
  ),
  unhealthyThreshold: row(
    'healthcheck-unhealthy-threshold',
    threshold,
    '3; 2 with `externalTrafficPolicy: Local`',
    '2',
    'Failed health checks in a row that take a node out.',
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
    'Which HTTP answers mean that a node is well. Without effect on TCP.',
  ),
  crossZone: row(
    'cross-zone-load-balancing-enabled',
    boolean,
    'false',
    'true',
    'Whether a zone sends to the nodes of other zones too. AWS charges for traffic between zones.',
  ),
  resourceTags: row(
    'additional-resource-tags',
    resourceTags,
    'no more than our own',
    'team=shop,env=prod',
    'Tags on every object that is made for the Service. One that is taken out of the list is taken off.',
  ),
} satisfies AnnotationTable

/** Every key of the two controllers for AWS, with an honest verdict. */
export const awsAnnotations: AnnotationTable = { ...implemented, ...sharedAnnotations, ...laterAnnotations }

export type AwsSettings = Settings<typeof implemented>

export const awsSettings = (lb: { readonly settings: AnySettings }): AwsSettings =>
  settingsOf(implemented, lb)
