import { createBlueprint } from '../../../providers/azure/blueprint.ts'
import type { AzureConfig } from '../../../providers/azure/config.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import type { NodeObject, ServiceObject, ServicePort, ServiceSpec } from '../../../src/model/objects.ts'
import type { Problem } from '../../../src/model/problem.ts'
import type { Plan } from '../../../src/plan/plan.ts'
import type { Observed, Resource } from '../../../src/plan/resource.ts'
import { contribute, type Contributed, planServices, type World } from '../../support/plan-service.ts'

export const subscription = '00000000-0000-0000-0000-000000000001'
export const cluster = { name: 'kubernetes', uid: 'cccccccc-0000-0000-0000-000000000000' }
export const network = `/subscriptions/${subscription}/resourceGroups/shop/providers/Microsoft.Network`
export const beta = 'service.beta.kubernetes.io/'
export const azure = `${beta}azure-`
export const inside = { [`${azure}load-balancer-internal`]: 'true' }

export const facts: JsonObject = {
  subscription,
  resourceGroup: 'shop',
  location: 'westeurope',
  zones: ['1', '2', '3'],
  virtualNetwork: {
    name: 'shop',
    subnets: [
      { name: 'nodes', ranges: ['10.0.1.0/24', 'fd00:10::/64'] },
      { name: 'closed', ranges: ['10.0.2.0/24'], privateLinkServiceNetworkPolicies: 'Enabled' },
    ],
  },
  publicIPs: [
    { name: 'shop-ip', ipAddress: '203.0.113.10', version: 'IPv4', sku: 'Standard' },
    {
      name: 'old-ip',
      ipAddress: '203.0.113.11',
      version: 'IPv4',
      sku: 'Basic',
      dnsLabel: 'old',
      services: ['shop/old'],
    },
    { name: 'shop-ip6', ipAddress: '2001:db8::10', version: 'IPv6', sku: 'Standard' },
  ],
}

/** `uidOf(7)`: the uid of the seventh Service. */
export const uidOf = (index: number): string =>
  `${String(index).padStart(8, '0')}-2222-4333-8444-555555555555`
export const stemOf = (index: number): string => `a${uidOf(index).replaceAll('-', '')}`.slice(0, 32)

export const tcp = (port: number, more: Partial<ServicePort> = {}): ServicePort => ({
  name: `p${port}`,
  protocol: 'TCP',
  port,
  nodePort: 30_000 + (port % 2_000),
  ...more,
})

export interface Asked {
  readonly index?: number
  readonly annotations?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
  readonly spec?: Partial<ServiceSpec>
}

export function service({ index = 1, annotations = {}, labels = {}, spec = {} }: Asked = {}): ServiceObject {
  return {
    metadata: {
      name: `web-${index}`,
      namespace: 'shop',
      uid: uidOf(index),
      creationTimestamp: new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString(),
      annotations,
      labels,
    },
    spec: { type: 'LoadBalancer', ports: [tcp(80)], ...spec },
  }
}

export const node = (name: string, last: number, labels: Record<string, string> = {}): NodeObject => ({
  metadata: { name, labels },
  spec: {
    providerID: `azure:///subscriptions/${subscription}/resourceGroups/shop/providers/Microsoft.Compute/virtualMachineScaleSets/pool-${last % 2}/virtualMachines/${last}`,
  },
  status: {
    addresses: [
      { type: 'InternalIP', address: `10.0.1.${last}` },
      { type: 'InternalIP', address: `fd00:10::${last}` },
    ],
  },
})

export const usual: World = { cluster, facts, nodes: [node('node-1', 11), node('node-2', 12)] }
export const settings: Partial<AzureConfig> = { subnet: 'nodes', securityGroup: 'nodes' }

export const planOf = (
  services: readonly ServiceObject[],
  world: World = {},
  config: Partial<AzureConfig> = {},
): { readonly plan: Plan; readonly problems: readonly Problem[] } =>
  planServices(createBlueprint({ ...settings, ...config }), services, { ...usual, ...world })

export const contributionOf = (
  asked: Asked,
  world: World = {},
  config: Partial<AzureConfig> = {},
): Contributed =>
  contribute(createBlueprint({ ...settings, ...config }), service(asked), { ...usual, ...world })

export const only = (resources: readonly Resource[], kind: string): Resource => {
  const found = resources.filter((one) => one.kind === kind)
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} of kind ${kind}`)
  return found[0]
}

/** Existing objects, by kind, as a facts file has them. */
export function existing(bodies: Readonly<Record<string, readonly JsonObject[]>>): readonly Observed[] {
  const { kinds } = createBlueprint(settings)
  return Object.entries(bodies).flatMap(([kind, list]) =>
    list.flatMap((body) => {
      const seen = kinds[kind]?.observe?.(body, cluster)
      if (seen === undefined) throw new Error(`this is no ${kind}`)
      return seen
    }),
  )
}
