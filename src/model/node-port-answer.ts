import { acceptedAnnotation } from './claim.ts'
import type { ServiceObject, ServicePort } from './objects.ts'

/** What there is to say about a Service that has no load balancer. */
export interface Answer {
  readonly sentence: string
  /** One line for each port: `TCP 80  <node>:30080`. */
  readonly rows: readonly string[]
}

/** How a Service of another type than LoadBalancer is reached. */
export function nodePortAnswer({ metadata, spec }: ServiceObject): Answer {
  const name = `${metadata.namespace ?? 'default'}/${metadata.name}`
  const type = spec?.type ?? 'ClusterIP'
  const before =
    metadata.annotations?.[acceptedAnnotation] === undefined ? '' : ' The one that it had is removed.'
  const ports = spec?.ports ?? []
  const none = `${name} is of type ${type}: no load balancer.${before}`
  if (type === 'NodePort')
    return {
      sentence: `${none} Every node answers on its NodePorts.`,
      rows: ports.map((port) => row(port, nodeAt(port))),
    }
  if (type === 'ExternalName')
    return {
      sentence: `${none} It is another name for ${spec?.externalName ?? '(no name given)'}.`,
      rows: [],
    }
  const address =
    spec?.clusterIP === 'None' ? 'the pods themselves' : (spec?.clusterIP ?? '<cluster address>')
  return {
    sentence: `${none} It is reachable inside the cluster only.`,
    rows: ports.map((port) => row(port, spec?.clusterIP === 'None' ? address : `${address}:${port.port}`)),
  }
}

const nodeAt = ({ nodePort }: ServicePort): string =>
  nodePort === undefined || nodePort === 0 ? '<node>:<NodePort, known at apply>' : `<node>:${nodePort}`

const row = ({ protocol, port, name }: ServicePort, where: string): string =>
  `${protocol ?? 'TCP'} ${port}${name === undefined || name === '' ? '' : ` (${name})`}  ${where}`
