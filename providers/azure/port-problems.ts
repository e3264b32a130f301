import type { Setting } from '../../src/model/annotations.ts'
import { error, type Problem, warning } from '../../src/model/problem.ts'
import { probePortProblems, probesNodePort, probesPods, protocolOf } from './probes.ts'
import { ruledPorts } from './rules.ts'
import { timingProblems } from './probe-timing.ts'
import type { Wish } from './wish.ts'

/** What is wrong with the ports of a Service and with what annotations say of them. */
export function portProblems(wish: Wish): readonly Problem[] {
  const { lb } = wish
  return [
    ...sctp(wish),
    ...nodePorts(wish),
    ...timingProblems(wish, undefined),
    ...lb.ports.flatMap((port) => [...timingProblems(wish, port), ...probePortProblems(wish, port)]),
    ...unknownPorts(wish),
    ...unheard(wish),
    ...nothingLeft(wish),
  ].filter(first)
}

const first = (one: Problem, at: number, all: readonly Problem[]): boolean =>
  all.findIndex((other) => other.code === one.code && other.path === one.path) === at

function sctp({ lb, highAvailabilityPorts }: Wish): readonly Problem[] {
  if (highAvailabilityPorts) return []
  return lb.ports.flatMap((port) =>
    port.protocol !== 'SCTP'
      ? []
      : error(
          'LB_PROTOCOL_UNSUPPORTED',
          `spec.ports[${port.index}].protocol`,
          'Azure passes SCTP on only through an internal load balancer, in a rule for all ports',
          {
            value: 'SCTP',
            accepted: 'TCP or UDP',
            hint: 'set azure-load-balancer-internal and azure-load-balancer-enable-high-availability-ports to "true"',
          },
        ),
  )
}

/** A Service may do without NodePorts where neither traffic nor a probe needs them. */
function nodePorts(wish: Wish): readonly Problem[] {
  if (wish.lb.allocatesNodePorts) return []
  return ruledPorts(wish).flatMap((port) => {
    if (port.nodePort !== undefined) return []
    const translated = !wish.highAvailabilityPorts && wish.families.some(({ floatingIP }) => !floatingIP)
    if (!translated && !probesNodePort(wish, port)) return []
    const why = translated
      ? 'without floating IP the load balancer sends to it'
      : 'the probe of the port asks it'
    const path = `spec.ports[${port.index}].nodePort`
    return [
      error('LB_NODE_PORT_MISSING', path, `port ${port.port} has no NodePort, and ${why}`, {
        accepted: 'a NodePort',
        hint: translated
          ? 'write a nodePort for this port'
          : `write a nodePort, or ask the node proxy with port_${port.port}_health-probe_port: "10256"`,
      }),
    ]
  })
}

/** Keys for a port that the Service does not have. */
function unknownPorts({ lb, keyed }: Wish): readonly Problem[] {
  const known = lb.ports.map(({ port }) => String(port))
  const families = Object.values(keyed) as readonly (Readonly<Record<string, Setting<unknown>>> | undefined)[]
  return families.flatMap((settings) =>
    Object.entries(settings ?? {}).flatMap(([at, setting]) =>
      known.includes(at)
        ? []
        : warning('LB_AZURE_PORT_UNKNOWN', setting.path, `the Service has no port ${at}`, {
            value: at,
            accepted: known.join(', '),
            hint: 'the number in the key is that of spec.ports[].port',
          }),
    ),
  )
}

const say = (setting: Setting<unknown> | undefined, why: string): readonly Problem[] =>
  setting === undefined
    ? []
    : [warning('LB_AZURE_NO_EFFECT', setting.path, `this has no effect: ${why}`, { value: setting.raw })]

/** Settings of probes that no probe follows. */
function unheard(wish: Wish): readonly Problem[] {
  const { lb, keyed, settings } = wish
  if (probesPods(wish)) {
    const why = 'with externalTrafficPolicy Local the node proxy is asked which nodes have pods'
    const ofPorts = [
      keyed.portProbeProtocol,
      keyed.portProbePath,
      keyed.portProbeInterval,
      keyed.portProbeThreshold,
    ].flatMap((family) =>
      Object.entries(family ?? {}).flatMap(([at, setting]) =>
        keyed.portProbePort?.[at] === undefined ? say(setting, why) : [],
      ),
    )
    return settings.probePortForAll === undefined
      ? [...say(settings.probeProtocol, why), ...say(settings.probePath, why), ...ofPorts]
      : []
  }
  const paths = lb.ports.flatMap((port) => {
    const setting = keyed.portProbePath?.[String(port.port)]
    return protocolOf(wish, port).protocol === 'Tcp' ? say(setting, 'a Tcp probe asks for no path') : []
  })
  const allTcp = lb.ports.every((port) => protocolOf(wish, port).protocol === 'Tcp')
  return [...paths, ...(allTcp ? say(settings.probePath, 'no probe speaks Http or Https') : [])]
}

function nothingLeft({ lb, keyed }: Wish): readonly Problem[] {
  const left = lb.ports.some(({ port }) => keyed.portNoRule?.[String(port)]?.value !== true)
  const [setting] = Object.values(keyed.portNoRule ?? {})
  if (left || setting === undefined) return []
  const message = 'no port of the Service is left for the load balancer'
  return [
    error('LB_AZURE_NO_PORT', setting.path, message, {
      value: setting.raw,
      accepted: 'one port with a rule',
    }),
  ]
}
