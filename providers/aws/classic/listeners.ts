import type { JsonObject } from '../../../src/lib/json.ts'
import type { Port } from '../../../src/model/load-balancer.ts'
import { error, type Problem } from '../../../src/model/problem.ts'
import { selects } from '../../../src/model/value-ports.ts'
import { type Parts, unknown } from '../../../src/plan/resource.ts'
import type { ClassicListener } from '../api-elb.ts'
import { allocated, nodePortGap } from '../routes.ts'
import type { Wish } from '../wish.ts'
import { tlsPolicyName } from './policies.ts'

interface Spoken {
  readonly Protocol: string
  readonly InstanceProtocol: string
}

/** What the listener and the nodes speak where TLS ends at the load balancer, by `backend-protocol`. */
const withCertificate: Readonly<Record<string, Spoken>> = {
  https: { Protocol: 'HTTPS', InstanceProtocol: 'HTTPS' },
  http: { Protocol: 'HTTPS', InstanceProtocol: 'HTTP' },
  ssl: { Protocol: 'SSL', InstanceProtocol: 'SSL' },
  tcp: { Protocol: 'SSL', InstanceProtocol: 'TCP' },
}

interface ClassicListeners {
  /** By port, since there is one listener on a port: parts, so that one that nobody wants any more goes. */
  readonly parts: Parts
  readonly tls: boolean
  readonly problems: readonly Problem[]
}

export const listenerKey = (port: string | number): string => `listener/${port}`
/** Nodes are registered as they are: the ports stand in the listeners. */
export const instanceKey = (id: string): string => id

/** Whether TLS ends at a listener. */
export const endsTls = ({ Protocol }: JsonObject): boolean => Protocol === 'SSL' || Protocol === 'HTTPS'

/** The listeners among parts, by port. */
export const listenersIn = (parts: Parts): readonly JsonObject[] =>
  Object.entries(parts).flatMap(([key, { spec }]) => (key.startsWith(listenerKey('')) ? [spec] : []))

/** As the calls that make a listener take it: its policies are set by calls of their own. */
export function listenerInput({ PolicyNames: _policies, ...listener }: JsonObject): ClassicListener {
  return listener as unknown as ClassicListener
}

export function classicListeners(wish: Wish): ClassicListeners {
  const ports = wish.lb.ports.toSorted((a, b) => a.port - b.port)
  const owners = [wish.lb.owner]
  return {
    parts: Object.fromEntries(
      ports.map((port) => [
        listenerKey(port.port),
        { spec: listenerOf(wish, port), owners, path: pathFor(wish, port) },
      ]),
    ),
    tls: ports.some((port) => hasTls(wish, port)),
    problems: [...ports.flatMap((port) => refused(wish, port)), ...oneCertificate(wish)],
  }
}

const hasTls = ({ settings: { certificates, tlsPorts } }: Wish, port: Port): boolean =>
  certificates !== undefined && selects(tlsPorts?.value ?? 'all', port)

function listenerOf(wish: Wish, port: Port): JsonObject {
  const { certificates, tlsPolicy, backendProtocol } = wish.settings
  const asked = backendProtocol?.value ?? 'tcp'
  const instancePort = port.nodePort ?? unknown(allocated(nodePortGap(port.port)))
  const [certificate] = certificates?.value ?? []
  if (certificate === undefined || !hasTls(wish, port)) {
    const plain = asked === 'http' ? 'HTTP' : 'TCP'
    return {
      LoadBalancerPort: port.port,
      Protocol: plain,
      InstancePort: instancePort,
      InstanceProtocol: plain,
    }
  }
  return {
    LoadBalancerPort: port.port,
    ...(withCertificate[asked] ?? withCertificate['tcp']),
    InstancePort: instancePort,
    SSLCertificateId: certificate.arn,
    PolicyNames: tlsPolicy === undefined ? [] : [tlsPolicyName(tlsPolicy.value)],
  }
}

/** What a user would look at to change it. */
function pathFor(wish: Wish, port: Port): string {
  const { certificates, backendProtocol } = wish.settings
  const tls = hasTls(wish, port) ? certificates?.path : undefined
  return tls ?? backendProtocol?.path ?? `spec.ports[${port.index}]`
}

function refused({ lb }: Wish, port: Port): readonly Problem[] {
  const path = `spec.ports[${port.index}]`
  if (port.protocol !== 'TCP')
    return [
      error(
        'LB_PROTOCOL_UNSUPPORTED',
        `${path}.protocol`,
        `a Classic Load Balancer does not carry ${port.protocol}`,
        {
          value: port.protocol,
          accepted: 'TCP',
          hint: 'write service.beta.kubernetes.io/aws-load-balancer-type: nlb',
        },
      ),
    ]
  if (port.nodePort !== undefined || lb.allocatesNodePorts) return []
  const message = `port ${port.port} has no NodePort, and a Classic Load Balancer reaches pods through nodes only`
  return [
    error('LB_NODE_PORT_MISSING', `${path}.nodePort`, message, {
      accepted: 'a NodePort',
      hint: 'set spec.allocateLoadBalancerNodePorts to true, or write a nodePort for this port',
    }),
  ]
}

function oneCertificate({ settings: { certificates } }: Wish): readonly Problem[] {
  if (certificates === undefined || certificates.value.length < 2) return []
  const message = 'a Classic Load Balancer has one certificate on a listener'
  return [
    error('LB_CERTIFICATES_TOO_MANY', certificates.path, message, {
      value: certificates.raw,
      accepted: 'the ARN of one certificate',
      hint: 'service.beta.kubernetes.io/aws-load-balancer-type: nlb takes several, chosen by server name',
    }),
  ]
}
