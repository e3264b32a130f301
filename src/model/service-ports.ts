import type { ServiceCapabilities } from './capabilities.ts'
import type { Port, Protocol } from './load-balancer.ts'
import type { ServicePort, ServiceSpec } from './objects.ts'
import { error, type Problem } from './problem.ts'
import { wordOf } from './service-words.ts'

interface PortsRead {
  readonly ports: readonly Port[]
  readonly problems: readonly Problem[]
}

interface PortOptions {
  readonly can: ServiceCapabilities
  readonly origin: 'file' | 'cluster'
}

export function portsOf(spec: ServiceSpec, options: PortOptions): PortsRead {
  const listed = spec.ports ?? []
  if (listed.length === 0) return { ports: [], problems: [noPorts] }
  const read = listed.map((port, index) => portOf(port, index, spec, options))
  const ports = read.map((one) => one.port)
  return {
    ports,
    problems: [...read.flatMap((one) => one.problems), ...duplicates(ports), ...mixed(ports, options.can)],
  }
}

const noPorts = error(
  'LB_NO_PORTS',
  'spec.ports',
  'the Service has no ports, so there is nothing to listen on',
  {
    accepted: 'at least one port',
    hint: 'add the port that clients connect to',
  },
)

function portOf(
  from: ServicePort,
  index: number,
  spec: ServiceSpec,
  options: PortOptions,
): { port: Port; problems: Problem[] } {
  const path = `spec.ports[${index}]`
  const protocol = wordOf(`${path}.protocol`, from.protocol, ['TCP', 'UDP', 'SCTP'])
  const port: Port = {
    index,
    protocol: protocol.word,
    port: from.port,
    targetPort: from.targetPort ?? from.port,
    ...(from.name === undefined || from.name === '' ? {} : { name: from.name }),
    ...(from.nodePort === undefined || from.nodePort === 0 ? {} : { nodePort: from.nodePort }),
    ...(from.appProtocol === undefined ? {} : { appProtocol: from.appProtocol }),
  }
  return {
    port,
    problems: [
      ...protocol.problems,
      ...unsupported(protocol.word, path, options.can),
      ...outOfRange(`${path}.port`, from.port),
      ...outOfRange(`${path}.nodePort`, port.nodePort),
      ...outOfRange(`${path}.targetPort`, typeof from.targetPort === 'string' ? undefined : from.targetPort),
      ...missingNodePort(port, path, spec, options),
    ],
  }
}

function unsupported(protocol: Protocol, path: string, can: ServiceCapabilities): Problem[] {
  const fits = protocol === 'TCP' || (protocol === 'UDP' ? can.udp : can.sctp)
  if (fits) return []
  const message = `load balancers of this provider do not carry ${protocol}`
  return [
    error('LB_PROTOCOL_UNSUPPORTED', `${path}.protocol`, message, {
      value: protocol,
      accepted: ['TCP', ...(can.udp ? ['UDP'] : []), ...(can.sctp ? ['SCTP'] : [])].join(' or '),
      hint: `move this port to a Service of another type; its other ports are then served`,
    }),
  ]
}

function outOfRange(path: string, value: number | undefined): Problem[] {
  if (value !== undefined && value >= 1 && value <= 65535) return []
  if (value === undefined && !path.endsWith('.port')) return []
  const details = {
    accepted: 'a number from 1 to 65535',
    ...(value === undefined ? {} : { value: String(value) }),
  }
  const message = value === undefined ? 'the port has no number' : `${value} is not a port number`
  return [error('LB_PORT_RANGE', path, message, details)]
}

/** In a file the API server has yet to choose one, unless it was told not to. */
function missingNodePort(
  port: Port,
  path: string,
  spec: ServiceSpec,
  { origin, can }: PortOptions,
): Problem[] {
  const off = spec.allocateLoadBalancerNodePorts === false
  if (off && can.nodePortsOptional === true) return []
  if (port.nodePort !== undefined || (origin === 'file' && !off)) return []
  const message = `port ${port.port} has no NodePort, so the load balancer has nowhere on the nodes to send to`
  const hint = off
    ? 'set spec.allocateLoadBalancerNodePorts to true, or write a nodePort for this port'
    : 'write a nodePort for this port, or remove the port and add it again'
  return [error('LB_NODE_PORT_MISSING', `${path}.nodePort`, message, { accepted: 'a NodePort', hint })]
}

function duplicates(ports: readonly Port[]): Problem[] {
  const first = new Map<string, number>()
  return ports.flatMap((port) => {
    const id = `${port.protocol}/${port.port}`
    const other = first.get(id)
    if (other === undefined) {
      first.set(id, port.index)
      return []
    }
    const message = `${id} is already spec.ports[${other}]; a load balancer listens once on each port and protocol`
    return [
      error('LB_PORT_DUPLICATE', `spec.ports[${port.index}]`, message, {
        value: id,
        hint: 'remove one of the two',
      }),
    ]
  })
}

function mixed(ports: readonly Port[], can: ServiceCapabilities): Problem[] {
  const protocols = [...new Set(ports.map((port) => port.protocol))]
  if (can.mixedProtocols || protocols.length < 2) return []
  const message = `the Service mixes ${protocols.join(' and ')}, and a load balancer of this provider carries one protocol`
  return [error('LB_MIXED_PROTOCOLS', 'spec.ports', message, { hint: 'make one Service for each protocol' })]
}
