import { createBlueprint } from '../../providers/gcp/blueprint.ts'
import type { GivenFacts } from '../../src/provider/blueprint.ts'
import type { NodeObject } from '../../src/model/objects.ts'
import { portable } from '../../src/model/portable.ts'
import type { CloudKeys, KeyCase } from './key-case.ts'

const gke = 'networking.gke.io/'
const cloud = 'cloud.google.com/'
const own = 'lb-controller.io/'

const node = (name: string, zone: string, pool: string): NodeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { pool } },
  spec: { providerID: `gce://shop-prod/${zone}/${name}` },
})

const facts: GivenFacts = {
  project: 'shop-prod',
  region: 'us-central1',
  network: 'prod',
  subnet: 'nodes',
  subnets: [
    { name: 'nodes', cidr: '10.0.0.0/20' },
    { name: 'front', cidr: '10.1.0.0/24' },
  ],
  addresses: [
    { name: 'front-v4', address: '203.0.113.10', region: 'us-central1' },
    { name: 'front-std', address: '203.0.113.20', region: 'us-central1', networkTier: 'STANDARD' },
  ],
  instances: {
    'gke-web-1': { tags: ['gke-web'] },
    'gke-edge-1': { tags: ['gke-edge'] },
  },
  logging: { 'shop/edge-logging': { enabled: true, sampleRate: 500_000 } },
}

const local = { externalTrafficPolicy: 'Local', healthCheckNodePort: 32_000 }
const sticky = { sessionAffinity: 'ClientIP' }
const internal = { [`${gke}load-balancer-type`]: 'Internal' }
const tls = { [portable.tlsCertificate.key]: 'edge' }
const ports = [
  { name: 'http', protocol: 'TCP', port: 80, nodePort: 30_080 },
  { name: 'https', protocol: 'TCP', port: 443, nodePort: 30_443 },
]
const v6 = { ipFamilies: ['IPv6'], ipFamilyPolicy: 'SingleStack' }

const cases: readonly KeyCase[] = [
  { key: `${gke}load-balancer-type`, value: 'Internal' },
  { key: `${cloud}load-balancer-type`, value: 'internal', shows: 'older' },
  { key: portable.internal.key, value: 'true' },
  { key: `${cloud}network-tier`, value: 'Standard' },
  { key: `${gke}internal-load-balancer-allow-global-access`, value: 'true', beside: internal },
  { key: `${gke}internal-load-balancer-subnet`, value: 'front', beside: internal },
  { key: `${gke}load-balancer-subnet`, value: 'front', beside: internal },
  { key: portable.subnets.key, value: 'front', beside: internal },
  { key: `${gke}load-balancer-ip-addresses`, value: 'front-v4' },
  {
    key: `${gke}load-balancer-ip-addresses`,
    value: 'front-std',
    beside: { [`${cloud}network-tier`]: 'Standard' },
    shows: 'of-the-standard-tier',
  },
  { key: portable.address.key, value: '203.0.113.10' },
  { key: 'alpha.cloud.google.com/load-balancer-backend-share', value: 'true', beside: internal },
  { key: `${cloud}load-balancer-backend-share`, value: 'true', beside: internal, shows: 'older' },
  { key: `${gke}l4-strong-session-affinity`, value: 'enabled', spec: sticky },
  { key: `${gke}weighted-load-balancing`, value: 'pods-per-node', spec: local },
  {
    key: `${gke}weighted-load-balancing`,
    value: 'pods-per-node',
    spec: local,
    beside: internal,
    shows: 'internal',
  },
  { key: `${gke}l4lb-config`, value: 'edge-logging' },
  { key: `${gke}ip-collection-v6`, value: 'edge', spec: v6, world: { facts: { region: 'us-central1' } } },
  { key: 'service.beta.kubernetes.io/load-balancer-source-ranges', value: '10.0.0.0/8' },
  { key: portable.sourceRanges.key, value: '10.0.0.0/8, 192.0.2.0/24' },
  { key: portable.tlsCertificate.key, value: 'edge,more' },
  { key: portable.tlsPorts.key, value: 'https', beside: tls, spec: { ports } },
  { key: portable.tlsPolicy.key, value: 'modern', beside: tls },
  { key: portable.proxyProtocol.key, value: 'true' },
  {
    key: portable.proxyProtocol.key,
    value: 'v1',
    beside: { [`${cloud}network-tier`]: 'Standard' },
    shows: 'of-a-region',
  },
  { key: portable.healthCheckProtocol.key, value: 'TCP' },
  { key: portable.healthCheckPort.key, value: 'traffic-port' },
  { key: portable.healthCheckPath.key, value: '/ready' },
  { key: portable.healthCheckInterval.key, value: '20' },
  { key: portable.healthCheckTimeout.key, value: '3' },
  { key: portable.healthCheckHealthyThreshold.key, value: '2' },
  { key: portable.healthCheckUnhealthyThreshold.key, value: '5' },
  { key: portable.idleTimeout.key, value: '1200', spec: sticky, beside: internal },
  { key: portable.idleTimeout.key, value: '1200', beside: tls, shows: 'of-a-proxy' },
  { key: portable.crossZone.key, value: 'false', beside: internal },
  { key: portable.tags.key, value: 'team=shop,env=prod' },
  { key: portable.group.key, value: 'edge' },
  { key: `${own}target-node-labels`, value: 'pool=edge' },
]

export const gcp: CloudKeys = {
  blueprint: createBlueprint({}),
  world: {
    facts,
    nodes: [node('gke-web-1', 'us-central1-a', 'web'), node('gke-edge-1', 'us-central1-b', 'edge')],
    cluster: { name: 'prod', uid: '99999999-8888-7777-6666-555555555555' },
  },
  cases,
}
