import type { LoadBalancer, Port } from '../../src/model/load-balancer.ts'
import { error, type Problem, warning } from '../../src/model/problem.ts'
import { selects, unmatched } from '../../src/model/value-ports.ts'
import type { LocalSettings } from './annotations.ts'

/** One listener: a port of the Service. */
export interface Route {
  readonly protocol: 'TCP' | 'UDP'
  readonly port: number
  /** Undefined while the API server has yet to choose it. */
  readonly nodePort: number | undefined
  readonly tls: boolean
  readonly proxyProtocol: 'v1' | 'v2' | undefined
  /** `tcp/80`: what one Service has on an address. */
  readonly claim: string
  /** `spec.ports[0]`. */
  readonly path: string
}

export const claimOf = (protocol: string, port: number): string => `${protocol.toLowerCase()}/${port}`

export const routesOf = (lb: LoadBalancer, settings: LocalSettings): readonly Route[] =>
  lb.ports.map((port) => routeOf(port, settings))

function routeOf(port: Port, { certificate, tlsPorts, proxyProtocol }: LocalSettings): Route {
  const tcp = port.protocol === 'TCP'
  const word = proxyProtocol?.value ?? 'false'
  return {
    protocol: tcp ? 'TCP' : 'UDP',
    port: port.port,
    nodePort: port.nodePort,
    tls: tcp && certificate !== undefined && selects(tlsPorts?.value ?? 'all', port),
    proxyProtocol: !tcp || word === 'false' ? undefined : word === 'true' ? 'v2' : word,
    claim: claimOf(port.protocol, port.port),
    path: `spec.ports[${port.index}]`,
  }
}

export const routeProblems = (lb: LoadBalancer, settings: LocalSettings): readonly Problem[] => [
  ...tlsProblems(lb, settings),
  ...tcpOnly(lb, settings),
]

function tlsProblems(
  lb: LoadBalancer,
  { certificate, tlsPorts, tlsPolicy }: LocalSettings,
): readonly Problem[] {
  if (certificate === undefined)
    return [tlsPorts, tlsPolicy].flatMap((setting) =>
      setting === undefined
        ? []
        : [
            warning('LB_LOCAL_TLS', setting.path, 'no port ends TLS, because no certificate is named', {
              value: setting.raw,
              hint: 'name a Secret in local.lb-controller.io/ssl-cert',
            }),
          ],
    )
  if (tlsPorts === undefined) return []
  const tcp = lb.ports.filter(({ protocol }) => protocol === 'TCP')
  return unmatched(tlsPorts.value, tcp).map((item) =>
    error('LB_LOCAL_TLS_PORTS', tlsPorts.path, `the Service has no TCP port ${item}`, {
      value: String(item),
      accepted: [
        '"*"',
        ...tcp.flatMap(({ port, name }) => [String(port), ...(name === undefined ? [] : [name])]),
      ].join(', '),
    }),
  )
}

/** What belongs to TCP alone is told of the other ports, once for each key. */
function tcpOnly(lb: LoadBalancer, { certificate, proxyProtocol }: LocalSettings): readonly Problem[] {
  const others = lb.ports.filter(({ protocol }) => protocol !== 'TCP')
  if (others.length === 0) return []
  const which = others.map(({ protocol, port }) => `${protocol} port ${port}`).join(', ')
  const asked = [certificate, proxyProtocol?.value === 'false' ? undefined : proxyProtocol]
  return asked.flatMap((setting) =>
    setting === undefined
      ? []
      : [
          warning('LB_LOCAL_TCP_ONLY', setting.path, `this is for TCP; ${which} goes without it`, {
            value: setting.raw,
          }),
        ],
  )
}
