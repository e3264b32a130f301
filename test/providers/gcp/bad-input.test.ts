import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GcpConfig } from '../../../providers/gcp/config.ts'
import { checkConfig, defaultConfig } from '../../../providers/gcp/config.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import { hasError } from '../../../src/model/problem.ts'
import { asked, facts, node, service } from './world.ts'

const gke = 'networking.gke.io/'
const cloud = 'cloud.google.com/'
const own = 'lb-controller.io/'
const at = (key: string): string => `metadata.annotations["${key}"]`

interface Row {
  readonly name: string
  readonly spec?: Readonly<Record<string, unknown>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly facts?: JsonObject
  readonly config?: Partial<GcpConfig>
  readonly code: string
  readonly path: string
  readonly value?: string
  /** Warnings and notes leave a plan. */
  readonly goesOn?: true
}

const v6 = { ipFamilies: ['IPv6'], ipFamilyPolicy: 'SingleStack' }
const both = { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' }
const sticky = { sessionAffinity: 'ClientIP' }
const internal = { [`${gke}load-balancer-type`]: 'Internal' }
const strong = { [`${gke}l4-strong-session-affinity`]: 'enabled' }
const addresses = `${gke}load-balancer-ip-addresses`
const named = (name: string) => ({ [addresses]: name })
const reserved = (more: JsonObject) => ({ addresses: [{ name: 'front', address: '203.0.113.9', ...more }] })
const udp = { ports: [{ name: 'dns', port: 53, protocol: 'UDP', nodePort: 30_053 }] }
const certificate = { [`${own}tls-certificate`]: 'edge' }
const weighted = `${gke}weighted-load-balancing`

const rows: readonly Row[] = [
  {
    name: 'a type that is misspelt',
    annotations: { [`${gke}load-balancer-type`]: 'Intrenal' },
    code: 'LB_ANNOTATION_CHOICE',
    path: at(`${gke}load-balancer-type`),
    value: 'Intrenal',
  },
  {
    name: 'a class against the type',
    spec: { loadBalancerClass: `${gke}l4-regional-external` },
    annotations: internal,
    code: 'LB_GCP_CLASS_CONFLICT',
    path: at(`${gke}load-balancer-type`),
    value: 'Internal',
    goesOn: true,
  },
  {
    name: 'an unknown tier',
    annotations: { [`${cloud}network-tier`]: 'Gold' },
    code: 'LB_ANNOTATION_CHOICE',
    path: at(`${cloud}network-tier`),
    value: 'Gold',
  },
  {
    name: 'IPv6 of the Standard tier',
    spec: v6,
    annotations: { [`${cloud}network-tier`]: 'Standard' },
    code: 'LB_GCP_TIER',
    path: at(`${cloud}network-tier`),
    value: 'Standard',
  },
  {
    name: 'both families of the Standard tier',
    spec: both,
    annotations: { [`${cloud}network-tier`]: 'Standard' },
    code: 'LB_GCP_TIER',
    path: at(`${cloud}network-tier`),
    value: 'Standard',
  },
  {
    name: 'the Standard tier inside',
    annotations: { ...internal, [`${cloud}network-tier`]: 'Standard' },
    code: 'LB_GCP_EXTERNAL_ONLY',
    path: at(`${cloud}network-tier`),
    value: 'Standard',
    goesOn: true,
  },
  { name: 'no ports', spec: { ports: [] }, code: 'LB_NO_PORTS', path: 'spec.ports' },
  {
    name: 'SCTP',
    spec: { ports: [{ port: 80, protocol: 'SCTP', nodePort: 30_080 }] },
    code: 'LB_PROTOCOL_UNSUPPORTED',
    path: 'spec.ports[0].protocol',
    value: 'SCTP',
  },
  {
    name: 'ranges between blanks',
    annotations: { 'service.beta.kubernetes.io/load-balancer-source-ranges': '10.0.0.0/8 192.0.2.0/24' },
    code: 'LB_SOURCE_RANGE_INVALID',
    path: at('service.beta.kubernetes.io/load-balancer-source-ranges'),
    value: '10.0.0.0/8 192.0.2.0/24',
  },
  {
    name: 'an address that is not reserved',
    spec: { loadBalancerIP: '203.0.113.1' },
    facts: { addresses: [] },
    code: 'LB_GCP_ADDRESS_NOT_FOUND',
    path: 'spec.loadBalancerIP',
    value: '203.0.113.1',
  },
  {
    name: 'a name of no address',
    annotations: named('front'),
    facts: { addresses: [] },
    code: 'LB_GCP_ADDRESS_NOT_FOUND',
    path: at(addresses),
    value: 'front',
  },
  {
    name: 'an address of the other tier',
    annotations: named('front'),
    facts: reserved({ networkTier: 'STANDARD' }),
    code: 'LB_GCP_ADDRESS_TIER',
    path: at(addresses),
    value: 'front',
  },
  {
    name: 'an address of another region',
    annotations: named('front'),
    facts: reserved({ region: 'europe-west1' }),
    code: 'LB_GCP_ADDRESS_UNFIT',
    path: at(addresses),
    value: 'front',
  },
  {
    name: 'an internal address outside',
    annotations: named('front'),
    facts: reserved({ addressType: 'INTERNAL' }),
    code: 'LB_GCP_ADDRESS_UNFIT',
    path: at(addresses),
    value: 'front',
  },
  {
    name: 'an address that is in use',
    annotations: named('front'),
    facts: reserved({ users: ['regions/us-central1/forwardingRules/other'] }),
    code: 'LB_GCP_ADDRESS_IN_USE',
    path: at(addresses),
    value: 'front',
  },
  {
    name: 'names between blanks',
    annotations: named('front back'),
    code: 'LB_ANNOTATION_LIST',
    path: at(addresses),
    value: 'front back',
  },
  {
    name: 'two addresses of one family',
    annotations: named('front,back'),
    facts: {
      addresses: [
        { name: 'front', address: '203.0.113.9' },
        { name: 'back', address: '203.0.113.8' },
      ],
    },
    code: 'LB_GCP_ADDRESS_UNUSED',
    path: at(addresses),
    value: 'back',
    goesOn: true,
  },
  {
    name: 'an address in two places',
    spec: { loadBalancerIP: '203.0.113.9' },
    annotations: named('front'),
    facts: reserved({}),
    code: 'LB_GCP_ADDRESS_TWICE',
    path: 'spec.loadBalancerIP',
    value: '203.0.113.9',
    goesOn: true,
  },
  {
    name: 'an address outside the subnet',
    spec: { loadBalancerIP: '10.9.0.1' },
    annotations: { ...internal, [`${gke}load-balancer-subnet`]: 'front' },
    facts: { subnets: [{ name: 'front', cidr: '10.1.0.0/24' }] },
    code: 'LB_GCP_ADDRESS_OUTSIDE',
    path: 'spec.loadBalancerIP',
    value: '10.9.0.1',
  },
  {
    name: 'a subnet that is not there',
    annotations: { ...internal, [`${gke}load-balancer-subnet`]: 'front' },
    facts: { subnets: [] },
    code: 'LB_GCP_SUBNET_NOT_FOUND',
    path: at(`${gke}load-balancer-subnet`),
    value: 'front',
  },
  {
    name: 'a subnet without IPv6',
    spec: v6,
    annotations: { ...internal, [`${gke}load-balancer-subnet`]: 'front' },
    facts: { subnets: [{ name: 'front', stackType: 'IPV4_ONLY' }] },
    code: 'LB_GCP_SUBNET_UNFIT',
    path: at(`${gke}load-balancer-subnet`),
    value: 'front',
  },
  {
    name: 'a subnet of the other access type',
    spec: v6,
    annotations: { [`${gke}load-balancer-subnet`]: 'front' },
    facts: { subnets: [{ name: 'front', ipv6AccessType: 'INTERNAL' }] },
    code: 'LB_GCP_SUBNET_UNFIT',
    path: at(`${gke}load-balancer-subnet`),
    value: 'front',
  },
  {
    name: 'two subnets',
    annotations: { [`${own}subnets`]: 'a,b' },
    code: 'LB_ANNOTATION_INVALID',
    path: at(`${own}subnets`),
    value: 'a,b',
  },
  {
    name: 'strong affinity without affinity',
    annotations: strong,
    code: 'LB_GCP_STRONG_AFFINITY',
    path: 'spec.sessionAffinity',
    value: 'None',
  },
  {
    name: 'strong affinity for too long',
    spec: { ...sticky, sessionAffinityConfig: { clientIP: { timeoutSeconds: 57_601 } } },
    annotations: strong,
    code: 'LB_GCP_STRONG_AFFINITY',
    path: 'spec.sessionAffinityConfig.clientIP.timeoutSeconds',
    value: '57601',
  },
  {
    name: 'strong affinity inside',
    spec: sticky,
    annotations: { ...strong, ...internal },
    code: 'LB_GCP_STRONG_AFFINITY',
    path: at(`${gke}l4-strong-session-affinity`),
    value: 'enabled',
  },
  {
    name: 'weights with the policy Cluster',
    annotations: { [weighted]: 'pods-per-node' },
    code: 'LB_GCP_WEIGHTED',
    path: at(weighted),
    value: 'pods-per-node',
    goesOn: true,
  },
  {
    name: 'global access outside',
    annotations: { [`${gke}internal-load-balancer-allow-global-access`]: 'true' },
    code: 'LB_GCP_INTERNAL_ONLY',
    path: at(`${gke}internal-load-balancer-allow-global-access`),
    value: 'true',
    goesOn: true,
  },
  {
    name: 'a prefix inside',
    spec: v6,
    annotations: { ...internal, [`${gke}ip-collection-v6`]: 'edge' },
    code: 'LB_GCP_IP_COLLECTION',
    path: at(`${gke}ip-collection-v6`),
    value: 'edge',
  },
  {
    name: 'a prefix and a subnet',
    spec: v6,
    annotations: { [`${gke}load-balancer-subnet`]: 'front', [`${gke}ip-collection-v6`]: 'edge' },
    code: 'LB_GCP_IP_COLLECTION',
    path: at(`${gke}ip-collection-v6`),
    value: 'edge',
  },
  {
    name: 'an L4LBConfig that is not there',
    annotations: { [`${gke}l4lb-config`]: 'edge' },
    facts: { logging: {} },
    code: 'LB_GCP_LOGGING',
    path: at(`${gke}l4lb-config`),
    value: 'edge',
    goesOn: true,
  },
  {
    name: 'logging that is switched off',
    annotations: { [`${gke}l4lb-config`]: 'edge' },
    config: { without: ['logging'] },
    code: 'LB_GCP_FEATURE_OFF',
    path: at(`${gke}l4lb-config`),
    value: 'edge',
    goesOn: true,
  },
  {
    name: 'near traffic outside',
    spec: { trafficDistribution: 'PreferClose' },
    code: 'LB_GCP_DISTRIBUTION',
    path: 'spec.trafficDistribution',
    value: 'PreferClose',
    goesOn: true,
  },
  {
    name: 'TLS inside',
    annotations: { ...certificate, ...internal },
    code: 'LB_GCP_TLS_REGIONAL',
    path: at(`${own}tls-certificate`),
    value: 'edge',
  },
  {
    name: 'TLS on UDP',
    spec: udp,
    annotations: certificate,
    code: 'LB_GCP_PROXY_UDP',
    path: 'spec.ports[0].protocol',
    value: 'UDP',
  },
  {
    name: 'TLS and source ranges',
    spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] },
    annotations: certificate,
    code: 'LB_SOURCE_RANGE_UNSUPPORTED',
    path: 'spec.loadBalancerSourceRanges[0]',
    value: '10.0.0.0/8',
  },
  {
    name: 'TLS on no port',
    annotations: { ...certificate, [`${own}tls-ports`]: '8443' },
    code: 'LB_TLS_PORT_UNKNOWN',
    path: at(`${own}tls-ports`),
    value: '8443',
  },
  {
    name: 'ports of TLS without a certificate',
    annotations: { [`${own}tls-ports`]: '80' },
    code: 'LB_TLS_NO_CERTIFICATE',
    path: at(`${own}tls-ports`),
    value: '80',
    goesOn: true,
  },
  {
    name: 'too many certificates',
    annotations: { [`${own}tls-certificate`]: Array.from({ length: 16 }, (_, n) => `c${n}`).join() },
    code: 'LB_GCP_CERTIFICATES',
    path: at(`${own}tls-certificate`),
  },
  {
    name: 'version 2 of the PROXY header',
    annotations: { [`${own}proxy-protocol`]: 'v2' },
    code: 'LB_GCP_PROXY_VERSION',
    path: at(`${own}proxy-protocol`),
    value: 'v2',
  },
  {
    name: 'a check longer than its interval',
    annotations: { [`${own}health-check-timeout`]: '9' },
    code: 'LB_GCP_HEALTH_TIMEOUT',
    path: at(`${own}health-check-timeout`),
    value: '9',
  },
  {
    name: 'a path for TCP',
    annotations: { [`${own}health-check-protocol`]: 'TCP', [`${own}health-check-path`]: '/x' },
    code: 'LB_GCP_HEALTH_PATH',
    path: at(`${own}health-check-path`),
    value: '/x',
    goesOn: true,
  },
  {
    name: 'an idle time-out outside',
    annotations: { [`${own}idle-timeout`]: '60' },
    code: 'LB_GCP_IDLE_TIMEOUT',
    path: at(`${own}idle-timeout`),
    value: '60',
    goesOn: true,
  },
  {
    name: 'pods as targets',
    annotations: { [`${own}target-type`]: 'ip' },
    code: 'LB_ANNOTATION_REFUSED',
    path: at(`${own}target-type`),
    value: 'ip',
  },
  {
    name: 'labels of Google',
    annotations: { [`${own}tags`]: 'goog-x=1' },
    code: 'LB_ANNOTATION_MAP',
    path: at(`${own}tags`),
    value: 'goog-x=1',
  },
  {
    name: 'labels that no node has',
    annotations: { [`${own}target-node-labels`]: 'pool=none' },
    code: 'LB_GCP_NO_NODES',
    path: at(`${own}target-node-labels`),
    goesOn: true,
  },
  {
    name: 'machines without a tag',
    facts: { instances: { 'gke-1': { tags: ['other'] } } },
    config: { nodeTags: [] },
    code: 'LB_GCP_NODE_TAGS',
    path: 'spec.type',
    goesOn: true,
  },
]

