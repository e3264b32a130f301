import { fromService, type FromService, type FromServiceOptions } from '../../src/model/from-service.ts'
import type { ObjectMeta, ServiceObject } from '../../src/model/objects.ts'
import { awsAnnotations } from '../../providers/aws/annotations.ts'

export const beta = 'service.beta.kubernetes.io/'
export const aws = `${beta}aws-load-balancer-`

export const capable = {
  mixedProtocols: true,
  sourceRanges: true,
  udp: true,
  sctp: true,
  ipv6: true,
  dualStack: true,
  requestedAddress: true,
  sessionAffinity: true,
} as const

/** A Service of type LoadBalancer with one port, as a cluster holds it. */
export const service = (
  spec: Readonly<Record<string, unknown>> = {},
  metadata: Partial<ObjectMeta> = {},
): ServiceObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'edge',
    namespace: 'shop',
    uid: 'u-1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...metadata,
  },
  spec: {
    type: 'LoadBalancer',
    ports: [{ port: 80, protocol: 'TCP', nodePort: 30080 }],
    ...spec,
  },
})

export const read = (from: ServiceObject, options: Partial<FromServiceOptions> = {}): FromService =>
  fromService(from, { provider: 'aws', table: awsAnnotations, can: capable, origin: 'cluster', ...options })

/** `error LB_CODE path`, one line for each problem. */
export const said = ({ problems }: FromService): string[] =>
  problems.map(({ severity, code, path }) => `${severity} ${code} ${path}`)
