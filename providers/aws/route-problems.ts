import type { LoadBalancer, Port } from '../../src/model/load-balancer.ts'
import { error, type Problem, warning } from '../../src/model/problem.ts'
import { unmatched } from '../../src/model/value-ports.ts'
import type { AwsSettings } from './annotations.ts'
import type { TargetType } from './config.ts'

export const pathOf = (port: Port): string => `spec.ports[${port.index}]`

/** What is wrong with the ports and what annotations say of them. */
export const routeProblems = (
  lb: LoadBalancer,
  settings: AwsSettings,
  targetType: TargetType,
): readonly Problem[] => [
  ...tlsProblems(lb, settings),
  ...quicProblems(lb, settings),
  ...proxyPorts(lb, settings),
  ...(targetType === 'instance' ? withoutNodePort(lb) : []),
]

function tlsProblems(
  lb: LoadBalancer,
  { certificates, tlsPorts, tlsPolicy, alpnPolicy, backendProtocol }: AwsSettings,
): readonly Problem[] {
  const problems: Problem[] = []
  if (certificates === undefined) {
    const encrypted = backendProtocol?.value === 'ssl' ? backendProtocol : undefined
    for (const setting of [tlsPorts, tlsPolicy, alpnPolicy, encrypted])
      if (setting !== undefined && setting.value !== 'None')
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

/** A number that the Service does not have may be meant for later; one that carries TCP is a mistake. */
function quicProblems(lb: LoadBalancer, { quicPorts }: AwsSettings): readonly Problem[] {
  if (quicPorts === undefined) return []
  const udp = lb.ports.filter((port) => port.protocol === 'UDP')
  const absent = unmatched(quicPorts.value, lb.ports)
  const accepted = udp.map(({ port }) => port).join(', ') || 'none: the Service has no UDP port'
  return unmatched(quicPorts.value, udp).map((item) => {
    const say = absent.includes(item) ? warning : error
    return say('LB_PORTS_UNKNOWN', quicPorts.path, `the Service has no UDP port ${JSON.stringify(item)}`, {
      value: String(item),
      accepted,
      hint: 'QUIC runs over UDP: give the Service a UDP port of that number',
    })
  })
}

/** A number may be meant for other Services with the same annotations; a name that none of the ports bears is a slip. */
function proxyPorts(lb: LoadBalancer, { proxyProtocolPorts }: AwsSettings): readonly Problem[] {
  if (proxyProtocolPorts === undefined) return []
  return unmatched(proxyProtocolPorts.value, lb.ports).map((item) => {
    const say = typeof item === 'number' ? warning : error
    const details = { value: String(item), accepted: lb.ports.map(({ port }) => port).join(', ') }
    return say(
      'LB_PORTS_UNKNOWN',
      proxyProtocolPorts.path,
      `the Service has no port ${JSON.stringify(item)}`,
      details,
    )
  })
}

/** The API server was told to allocate none, and only pods can be reached without one. */
function withoutNodePort(lb: LoadBalancer): readonly Problem[] {
  if (lb.allocatesNodePorts) return []
  return lb.ports.flatMap((port) =>
    port.nodePort !== undefined
      ? []
      : error(
          'LB_NODE_PORT_MISSING',
          `${pathOf(port)}.nodePort`,
          `port ${port.port} has no NodePort, so the load balancer has nowhere on the nodes to send to`,
          {
            accepted: 'a NodePort',
            hint: 'set spec.allocateLoadBalancerNodePorts to true, or reach the pods themselves with aws-load-balancer-nlb-target-type: ip',
          },
        ),
  )
}
