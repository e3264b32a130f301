import { createBlueprint } from '../../providers/openstack/blueprint.ts'
import type { CloudKeys, KeyCase } from './key-case.ts'

const cloud = 'loadbalancer.openstack.org/'
const own = 'lb-controller.io/'
const container = 'https://barbican.example/v1/containers/0a1b2c3d-0000-4000-8000-000000000008'
const second = 'https://barbican.example/v1/secrets/0a1b2c3d-0000-4000-8000-000000000009'
const checked = { [`${cloud}enable-health-monitor`]: 'true' }
const withTls = { [`${cloud}default-tls-container-ref`]: container }
const twoPorts = {
  ports: [
    { name: 'http', protocol: 'TCP', port: 80, nodePort: 30080 },
    { name: 'https', protocol: 'TCP', port: 443, nodePort: 30443 },
  ],
}

const node = (name: string, address: string, labels: Readonly<Record<string, string>>) => ({
  metadata: { name, labels },
  status: { addresses: [{ type: 'InternalIP', address }] },
})

const world = {
  cluster: { name: 'prod', uid: 'c0ffee00-0000-4000-8000-000000000000' },
  nodes: [node('node-1', '10.0.1.11', { pool: 'edge' }), node('node-2', '10.0.1.12', { pool: 'core' })],
  facts: {
    octavia: { version: '2.26', keyManager: true, availabilityZones: ['nova-1'] },
    networks: [
      { id: 'net-public', name: 'public', external: true },
      { id: 'net-nodes', name: 'nodes', external: false },
    ],
    subnets: [
      {
        id: 'public-a',
        name: 'public-a',
        networkId: 'net-public',
        cidr: '203.0.113.0/24',
        tags: ['metered'],
      },
      { id: 'public-b', name: 'public-b', networkId: 'net-public', cidr: '198.51.100.0/24', tags: ['free'] },
      { id: 'subnet-nodes', name: 'nodes', networkId: 'net-nodes', cidr: '10.0.1.0/24' },
      { id: 'subnet-front', name: 'front', networkId: 'net-nodes', cidr: '10.0.2.0/24' },
    ],
    floatingIps: [{ id: 'fip-1', address: '203.0.113.10', networkId: 'net-public' }],
  },
}

const cases: readonly KeyCase[] = [
  { key: 'service.beta.kubernetes.io/openstack-internal-load-balancer', value: 'true' },
  { key: `${own}internal`, value: 'true' },
  { key: `${cloud}class`, value: 'edge' },
  { key: `${cloud}floating-network-id`, value: 'net-public', world: { facts: {} } },
  { key: `${cloud}floating-subnet-id`, value: 'public-b' },
  { key: `${cloud}floating-subnet`, value: '~public-[b-z]' },
  { key: `${cloud}floating-subnet-tags`, value: '!metered' },
  { key: `${cloud}subnet-id`, value: 'subnet-front' },
  { key: `${own}subnets`, value: 'front' },
  { key: `${cloud}network-id`, value: 'net-nodes' },
  { key: `${cloud}member-subnet-id`, value: 'subnet-front' },
  { key: `${cloud}port-id`, value: 'port-front' },
  { key: `${cloud}keep-floatingip`, value: 'true' },
  { key: `${cloud}load-balancer-id`, value: '0a1b2c3d-0000-4000-8000-000000000007' },
  { key: `${own}group`, value: 'edge' },
  { key: `${own}group`, value: 'edge', shows: 'internal', beside: { [`${own}internal`]: 'true' } },
  { key: `${cloud}lb-method`, value: 'LEAST_CONNECTIONS' },
  { key: `${cloud}proxy-protocol`, value: 'true' },
  { key: `${cloud}proxy-protocol`, value: 'v2', shows: 'version-2' },
  { key: `${own}proxy-protocol`, value: 'v2' },
  { key: `${cloud}x-forwarded-for`, value: 'true' },
  { key: `${cloud}default-tls-container-ref`, value: container },
  { key: `${own}tls-certificate`, value: `${container}, ${second}` },
  { key: `${own}tls-ports`, value: 'https', beside: withTls, spec: twoPorts },
  { key: `${own}tls-policy`, value: 'TLSv1.2', beside: withTls },
  { key: `${cloud}connection-limit`, value: '1000' },
  { key: `${cloud}timeout-client-data`, value: '60000' },
  { key: `${cloud}timeout-member-connect`, value: '1000' },
  { key: `${cloud}timeout-member-data`, value: '60000' },
  { key: `${cloud}timeout-tcp-inspect`, value: '100' },
  { key: `${own}idle-timeout`, value: '600' },
  { key: `${cloud}flavor-id`, value: '0a1b2c3d-0000-4000-8000-000000000010' },
  { key: `${cloud}availability-zone`, value: 'nova-1' },
  { key: `${cloud}enable-health-monitor`, value: 'true' },
  { key: `${cloud}health-monitor-delay`, value: '10', beside: checked },
  { key: `${cloud}health-monitor-timeout`, value: '4', beside: checked },
  { key: `${cloud}health-monitor-max-retries`, value: '2', beside: checked },
  { key: `${cloud}health-monitor-max-retries-down`, value: '5', beside: checked },
  { key: `${own}health-check-interval`, value: '10', beside: checked },
  { key: `${own}health-check-timeout`, value: '4', beside: checked },
  { key: `${own}health-check-healthy-threshold`, value: '2', beside: checked },
  { key: `${own}health-check-unhealthy-threshold`, value: '5', beside: checked },
  { key: `${own}health-check-protocol`, value: 'HTTP' },
  { key: `${own}health-check-port`, value: '10256' },
  { key: `${own}health-check-path`, value: '/ready', beside: { [`${own}health-check-protocol`]: 'HTTP' } },
  { key: `${cloud}node-selector`, value: 'pool=edge' },
  { key: `${own}target-node-labels`, value: 'pool=edge' },
  { key: `${cloud}hostname`, value: 'shop.example.com' },
  { key: `${own}address`, value: '203.0.113.10' },
  { key: `${own}address`, value: '10.0.1.200', shows: 'internal', beside: { [`${own}internal`]: 'true' } },
  { key: `${own}tags`, value: 'team=shop,env=prod' },
  { key: 'service.beta.kubernetes.io/load-balancer-source-ranges', value: '10.0.0.0/8, 192.0.2.0/24' },
  { key: `${own}source-ranges`, value: '10.0.0.0/8' },
]

export const openstack: CloudKeys = {
  blueprint: createBlueprint({ classes: { edge: { subnetId: 'subnet-front', floatingSubnet: 'public-b' } } }),
  world,
  cases,
}
