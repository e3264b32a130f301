import type { JsonObject } from '../lib/json.ts'
import type { Endpoints } from './endpoints.ts'
import type { Port } from './load-balancer.ts'
import type { ServiceSpec } from './objects.ts'

/** What a load balancer needs to know of another Service to send to it. */
export interface OtherService {
  readonly ports: readonly Port[]
  readonly trafficPolicy: 'Cluster' | 'Local'
  readonly healthCheckNodePort?: number
  /** Whether each port that has no node port yet will get one. */
  readonly allocatesNodePorts: boolean
  /** Its pods; undefined where nobody looked, and while they are not known. */
  readonly endpoints?: Endpoints
}

/** There is none of that name, but these. */
export interface NoService {
  readonly instead: readonly string[]
}

/** Services of one namespace by name. One that is missing here is one that nobody knows anything of. */
export type Others = ReadonlyMap<string, OtherService | NoService>

const fields = [
  'type',
  'ports',
  'externalTrafficPolicy',
  'healthCheckNodePort',
  'allocateLoadBalancerNodePorts',
] as const

/** The fields of its spec that another Service's load balancer depends on. */
export const sentToBy = (spec: ServiceSpec = {}): JsonObject =>
  Object.fromEntries(
    fields.flatMap((field) => (spec[field] === undefined ? [] : [[field, spec[field]]])),
  ) as JsonObject

/** Of any type, and as the API server holds it: what is wrong with it is its own affair. */
export function otherService({
  type,
  ports = [],
  externalTrafficPolicy,
  healthCheckNodePort = 0,
  allocateLoadBalancerNodePorts: allocates = true,
}: ServiceSpec): OtherService {
  const local = externalTrafficPolicy === 'Local'
  return {
    ports: ports.map(({ name = '', protocol, port, targetPort = port, nodePort = 0 }, index) => ({
      index,
      protocol: protocol === 'UDP' || protocol === 'SCTP' ? protocol : 'TCP',
      port,
      targetPort,
      ...(name === '' ? {} : { name }),
      ...(nodePort === 0 ? {} : { nodePort }),
    })),
    trafficPolicy: local ? 'Local' : 'Cluster',
    ...(local && healthCheckNodePort !== 0 ? { healthCheckNodePort } : {}),
    allocatesNodePorts: type === 'NodePort' || (type === 'LoadBalancer' && allocates),
  }
}
