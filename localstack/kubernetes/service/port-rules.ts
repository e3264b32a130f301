import type { ServicePort, ServiceSpec } from '../../../src/model/objects.ts'
import { duplicate, forbiddenField, invalidValue, required, unsupported } from '../cause.ts'
import type { Cause } from '../fault.ts'
import { dns1123Label, portName, qualifiedName } from '../naming.ts'

const badNumber = 'must be between 1 and 65535, inclusive'
const isPort = (value: unknown) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535

const at = (index: number) => `spec.ports[${index}]`

export function checkPorts(spec: ServiceSpec): Cause[] {
  const ports = spec.ports ?? []
  const earlier = (index: number, same: (other: ServicePort) => boolean) => ports.slice(0, index).some(same)
  return [
    ...ports.flatMap((port, index) => [
      ...checkName(port, at(index), ports.length > 1),
      ...(port.name && earlier(index, (other) => other.name === port.name)
        ? [duplicate(`${at(index)}.name`, port.name)]
        : []),
      ...checkPort(port, at(index)),
    ]),
    ...ports.flatMap((port, index) =>
      port.nodePort && spec.type === 'ClusterIP'
        ? [forbiddenField(`${at(index)}.nodePort`, "may not be used when `type` is 'ClusterIP'")]
        : [],
    ),
    ...ports.flatMap((port, index) =>
      port.nodePort &&
      earlier(index, (other) => other.nodePort === port.nodePort && other.protocol === port.protocol)
        ? [duplicate(`${at(index)}.nodePort`, port.nodePort)]
        : [],
    ),
    ...ports.flatMap((port, index) =>
      earlier(index, (other) => other.port === port.port && other.protocol === port.protocol)
        ? [duplicate(at(index), goPort(port))]
        : [],
    ),
  ]
}

function checkName(port: ServicePort, at: string, needed: boolean): Cause[] {
  const { name } = port
  if (!name) return needed ? [required(`${at}.name`)] : []
  return dns1123Label(name).map((text) => invalidValue(`${at}.name`, name, text))
}

function checkPort({ port, protocol, targetPort, appProtocol }: ServicePort, at: string): Cause[] {
  const causes: Cause[] = []
  if (!isPort(port)) causes.push(invalidValue(`${at}.port`, port, badNumber))
  if (!['SCTP', 'TCP', 'UDP'].includes(protocol ?? ''))
    causes.push(unsupported(`${at}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']))
  if (typeof targetPort === 'string')
    for (const text of portName(targetPort)) causes.push(invalidValue(`${at}.targetPort`, targetPort, text))
  else if (!isPort(targetPort)) causes.push(invalidValue(`${at}.targetPort`, targetPort, badNumber))
  if (appProtocol !== undefined)
    for (const text of qualifiedName(appProtocol))
      causes.push(invalidValue(`${at}.appProtocol`, appProtocol, text))
  return causes
}

/** The server compares, and prints, its internal type with nothing but the pair that must be unique. */
const goPort = ({ protocol, port }: ServicePort) => ({
  Name: '',
  Protocol: protocol,
  AppProtocol: null,
  Port: port,
  TargetPort: 0,
  NodePort: 0,
})
