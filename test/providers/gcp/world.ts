import type { GcpConfig } from '../../../providers/gcp/config.ts'
import { createBlueprint } from '../../../providers/gcp/blueprint.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import type { NodeObject, ServiceObject } from '../../../src/model/objects.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import type { Blueprint, Cluster } from '../../../src/provider/blueprint.ts'
import { contribute, planServices, type World } from '../../support/plan-service.ts'

export const cluster: Cluster = { name: 'prod', uid: '99999999-8888-7777-6666-555555555555' }
export const uid = '11111111-2222-3333-4444-555555555555'
export const legacy = 'a1111111122223333444455555555555'
export const facts: JsonObject = {
  project: 'shop-prod',
  region: 'us-central1',
  network: 'prod',
  subnet: 'nodes',
}

export const blueprint = (config: Partial<GcpConfig> = {}): Blueprint =>
  createBlueprint({ nodeTags: ['gke'], ...config })

export const node = (name: string, zone = 'us-central1-a'): NodeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: {} },
  spec: { providerID: `gce://shop-prod/${zone}/${name}` },
})

export const nodes = [node('gke-1'), node('gke-2', 'us-central1-b')]

export const service = (
  spec: Readonly<Record<string, unknown>> = {},
  annotations: Readonly<Record<string, string>> = {},
  name = 'web',
): ServiceObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop', uid: name === 'web' ? uid : `uid-of-${name}`, annotations },
  spec: {
    type: 'LoadBalancer',
    ports: [{ name: 'http', port: 80, protocol: 'TCP', nodePort: 30_080 }],
    ...spec,
  },
})

const world = (more: World): World => ({ facts, nodes, cluster, ...more })

export const asked = (of: ServiceObject, more: World = {}, config: Partial<GcpConfig> = {}) =>
  contribute(blueprint(config), of, world(more))

export const planned = (of: readonly ServiceObject[], more: World = {}, config: Partial<GcpConfig> = {}) =>
  planServices(blueprint(config), of, world(more))

/** `error LB_CODE path`. */
export const said = ({ problems }: ReturnType<typeof asked>): readonly string[] =>
  problems.map(({ severity, code, path }) => `${severity} ${code} ${path}`)

/** What the cloud holds after a Service was built as asked: bodies with refs filled, read through the forms. */
export function built(of: ServiceObject, config: Partial<GcpConfig> = {}): readonly Observed[] {
  const forms = blueprint(config).kinds
  const { resources } = asked(of, {}, config)
  const names = new Map(resources.map(({ kind, key, spec }) => [`${kind} ${key}`, spec]))
  return resources.flatMap((resource) => {
    const { spec, parts, kind } = resource
    const body = JSON.parse(
      JSON.stringify({ ...spec, ...bodyParts(kind, parts), ...chosen(kind, spec) }),
      (_key, value: unknown) => filled(value, names),
    ) as JsonObject
    return forms[kind]?.observe?.(body, cluster) ?? []
  })
}

/** What the cloud chooses where nothing is asked. */
const chosen = (kind: string, spec: JsonObject): JsonObject =>
  kind === 'address' ? { address: spec['ipVersion'] === 'IPV6' ? '2600:1900::1' : '203.0.113.7' } : {}

const bodyParts = (kind: string, parts: Observed['parts']): JsonObject => {
  const specs = Object.values(parts ?? {}).map(({ spec }) => spec)
  if (kind === 'backend-service') return { backends: specs }
  return kind === 'network-endpoint-group' ? { networkEndpoints: specs } : {}
}

const collections: Readonly<Record<string, string>> = {
  'backend-service': 'backendServices',
  'health-check': 'healthChecks',
  'network-endpoint-group': 'networkEndpointGroups',
  'target-ssl-proxy': 'targetSslProxies',
  'target-tcp-proxy': 'targetTcpProxies',
}

function filled(value: unknown, names: ReadonlyMap<string, JsonObject>): unknown {
  const ref = (value as { $ref?: { kind: string; key: string } } | null)?.$ref
  if (ref === undefined) return value
  const spec = names.get(`${ref.kind} ${ref.key}`) ?? {}
  if (ref.kind === 'address') return spec['ipVersion'] === 'IPV6' ? '2600:1900::1' : '203.0.113.7'
  const zone = spec['zone']
  const region = spec['region']
  const place =
    typeof zone === 'string' ? `zones/${zone}` : typeof region === 'string' ? `regions/${region}` : 'global'
  return `projects/shop-prod/${place}/${collections[ref.kind] ?? ''}/${typeof spec['name'] === 'string' ? spec['name'] : ''}`
}