for (const row of rows)
  test(`bad input: ${row.name}`, () => {
    const of = asked(service(row.spec, row.annotations), { facts: { ...facts, ...row.facts } }, row.config)
    const problem = of.problems.find(({ code }) => code === row.code)
    assert.ok(problem !== undefined, of.problems.map(({ code, message }) => `${code} ${message}`).join('\n'))
    assert.equal(problem.path, row.path)
    if (row.value !== undefined) assert.equal(problem.value, row.value)
    // What is refused as a whole says in its sentence what to do instead.
    if (problem.severity === 'error' && problem.code !== 'LB_ANNOTATION_REFUSED')
      assert.ok(problem.accepted !== undefined || problem.hint !== undefined)
    assert.equal(hasError(of.problems), row.goesOn !== true)
    assert.equal(of.resources.length > 0, row.goesOn === true)
  })

test('a node of another cloud, or none at all, leaves a load balancer that waits for nodes', () => {
  const of = asked(service(), { nodes: [{ ...node('x'), spec: { providerID: 'aws:///us-east-1a/i-1' } }] })
  assert.deepEqual(
    of.problems.map(({ code }) => code),
    ['LB_GCP_NO_NODES'],
  )
  assert.ok(of.resources.every(({ kind }) => kind !== 'network-endpoint-group'))
})

test('settings are checked', () => {
  const config = { ...defaultConfig, region: 'us', nodeTags: ['A'], without: ['weights'] }
  assert.deepEqual(
    checkConfig(config).map(({ path }) => path),
    ['gcp.region', 'gcp.nodeTags[0]', 'gcp.without[0]'],
  )
  assert.deepEqual(checkConfig(defaultConfig), [])
})
