/** Services as a cluster holds them and as people write them, in the forms that reach a dry run. The same for each run. */
import { stringify } from 'yaml'
import type { JsonObject } from '../src/lib/json.ts'

const keys = {
  aws: 'service.beta.kubernetes.io/aws-load-balancer-healthcheck-interval',
  gcp: 'networking.gke.io/internal-load-balancer-allow-global-access',
  azure: 'service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout',
  openstack: 'loadbalancer.openstack.org/timeout-client-data',
} as const
const values = { aws: '10', gcp: 'false', azure: '10', openstack: '50000' } as const

export type Cloud = keyof typeof keys
export const clouds = Object.keys(keys) as readonly Cloud[]

/** One Service as its author wrote it: one to three ports, some with ranges, one annotation of its cloud. */
export function written(at: number, cloud: Cloud): JsonObject {
  const count = 1 + (at % 3)
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: `web-${at}`,
      namespace: `team-${at % 40}`,
      labels: { 'app.kubernetes.io/name': `web-${at}`, 'app.kubernetes.io/part-of': 'shop' },
      annotations: { [keys[cloud]]: values[cloud] },
    },
    spec: {
      type: 'LoadBalancer',
      ...(at % 4 === 0 ? { loadBalancerSourceRanges: ['10.0.0.0/8', `192.0.2.${at % 16}/32`] } : {}),
      selector: { 'app.kubernetes.io/name': `web-${at}` },
      ports: Array.from({ length: count }, (_, port) => ({
        name: `port-${port}`,
        protocol: 'TCP',
        port: ports[port] ?? 80,
        targetPort: 8080 + port,
        nodePort: 10_000 + at * 3 + port,
      })),
    },
  }
}

const ports = [80, 443, 8080] as const

/** The same as the API server shows it, with the bookkeeping of server-side apply: about 1.8 KB of JSON. */
export function stored(at: number, cloud: Cloud): JsonObject {
  const service = written(at, cloud)
  const { metadata, spec } = service as { metadata: JsonObject; spec: JsonObject & { ports: JsonObject[] } }
  const time = '2026-01-01T00:00:00Z'
  const fields = {
    'f:metadata': {
      'f:annotations': { '.': {}, [`f:${keys[cloud]}`]: {} },
      'f:labels': { '.': {}, 'f:app.kubernetes.io/name': {}, 'f:app.kubernetes.io/part-of': {} },
    },
    'f:spec': {
      'f:allocateLoadBalancerNodePorts': {},
      'f:externalTrafficPolicy': {},
      'f:internalTrafficPolicy': {},
      'f:ports': {
        '.': {},
        ...Object.fromEntries(
          spec.ports.map(({ port }) => [
            `k:${JSON.stringify({ port, protocol: 'TCP' })}`,
            { '.': {}, 'f:name': {}, 'f:port': {}, 'f:protocol': {}, 'f:targetPort': {} },
          ]),
        ),
      },
      'f:selector': {},
      'f:sessionAffinity': {},
      'f:type': {},
    },
  }
  return {
    ...service,
    metadata: {
      ...metadata,
      creationTimestamp: time,
      resourceVersion: String(100_000 + at),
      uid: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
      managedFields: [
        {
          apiVersion: 'v1',
          fieldsType: 'FieldsV1',
          fieldsV1: fields,
          manager: 'argocd-controller',
          operation: 'Apply',
          time,
        },
      ],
    },
    spec: {
      allocateLoadBalancerNodePorts: true,
      clusterIP: `10.96.${(at >> 8) % 256}.${at % 256}`,
      clusterIPs: [`10.96.${(at >> 8) % 256}.${at % 256}`],
      externalTrafficPolicy: 'Cluster',
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      sessionAffinity: 'None',
      ...spec,
    },
    status: { loadBalancer: {} },
  }
}

const many = (count: number, make: (at: number) => JsonObject): readonly JsonObject[] =>
  Array.from({ length: count }, (_, at) => make(at))

const list = (items: readonly JsonObject[]): JsonObject => ({
  apiVersion: 'v1',
  items,
  kind: 'List',
  metadata: { resourceVersion: '' },
})

/** As kubectl writes YAML: lists not indented, long texts in one piece. */
const yaml = (value: unknown): string =>
  stringify(value, {
    indentSeq: false,
    lineWidth: 0,
    aliasDuplicateObjects: false,
    defaultStringType: 'PLAIN',
  })

/** Each form with its file name. */
export const forms = {
  'documents.yaml': (count: number, cloud: Cloud) =>
    many(count, (at) => written(at, cloud))
      .map((one) => `---\n# Source: shop/templates/service.yaml\n${yaml(one)}`)
      .join(''),
  'list.json': (count: number, cloud: Cloud) => JSON.stringify(list(many(count, (at) => stored(at, cloud)))),
  'list.yaml': (count: number, cloud: Cloud) => yaml(list(many(count, (at) => stored(at, cloud)))),
  'written.json': (count: number, cloud: Cloud) =>
    JSON.stringify(list(many(count, (at) => written(at, cloud)))),
} as const

export type FormName = keyof typeof forms
