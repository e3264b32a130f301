import type { LoadBalancer, Port } from '../../src/model/load-balancer.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import { selects } from '../../src/model/value-ports.ts'
import type { AwsSettings } from './annotations.ts'
import type { TargetType } from './config.ts'
import { pathOf, routeProblems } from './route-problems.ts'

type RouteProtocol = 'TCP' | 'UDP' | 'TLS' | 'TCP_UDP' | 'QUIC' | 'TCP_QUIC' | 'HTTP' | 'HTTPS'

/** One listener and its target group: a port of the Service, or a TCP and a UDP port together. */
export interface Route {
  readonly port: number
  /** What the listener speaks. */
  readonly protocol: RouteProtocol
  /** What the target group speaks. */
  readonly backend: RouteProtocol
  readonly nodePort: number | undefined
  readonly target: Target
  /** What reaches the targets. */
  readonly transports: readonly ('tcp' | 'udp')[]
  /** `spec.ports[0]`. */
  readonly path: string
  /** Set where this is the share of another port, of this Service or of another one, in the connections to `port`. */
  readonly share?: RouteShare
}

export interface RouteShare {
  readonly service: string
  /** As it is known, by number; else as it was written. */
  readonly port: number | string
  /** `namespace/name`. */
  readonly of: string
}

/** Where what is sent arrives: on a port of each node, or of each pod. */
export interface Target {
  readonly type: TargetType
  /** Undefined while nobody knows; `gap` then says what will be known. */
  readonly port: number | undefined
  readonly gap: string
  /** The name of the Service's port, by which its pods are known. */
  readonly portName: string
  /** Where the port of the Service names it: `nodePort` or `targetPort`. */
  readonly field: 'nodePort' | 'targetPort'
  /** The port of the pods by name: every pod may have another number. */
  readonly named?: string
}

export interface Routes {
  readonly routes: readonly Route[]
  readonly problems: readonly Problem[]
}

/** What stands for a node port that is not allocated yet. */
export const nodePortGap = (port: number): string => `nodePort of ${port}`

export const allocated = (gap: string): string =>
  gap.startsWith('nodePort') || gap === 'healthCheckNodePort'
    ? `the ${gap}, which the API server allocates`
    : `the ${gap}`

export function routesOf(
  lb: LoadBalancer,
  settings: AwsSettings,
  targetType: TargetType = 'instance',
): Routes {
  const problems: Problem[] = [...routeProblems(lb, settings, targetType)]
  const routes: Route[] = []
  const byNumber = Map.groupBy(lb.ports, (port) => port.port)
  for (const number of [...byNumber.keys()].toSorted((a, b) => a - b)) {
    const ports = byNumber.get(number) ?? []
    const tcp = ports.find((port) => port.protocol === 'TCP')
    const udp = ports.find((port) => port.protocol === 'UDP')
    const route =
      tcp !== undefined && udp !== undefined
        ? pair(tcp, udp, { settings, targetType, problems })
        : single(tcp ?? udp, settings, targetType)
    if (route !== undefined) routes.push(route)
  }
  return { routes, problems }
}

function endsTls(port: Port, { certificates, tlsPorts }: AwsSettings): boolean {
  return certificates !== undefined && port.protocol === 'TCP' && selects(tlsPorts?.value ?? 'all', port)
}

const isQuic = (udp: Port, { quicPorts }: AwsSettings): boolean =>
  quicPorts !== undefined && selects(quicPorts.value, udp)

export function targetOf(port: Port, type: TargetType): Target {
  const portName = port.name ?? ''
  if (type === 'instance')
    return { type, port: port.nodePort, gap: nodePortGap(port.port), portName, field: 'nodePort' }
  const { targetPort } = port
  return typeof targetPort === 'number'
    ? { type, port: targetPort, gap: '', portName, field: 'targetPort' }
    : {
        type,
        port: undefined,
        gap: `port ${targetPort} of the pods`,
        portName,
        field: 'targetPort',
        named: targetPort,
      }
}

function single(port: Port | undefined, settings: AwsSettings, targetType: TargetType): Route | undefined {
  if (port === undefined || port.protocol === 'SCTP') return undefined
  const tls = endsTls(port, settings)
  const encrypted = tls && settings.backendProtocol?.value === 'ssl'
  const plain = port.protocol === 'UDP' && isQuic(port, settings) ? 'QUIC' : port.protocol
  return {
    port: port.port,
    protocol: tls ? 'TLS' : plain,
    backend: encrypted ? 'TLS' : plain,
    nodePort: port.nodePort,
    target: targetOf(port, targetType),
    transports: [port.protocol === 'UDP' ? 'udp' : 'tcp'],
    path: pathOf(port),
  }
}

interface PairContext {
  readonly settings: AwsSettings
  readonly targetType: TargetType
  readonly problems: Problem[]
}

/** A load balancer has one listener on a port: TCP and UDP of one number share it, if they lead to one port of the targets. */
function pair(tcp: Port, udp: Port, { settings, targetType, problems }: PairContext): Route | undefined {
  if (endsTls(tcp, settings)) {
    problems.push(
      error(
        'LB_PORT_PAIR',
        pathOf(udp),
        `port ${tcp.port} ends TLS, so it cannot carry UDP too: a network load balancer has one listener on a port`,
        {
          value: `UDP/${udp.port}`,
          hint: 'leave this port out of aws-load-balancer-ssl-ports, or give the UDP port another number',
        },
      ),
    )
    return undefined
  }
  const [one, other] = [targetOf(tcp, targetType), targetOf(udp, targetType)]
  const [a, b] = [one.named ?? one.port, other.named ?? other.port]
  if (a !== undefined && b !== undefined && a !== b) {
    problems.push(
      error(
        'LB_PORT_PAIR',
        `${pathOf(udp)}.${other.field}`,
        `TCP and UDP on port ${tcp.port} share one listener and so need one ${one.field}, but have ${a} and ${b}`,
        { value: String(b), accepted: String(a), hint: `set both ${one.field}s to ${a}` },
      ),
    )
    return undefined
  }
  const protocol = isQuic(udp, settings) ? 'TCP_QUIC' : 'TCP_UDP'
  const { nodePort = udp.nodePort } = tcp
  return {
    port: tcp.port,
    protocol,
    backend: protocol,
    nodePort,
    target: a === undefined ? { ...other, gap: one.gap } : one,
    transports: ['tcp', 'udp'],
    path: pathOf(tcp),
  }
}
