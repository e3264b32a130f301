import { createBlueprint } from '../../providers/local/blueprint.ts'
import type { CloudKeys, KeyCase } from './key-case.ts'

const cloud = 'local.lb-controller.io/'
const own = 'lb-controller.io/'
const withTls = { [`${cloud}ssl-cert`]: 'web-tls' }
const http = { [`${own}health-check-protocol`]: 'HTTP' }
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
  cluster: { name: 'home', uid: 'c0ffee00-0000-4000-8000-000000000000' },
  nodes: [node('node-1', '127.14.0.11', { pool: 'edge' }), node('node-2', '127.14.0.12', { pool: 'core' })],
  facts: {
    pools: [
      { name: 'public', ranges: ['203.0.113.0/24'] },
      { name: 'home', ranges: ['127.14.240.0/24'] },
    ],
    certificates: [
      { source: 'shop/web-tls', fingerprint: '3f2a9c1d04'.repeat(6), subject: 'web.shop.example' },
      { source: 'file:web', fingerprint: '5b1e77a920'.repeat(6) },
    ],
  },
}

const cases: readonly KeyCase[] = [
  { key: `${cloud}pool`, value: 'home' },
  { key: `${own}subnets`, value: 'home' },
  { key: `${own}address`, value: '127.14.240.7' },
  { key: `${own}internal`, value: 'true' },
  { key: `${own}group`, value: 'edge' },
  {
    key: `${own}group`,
    value: 'edge',
    shows: 'same-address',
    beside: { [`${own}address`]: '127.14.240.7' },
  },
  { key: `${cloud}ssl-cert`, value: 'web-tls' },
  { key: `${cloud}ssl-cert`, value: 'file:web', shows: 'file' },
  { key: `${own}tls-certificate`, value: 'shop/web-tls' },
  { key: `${cloud}ssl-ports`, value: 'https', beside: withTls, spec: twoPorts },
  { key: `${own}tls-ports`, value: '443', beside: withTls, spec: twoPorts },
  { key: `${own}tls-policy`, value: 'TLSv1.3', beside: withTls },
  { key: `${own}proxy-protocol`, value: 'true' },
  { key: `${own}proxy-protocol`, value: 'v1', shows: 'version-1' },
  { key: `${cloud}scheduler`, value: 'least-connections' },
  { key: `${cloud}max-connections`, value: '500' },
  { key: `${cloud}connect-timeout`, value: '500' },
  { key: `${cloud}drain`, value: '300' },
  { key: `${own}idle-timeout`, value: '600' },
  { key: `${own}health-check-protocol`, value: 'HTTP' },
  { key: `${own}health-check-port`, value: '10256' },
  { key: `${own}health-check-path`, value: '/ready', beside: http },
  { key: `${own}health-check-interval`, value: '10' },
  {
    key: `${own}health-check-timeout`,
    value: '4',
    beside: { [`${own}health-check-interval`]: '10' },
  },
  { key: `${own}health-check-healthy-threshold`, value: '2' },
  { key: `${own}health-check-unhealthy-threshold`, value: '5' },
  { key: `${own}target-node-labels`, value: 'pool=edge' },
  { key: `${own}tags`, value: 'team=shop,env=prod' },
  { key: 'service.beta.kubernetes.io/load-balancer-source-ranges', value: '10.0.0.0/8, 192.0.2.0/24' },
  { key: `${own}source-ranges`, value: '10.0.0.0/8' },
]

export const local: CloudKeys = {
  blueprint: createBlueprint({ certificateFolder: '/etc/lb-controller/certificates' }),
  world,
  cases,
}
