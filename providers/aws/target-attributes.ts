import { error, type Problem, warning } from '../../src/model/problem.ts'
import { selects } from '../../src/model/value-ports.ts'
import type { Route } from './routes.ts'
import type { Wish } from './wish.ts'

export interface TargetAttributes {
  /** As the ELBv2 API names them; only what somebody asked for, the rest is as AWS sets it. */
  readonly attributes: Readonly<Record<string, string>>
  /** Attribute -> where it was written. */
  readonly origins: Readonly<Record<string, string>>
}

/** The attributes of one port's target group: those for all ports, then those for this port, then PROXY protocol. */
export function targetAttributes(
  { lb, settings, keyed }: Pick<Wish, 'lb' | 'settings' | 'keyed'>,
  route: Route,
): TargetAttributes {
  const attributes: Record<string, string> = {}
  const origins: Record<string, string> = {}
  const ask = (key: string, value: string, path: string): void => {
    attributes[key] = value
    origins[key] = path
  }
  const { drainingTimeout, targetGroupAttributes: all, proxyProtocol, proxyProtocolPorts } = settings
  // Stickiness is by client address, which a TLS listener does not pass on to the choice of a target.
  if (lb.affinity !== undefined && route.protocol !== 'TLS') {
    ask('stickiness.enabled', 'true', 'spec.sessionAffinity')
    ask('stickiness.type', 'source_ip', 'spec.sessionAffinity')
  }
  if (drainingTimeout !== undefined)
    ask('deregistration_delay.timeout_seconds', String(drainingTimeout.value), drainingTimeout.path)
  for (const [key, value] of Object.entries(all?.value ?? {})) ask(key, value, all?.path ?? '')
  const own = keyed.portAttributes?.[String(route.port)]
  for (const [key, value] of Object.entries(own?.value ?? {}))
    if (value !== '') ask(key, value, own?.path ?? '')
  if (proxyProtocolPorts !== undefined) {
    const port = lb.ports.find((one) => one.port === route.port)
    const sent = port !== undefined && selects(proxyProtocolPorts.value, port)
    ask('proxy_protocol_v2.enabled', String(sent), proxyProtocolPorts.path)
  }
  if (proxyProtocol !== undefined)
    ask('proxy_protocol_v2.enabled', String(proxyProtocol.value !== 'off'), proxyProtocol.path)
  return { attributes, origins }
}

/** Whether targets see the client's address. Nodes do unless told otherwise, pods only over UDP. */
export function keepsClientAddress(wish: Pick<Wish, 'lb' | 'settings' | 'keyed'>, route: Route): boolean {
  const asked = targetAttributes(wish, route).attributes['preserve_client_ip.enabled']
  if (route.transports.includes('udp')) return true
  return asked === undefined ? route.target.type === 'instance' : asked === 'true'
}

const key = 'preserve_client_ip.enabled'

/** What AWS refuses for the protocol of a port, and what names no port. */
export function attributeProblems(wish: Wish): readonly Problem[] {
  const { lb, settings, keyed, routes } = wish
  const problems: Problem[] = []
  for (const route of routes) {
    const { attributes, origins } = targetAttributes(wish, route)
    if (attributes[key] === 'false' && route.transports.includes('udp'))
      problems.push(
        error(
          'LB_TARGET_GROUP_ATTRIBUTE',
          origins[key] ?? '',
          `UDP port ${route.port} always keeps the client address`,
          {
            value: `${key}=false`,
            hint: 'leave this attribute out, or give the UDP port a Service of its own',
          },
        ),
      )
    const sticky = attributes['stickiness.type']
    if (sticky !== undefined && sticky !== 'source_ip')
      problems.push(
        error(
          'LB_TARGET_GROUP_ATTRIBUTE',
          origins['stickiness.type'] ?? '',
          'a network load balancer keeps a client on one target by its address only',
          { value: `stickiness.type=${sticky}`, accepted: 'stickiness.type=source_ip' },
        ),
      )
  }
  if (settings.proxyProtocol?.value === 'v1')
    problems.push(
      error(
        'LB_AWS_NOT_OF_KIND',
        settings.proxyProtocol.path,
        'a network load balancer speaks version 2 of PROXY protocol',
        { value: 'v1', accepted: 'true or v2' },
      ),
    )
  for (const [port, setting] of Object.entries(keyed.portAttributes ?? {}))
    if (!lb.ports.some((one) => String(one.port) === port))
      problems.push(
        warning('LB_PORTS_UNKNOWN', setting.path, `the Service has no port ${port}, so this has no effect`, {
          value: port,
          accepted: lb.ports.map((one) => one.port).join(', '),
        }),
      )
  return problems
}
