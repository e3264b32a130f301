import type { LoadBalancer, Port } from '../../src/model/load-balancer.ts'
import { error, type Problem, warning } from '../../src/model/problem.ts'
import { selects, unmatched } from '../../src/model/value-ports.ts'
import type { OpenStackSettings } from './annotations.ts'
import {
  listenerProtocol,
  type ListenerProtocol,
  poolProtocol,
  type PoolProtocol,
  type Traffic,
  transportOf,
} from './protocols.ts'

/** One listener with its pool: a port of the Service. */
export interface Route {
  readonly index: number
  readonly port: number
  readonly nodePort: number | undefined
  readonly traffic: Traffic
  readonly listener: ListenerProtocol
  readonly pool: PoolProtocol
  /** `tcp/80`: what can be held once on a load balancer. */
  readonly claim: string
  /** `spec.ports[0]`. */
  readonly path: string
}

export interface Routes {
  readonly routes: readonly Route[]
  readonly problems: readonly Problem[]
}

/** What stands for a NodePort that is not allocated yet. */
export const nodePortGap = (port: number): string => `<nodePort of ${port}>`

export function routesOf(lb: LoadBalancer, settings: OpenStackSettings): Routes {
  const routes = lb.ports.map((port) => routeOf(port, settings))
  return { routes, problems: [...tlsPortProblems(lb, settings), ...plainOnly(lb, settings)] }
}

function routeOf(port: Port, settings: OpenStackSettings): Route {
  const tcp = port.protocol === 'TCP'
  const traffic: Traffic = {
    protocol: port.protocol,
    tls: tcp && settings.certificates !== undefined && selects(settings.tlsPorts?.value ?? 'all', port),
    forwardedFor: tcp && settings.forwardedFor?.value === true,
    proxy: tcp ? (settings.proxyProtocol?.value ?? 'off') : 'off',
  }
  const listener = listenerProtocol(traffic)
  return {
    index: port.index,
    port: port.port,
    nodePort: port.nodePort,
    traffic,
    listener,
    pool: poolProtocol(listener, traffic),
    claim: `${transportOf(port.protocol)}/${port.port}`,
    path: `spec.ports[${port.index}]`,
  }
}

function tlsPortProblems(
  lb: LoadBalancer,
  { certificates, tlsPorts, tlsPolicy }: OpenStackSettings,
): readonly Problem[] {
  if (certificates === undefined)
    return [tlsPorts, tlsPolicy].flatMap((setting) =>
      setting === undefined
        ? []
        : [
            warning('LB_OPENSTACK_TLS', setting.path, 'no port ends TLS, because no certificate is named', {
              value: setting.raw,
              hint: 'name one in lb-controller.io/tls-certificate',
            }),
          ],
    )
  if (tlsPorts === undefined) return []
  const tcp = lb.ports.filter(({ protocol }) => protocol === 'TCP')
  return unmatched(tlsPorts.value, tcp).map((item) =>
    error('LB_OPENSTACK_TLS', tlsPorts.path, `the Service has no TCP port ${item}`, {
      value: String(item),
      accepted: [
        '"*"',
        ...tcp.flatMap(({ port, name }) => [String(port), ...(name === undefined ? [] : [name])]),
      ].join(', '),
    }),
  )
}

/** What belongs to TCP alone is told of the other ports, once for each key. */
function plainOnly(lb: LoadBalancer, settings: OpenStackSettings): readonly Problem[] {
  const others = lb.ports.filter(({ protocol }) => protocol !== 'TCP')
  if (others.length === 0) return []
  const { certificates, forwardedFor, proxyProtocol } = settings
  const asked = [
    certificates,
    forwardedFor?.value === true ? forwardedFor : undefined,
    proxyProtocol === undefined || proxyProtocol.value === 'off' ? undefined : proxyProtocol,
  ]
  const which = others.map(({ protocol, port }) => `${protocol} port ${port}`).join(', ')
  return asked.flatMap((setting) =>
    setting === undefined
      ? []
      : [
          warning('LB_OPENSTACK_TCP_ONLY', setting.path, `this is for TCP; ${which} goes without it`, {
            value: setting.raw,
          }),
        ],
  )
}
