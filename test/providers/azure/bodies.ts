import type { JsonObject } from '../../../src/lib/json.ts'
import { network, stemOf } from './world.ts'

/** What Azure says of objects that the controller for Azure made for Services. */
interface Frontend {
  readonly index: number
  readonly port?: number
  /** Private: on an internal load balancer. */
  readonly ip?: string
}

const idOf = (type: string, ...names: readonly string[]): string => `${network}/${type}/${names.join('/')}`

export function balancerBody(
  name: string,
  frontends: readonly Frontend[],
  more: JsonObject = {},
): JsonObject {
  const sub = (type: string, of: string): JsonObject => ({ id: idOf('loadBalancers', name, type, of) })
  const pool = { name: 'kubernetes', ...sub('backendAddressPools', 'kubernetes') }
  return {
    name,
    id: idOf('loadBalancers', name),
    type: 'Microsoft.Network/loadBalancers',
    location: 'West Europe',
    sku: { name: 'Standard', tier: 'Regional' },
    properties: {
      provisioningState: 'Succeeded',
      frontendIPConfigurations: frontends.map(({ index, ip }) => ({
        name: stemOf(index),
        ...sub('frontendIPConfigurations', stemOf(index)),
        ...(ip === undefined ? {} : { zones: ['1', '2', '3'] }),
        properties: {
          provisioningState: 'Succeeded',
          ...(ip === undefined
            ? { publicIPAddress: { id: idOf('publicIPAddresses', `kubernetes-${stemOf(index)}`) } }
            : {
                privateIPAddress: ip,
                privateIPAllocationMethod: 'Dynamic',
                subnet: { id: idOf('virtualNetworks', 'shop', 'subnets', 'nodes').toLowerCase() },
              }),
        },
      })),
      loadBalancingRules: frontends.map(({ index, port = 80 }) => ({
        name: `${stemOf(index)}-TCP-${port}`,
        properties: {
          provisioningState: 'Succeeded',
          protocol: 'Tcp',
          frontendPort: port,
          backendPort: port,
          enableFloatingIP: true,
          loadDistribution: 'Default',
          idleTimeoutInMinutes: 4,
          enableTcpReset: true,
          disableOutboundSnat: false,
          frontendIPConfiguration: sub('frontendIPConfigurations', stemOf(index)),
          backendAddressPool: sub('backendAddressPools', 'kubernetes'),
          probe: sub('probes', `${stemOf(index)}-TCP-${port}`),
        },
      })),
      probes: frontends.map(({ index, port = 80 }) => ({
        name: `${stemOf(index)}-TCP-${port}`,
        properties: {
          protocol: 'Tcp',
          port: 30_000 + (port % 2_000),
          intervalInSeconds: 5,
          probeThreshold: 2,
        },
      })),
      backendAddressPools: [
        {
          ...pool,
          properties: {
            virtualNetwork: { id: idOf('virtualNetworks', 'shop') },
            loadBalancerBackendAddresses: [
              { name: 'node-2', properties: { ipAddress: '10.0.1.12' } },
              { name: 'node-1', properties: { ipAddress: '10.0.1.11' } },
            ],
          },
        },
      ],
      ...more,
    },
  }
}

export const publicIPBody = (index: number, ipAddress: string): JsonObject => ({
  name: `kubernetes-${stemOf(index)}`,
  id: idOf('publicIPAddresses', `kubernetes-${stemOf(index)}`),
  location: 'westeurope',
  sku: { name: 'Standard', tier: 'Regional' },
  zones: ['3', '1', '2'],
  tags: { 'k8s-azure-service': `shop/web-${index}`, 'k8s-azure-cluster-name': 'kubernetes' },
  properties: {
    provisioningState: 'Succeeded',
    ipAddress,
    publicIPAddressVersion: 'IPv4',
    publicIPAllocationMethod: 'Static',
    idleTimeoutInMinutes: 4,
  },
})
