import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadBalancerForm } from '../../../../providers/azure/kinds/load-balancer.ts'
import { publicIPForm } from '../../../../providers/azure/kinds/public-ip.ts'
import { securityGroupForm } from '../../../../providers/azure/kinds/security-group.ts'
import { defaultConfig } from '../../../../providers/azure/config.ts'
import { holdersIn, withHolders } from '../../../../providers/azure/security-group/holders.ts'
import type { JsonObject } from '../../../../src/lib/json.ts'

const cluster = { name: 'kubernetes', uid: 'cluster' }
const ipId =
  '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/publicIPAddresses/kubernetes-aweb'
const frontendId = (name: string): JsonObject => ({
  id: `/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/kubernetes/frontendIPConfigurations/${name}`,
})

const balancer: JsonObject = {
  name: 'kubernetes',
  properties: {
    frontendIPConfigurations: [
      { name: 'aweb', properties: { publicIPAddress: { id: ipId.toUpperCase() } } },
      { name: 'ainner', properties: { privateIPAddress: '10.0.0.9' } },
    ],
    loadBalancingRules: [
      {
        name: 'aweb-TCP-80',
        properties: {
          protocol: 'Tcp',
          frontendPort: 80,
          backendPort: 80,
          enableFloatingIP: true,
          frontendIPConfiguration: frontendId('aweb'),
        },
      },
      {
        name: 'aplain-TCP-81',
        properties: {
          protocol: 'Tcp',
          frontendPort: 81,
          backendPort: 30_081,
          enableFloatingIP: false,
          frontendIPConfiguration: frontendId('ainner'),
        },
      },
    ],
  },
}
const address: JsonObject = { name: 'kubernetes-aweb', id: ipId, properties: { ipAddress: '203.0.113.10' } }

const observed = [
  ...(loadBalancerForm.observe?.(balancer, cluster) ?? []),
  ...(publicIPForm(defaultConfig).observe?.(address, cluster) ?? []),
]

const rows: readonly {
  name: string
  address: string
  ports: readonly string[]
  holders: readonly string[]
}[] = [
  { name: 'a public address', address: '203.0.113.10', ports: ['80'], holders: ['web'] },
  {
    name: 'an address inside, which two share',
    address: '10.0.0.9',
    ports: ['81'],
    holders: ['inner', 'plain'],
  },
  { name: 'a node, by the node port', address: '10.1.0.4', ports: ['30081'], holders: ['plain'] },
  { name: 'a node, by a port that floats', address: '10.1.0.4', ports: ['80'], holders: [] },
  { name: 'an address that nobody has', address: '198.51.100.1', ports: ['80'], holders: [] },
]

for (const { name, address: of, ports, holders } of rows)
  test(`who holds a rule to ${name}`, () => {
    const found = holdersIn(observed)(of, ports)
    assert.deepEqual(found.map(({ uid }) => uid).toSorted(), holders)
  })

test('rules of a group get their owners from the objects beside it', () => {
  const group: JsonObject = {
    name: 'nsg',
    properties: {
      securityRules: [
        {
          name: 'k8s-azure-lb_allow_IPv4_x',
          properties: {
            priority: 500,
            access: 'Allow',
            protocol: 'Tcp',
            destinationPortRanges: ['80'],
            destinationAddressPrefixes: ['203.0.113.10', '198.51.100.1'],
          },
        },
      ],
    },
  }
  const seen = withHolders([...observed, ...(securityGroupForm.observe?.(group, cluster) ?? [])])
  const { parts = {} } = seen.find(({ kind }) => kind === 'security-group') ?? {}
  assert.deepEqual(
    Object.entries(parts).map(([key, { owners }]) => [key, owners.map(({ uid }) => uid)]),
    [
      ['k8s-azure-lb_allow_IPv4_x/203.0.113.10', ['web']],
      ['k8s-azure-lb_allow_IPv4_x/198.51.100.1', []],
    ],
  )
})
