import { createBlueprint } from '../../../providers/openstack/blueprint.ts'
import type { OpenStackConfig } from '../../../providers/openstack/config.ts'
import { ownerTags } from '../../../providers/openstack/kinds/load-balancer-form.ts'
import { writeTags } from '../../../providers/openstack/tags.ts'
import type { Json, JsonObject } from '../../../src/lib/json.ts'
import type { NodeObject, ServiceObject } from '../../../src/model/objects.ts'
import { asRef, branches } from '../../../src/plan/leaves.ts'
import type { Plan, Step } from '../../../src/plan/plan.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import { planServices, type World } from '../../support/plan-service.ts'

export const L = 'loadbalancer.openstack.org/'
export const own = 'lb-controller.io/'
export const internal = 'service.beta.kubernetes.io/openstack-internal-load-balancer'
export const at = (key: string): string => `metadata.annotations["${key}"]`
export const container = 'https://barbican.example/v1/containers/0a1b2c3d-0000-4000-8000-000000000008'

export const cluster = { name: 'prod', uid: 'c0ffee00-0000-4000-8000-000000000000' }

export const node = (name: string, address: string): NodeObject => ({
  metadata: { name },
  status: { addresses: [{ type: 'InternalIP', address }] },
})

export const facts = {
  octavia: { version: '2.26', keyManager: true, availabilityZones: ['nova-1'] },
  networks: [
    { id: 'net-public', name: 'public', external: true },
    { id: 'net-nodes', name: 'nodes', external: false },
    { id: 'net-other', name: 'other', external: false },
  ],
  subnets: [
    {
      id: 'public-a',
      name: 'public-a',
      networkId: 'net-public',
      cidr: '203.0.113.0/24',
      tags: ['metered'],
      freeAddresses: 5,
    },
    {
      id: 'public-b',
      name: 'public-b',
      networkId: 'net-public',
      cidr: '198.51.100.0/24',
      tags: ['free'],
      freeAddresses: 0,
    },
    { id: 'subnet-nodes', name: 'nodes', networkId: 'net-nodes', cidr: '10.0.1.0/24' },
    { id: 'subnet-front', name: 'front', networkId: 'net-other', cidr: '10.0.2.0/24' },
    { id: 'twin-1', name: 'twin', networkId: 'net-other', cidr: '10.0.3.0/24' },
    { id: 'twin-2', name: 'twin', networkId: 'net-other', cidr: '10.0.4.0/24' },
  ],
  floatingIps: [
    { id: 'fip-1', address: '203.0.113.10', networkId: 'net-public' },
    { id: 'fip-2', address: '203.0.113.11', networkId: 'net-public', portId: 'port-of-somebody' },
  ],
  ports: [
    { id: 'port-1', networkId: 'net-nodes', addresses: [{ subnetId: 'subnet-nodes', address: '10.0.1.11' }] },
    {
      id: 'port-2',
      networkId: 'net-nodes',
      addresses: [{ subnetId: 'subnet-nodes', address: '10.0.1.12' }],
      portSecurity: false,
    },
  ],
  containers: [container],
}

export const world: World = {
  cluster,
  nodes: [node('node-1', '10.0.1.11'), node('node-2', '10.0.1.12')],
  facts,
  origin: 'cluster',
}

export interface Asked {
  readonly name?: string
  readonly uid?: string
  readonly created?: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly spec?: Readonly<Record<string, unknown>>
}

export const serviceOf = ({
  name = 'web',
  uid,
  created,
  annotations = {},
  spec = {},
}: Asked): ServiceObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name,
    namespace: 'shop',
    uid: uid ?? `uid-of-${name}`,
    creationTimestamp: created ?? '2026-01-01T00:00:00Z',
    annotations,
  },
  spec: { type: 'LoadBalancer', ports: [{ protocol: 'TCP', port: 80, nodePort: 30080 }], ...spec },
})

export const planOf = (asked: readonly Asked[], more: World = {}, config: Partial<OpenStackConfig> = {}) =>
  planServices(createBlueprint(config), asked.map(serviceOf), { ...world, ...more })

export const titles = ({ steps }: Plan): readonly string[] =>
  steps.map(({ action, kind, key }) => `${action} ${kind} ${key}`).toSorted()

export const afterOf = (plan: Plan, kind: string, key?: string): JsonObject =>
  plan.steps.find((step) => step.kind === kind && (key === undefined || step.key === key))?.after ?? {}

export const partsOf = (plan: Plan, kind: string): readonly JsonObject[] =>
  (plan.steps.find((step) => step.kind === kind)?.parts ?? []).map(({ after }) => after ?? {})

const idOf = (kind: string, key: string): string => `id-of-${kind}-${key}`

function filled(value: Json): Json {
  const ref = asRef(value)
  if (ref !== undefined) return ref.out === 'id' ? idOf(ref.kind, ref.key) : `${ref.out}-of-${ref.key}`
  if (Array.isArray(value)) return value.map((item: Json) => filled(item))
  if (!branches(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner)]))
}

/** What the cloud shows of an object after a step made it. */
function bodyOf({ kind, key, after, parts = [] }: Step): JsonObject {
  const { tags, ...spec } = filled(after ?? {}) as JsonObject
  const rows = parts.flatMap((part) =>
    part.after === undefined ? [] : [{ key: part.key, spec: filled(part.after) as JsonObject }],
  )
  const owners = rows.flatMap(({ key: service, spec: of }) =>
    typeof of['uid'] === 'string'
      ? ownerTags(service.replace('service ', ''), of as { uid: string; name: string })
      : [],
  )
  const base = {
    ...spec,
    id: idOf(kind, key),
    tags: [...writeTags((tags ?? {}) as Record<string, string>), ...owners],
  }
  if (kind === 'load-balancer')
    return { ...base, vip_address: '10.0.1.100', vip_port_id: `vip_port_id-of-${key}` }
  if (kind === 'listener' || kind === 'pool')
    return {
      ...base,
      loadbalancers: [{ id: spec['loadbalancer_id'] ?? '' }],
      ...(kind === 'pool' ? { members: rows.map((row) => row.spec) } : {}),
    }
  if (kind === 'health-monitor') return { ...base, pools: [{ id: spec['pool_id'] ?? '' }] }
  if (kind === 'floating-ip') {
    const port = rows.find((row) => row.key === 'port')?.spec['port_id']
    return {
      floating_ip_address: /^\d/.test(key) ? key : '203.0.113.50',
      ...base,
      ...(port === undefined ? {} : { port_id: port }),
    }
  }
  return { ...base, security_group_rules: rows.map((row) => row.spec) }
}

/** The cloud after a plan was carried out, as it describes itself. */
export function cloudAfter(plan: Plan): readonly Observed[] {
  const { kinds } = createBlueprint({})
  return plan.steps
    .filter(({ action, kind }) => action === 'create' || kind === 'floating-ip')
    .flatMap((step) => kinds[step.kind]?.observe?.(bodyOf(step), cluster) ?? [])
}
