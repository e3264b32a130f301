import type { LoadBalancer, Port } from '../../src/model/load-balancer.ts'
import { error, type Problem, warning } from '../../src/model/problem.ts'
import { selects, unmatched } from '../../src/model/value-ports.ts'
import type { AwsSettings } from './annotations.ts'

type RouteProtocol = 'TCP' | 'UDP' | 'TLS' | 'TCP_UDP'

/** One listener, its target group and the node port behind: a port of the Service, or a TCP and a UDP port together. */
export interface Route {
  readonly port: number
  /** What the listener speaks. */
  readonly protocol: RouteProtocol
  /** What the target group speaks. */
  readonly backend: RouteProtocol
  readonly nodePort: number | undefined
  /** What reaches the nodes. */
  readonly transports: readonly ('tcp' | 'udp')[]
  /** `spec.ports[0]`. */
  readonly path: string
}

export interface Routes {
  readonly routes: readonly Route[]
  readonly problems: readonly Problem[]
}

/** What stands for a node port that is not allocated yet. */
export const nodePortGap = (port: number): string => `nodePort of ${port}`

export const allocated = (gap: string): string => `the ${gap}, which the API server allocates`

const pathOf = (port: Port): string => `spec.ports[${port.index}]`

export function routesOf(lb: LoadBalancer, settings: AwsSettings): Routes {
  const problems: Problem[] = [...tlsProblems(lb, settings)]
  const routes: Route[] = []
  const byNumber = Map.groupBy(lb.ports, (port) => port.port)
  for (const number of [...byNumber.keys()].toSorted((a, b) => a - b)) {
    const ports = byNumber.get(number) ?? []
    const tcp = ports.find((port) => port.protocol === 'TCP')
    const udp = ports.find((port) => port.protocol === 'UDP')
    const route =
      tcp !== undefined && udp !== undefined
        ? pair(tcp, udp, settings, problems)
        : single(tcp ?? udp, settings)
    if (route !== undefined) routes.push(route)
  }
  return { routes, problems }
}

function endsTls(port: Port, { certificates, tlsPorts }: AwsSettings): boolean {
  return certificates !== undefined && port.protocol === 'TCP' && selects(tlsPorts?.value ?? 'all', port)
}

function single(port: Port | undefined, settings: AwsSettings): Route | undefined {
  if (port === undefined || port.protocol === 'SCTP') return undefined
  const tls = endsTls(port, settings)
  const encrypted = tls && settings.backendProtocol?.value === 'ssl'
  return {
    port: port.port,
    protocol: tls ? 'TLS' : port.protocol,
    backend: encrypted ? 'TLS' : port.protocol,
    nodePort: port.nodePort,
    transports: [port.protocol === 'UDP' ? 'udp' : 'tcp'],
    path: pathOf(port),
  }
}

/** A load balancer has one listener on a port: TCP and UDP of one number share it, if they lead to one node port. */
function pair(tcp: Port, udp: Port, settings: AwsSettings, problems: Problem[]): Route | undefined {
  const { nodePort = udp.nodePort } = tcp
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
  if (nodePort !== undefined && udp.nodePort !== undefined && nodePort !== udp.nodePort) {
    problems.push(
      error(
        'LB_PORT_PAIR',
        `${pathOf(udp)}.nodePort`,
        `TCP and UDP on port ${tcp.port} share one listener and so need one nodePort, but have ${tcp.nodePort} and ${udp.nodePort}`,
        {
          value: String(udp.nodePort),
          accepted: String(nodePort),
          hint: `set both nodePorts to ${nodePort}`,
        },
      ),
    )
    return undefined
  }
  return {
    port: tcp.port,
    protocol: 'TCP_UDP',
    backend: 'TCP_UDP',
    nodePort,
    transports: ['tcp', 'udp'],
    path: pathOf(tcp),
  }
}

function tlsProblems(
  lb: LoadBalancer,
  { certificates, tlsPorts, tlsPolicy }: AwsSettings,
): readonly Problem[] {
  const problems: Problem[] = []
  if (certificates === undefined) {
    for (const setting of [tlsPorts, tlsPolicy])
      if (setting !== undefined)
        problems.push(
          warning('LB_TLS_NO_CERTIFICATE', setting.path, 'without a certificate no port ends TLS', {
            value: setting.raw,
            hint: 'name one in service.beta.kubernetes.io/aws-load-balancer-ssl-cert',
          }),
        )
  }
  if (tlsPorts === undefined) return problems
  const tcp = lb.ports.filter((port) => port.protocol === 'TCP')
  const known = tcp.map((port) => (port.name === undefined ? `${port.port}` : `${port.port} (${port.name})`))
  for (const item of unmatched(tlsPorts.value, tcp))
    problems.push(
      error('LB_TLS_PORT_UNKNOWN', tlsPorts.path, `the Service has no TCP port ${JSON.stringify(item)}`, {
        value: String(item),
        accepted: [...known, '*'].join(', '),
      }),
    )
  return problems
}
