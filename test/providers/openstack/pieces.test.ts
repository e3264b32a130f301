import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matches, nodeSelector } from '../../../providers/openstack/annotation-types.ts'
import { featuresOf } from '../../../providers/openstack/features.ts'
import { nodeAddress } from '../../../providers/openstack/members.ts'
import { clusterIn, securityGroupName, serviceName, withCluster } from '../../../providers/openstack/names.ts'
import { listenerProtocol, poolProtocol, type Traffic } from '../../../providers/openstack/protocols.ts'
import { ingressFor } from '../../../providers/openstack/status.ts'
import { subnetMatcher } from '../../../providers/openstack/subnet-match.ts'
import { readTags, writeTags } from '../../../providers/openstack/tags.ts'

const subnet = { name: 'public-7', tags: ['metered', 'fast'] }

/** Pattern, tags, whether the subnet fits; each pattern and each list of tags is tried negated too. */
const fits: readonly (readonly [string, string, boolean])[] = [
  ['public-7', '', true],
  ['public', '', false],
  ['public-*', '', true],
  ['public-?', '', true],
  ['public-??', '', false],
  ['p{ublic,rivate}-7', '', true],
  ['public.7', '', false],
  ['~public-[0-9]+', '', true],
  ['~public', '', false],
  ['~.*', '', true],
  ['', 'metered', true],
  ['', 'slow', false],
  ['', 'slow, fast', true],
  ['', '&metered,fast', true],
  ['', '&metered,slow', false],
]

const negated = (text: string): string => (text === '' ? '' : `!${text}`)

for (const [pattern, tags, fit] of fits)
  test(`floating subnet: name ${pattern || '(any)'}, tags ${tags || '(any)'}: ${fit}`, () => {
    assert.equal(subnetMatcher(pattern, tags)(subnet), fit)
    assert.equal(subnetMatcher(negated(pattern), negated(tags))(subnet), !fit)
  })

test('floating subnet: name and tags have both to fit', () => {
  assert.equal(subnetMatcher('public-*', 'slow')(subnet), false)
  assert.equal(subnetMatcher('private-*', 'fast')(subnet), false)
  assert.equal(subnetMatcher('public-*', 'fast')(subnet), true)
})

const off: Traffic = { protocol: 'TCP', tls: false, forwardedFor: false, proxy: 'off' }
const traffics: readonly {
  readonly is: Partial<Traffic>
  readonly listener: string
  readonly pool: string
}[] = [
  { is: {}, listener: 'TCP', pool: 'TCP' },
  { is: { protocol: 'UDP' }, listener: 'UDP', pool: 'UDP' },
  { is: { protocol: 'SCTP' }, listener: 'SCTP', pool: 'SCTP' },
  { is: { tls: true }, listener: 'TERMINATED_HTTPS', pool: 'HTTP' },
  { is: { forwardedFor: true }, listener: 'HTTP', pool: 'HTTP' },
  { is: { tls: true, forwardedFor: true }, listener: 'TERMINATED_HTTPS', pool: 'HTTP' },
  { is: { proxy: 'PROXY' }, listener: 'TCP', pool: 'PROXY' },
  { is: { tls: true, proxy: 'PROXYV2' }, listener: 'TERMINATED_HTTPS', pool: 'PROXYV2' },
]

for (const { is, listener, pool } of traffics)
  test(`protocols: ${JSON.stringify(is)} is ${listener} and ${pool}`, () => {
    const traffic = { ...off, ...is }
    assert.equal(listenerProtocol(traffic), listener)
    assert.equal(poolProtocol(listenerProtocol(traffic), traffic), pool)
  })

const addresses = [
  { type: 'Hostname', address: 'node-1' },
  { type: 'ExternalIP', address: '198.51.100.7' },
  { type: 'InternalIP', address: '2001:db8::7' },
  { type: 'InternalIP', address: '10.0.0.7' },
]
const places = [
  { family: 'IPv4', of: addresses, found: '10.0.0.7' },
  { family: 'IPv6', of: addresses, found: '2001:db8::7' },
  { family: 'IPv4', of: addresses.slice(0, 3), found: '198.51.100.7' },
  { family: 'IPv6', of: addresses.slice(0, 2), found: undefined },
  { family: undefined, of: addresses, found: '2001:db8::7' },
  { family: 'IPv4', of: [{ type: 'ExternalDNS', address: 'example.com' }], found: undefined },
] as const

for (const { family, of, found } of places)
  test(`members: ${family ?? 'any family'} of ${of.length} addresses is ${found}`, () => {
    assert.equal(nodeAddress({ addresses: [...of] }, family), found)
  })

const selections: readonly (readonly [string, boolean])[] = [
  ['pool=edge', true],
  ['pool=edge,gpu', true],
  [' pool = edge , gpu ', true],
  ['pool', true],
  ['pool=', true],
  ['pool=core', false],
  ['pool=edge,missing', false],
  ['expression=a=b', true],
]

for (const [text, chosen] of selections)
  test(`node selector: ${JSON.stringify(text)}: ${chosen}`, () => {
    const selector = nodeSelector.parse(text)
    assert.ok(selector.ok)
    assert.equal(matches(selector.value, { pool: 'edge', gpu: '', expression: 'a=b' }), chosen)
  })

const service = { namespace: 'shop', name: 'web' }
const clusters: readonly (readonly [string, string, string | undefined])[] = [
  ['kube_service_prod_shop_web', '', 'prod'],
  ['kube_service_prod_west_shop_web', '', 'prod_west'],
  ['listener_0_kube_service_prod_shop_web', '[a-z]+_[0-9]+_', 'prod'],
  [`kube_service_prod_${'s'.repeat(242)}`, '', 'prod'],
  ['ours-by-hand', '', undefined],
]

for (const [name, before, cluster] of clusters)
  test(`names: the cluster in ${name.slice(0, 40)} is ${cluster}`, () => {
    assert.equal(clusterIn(name, before), cluster)
  })

test('names: 255 characters at most, and a rename keeps the rest', () => {
  const long = { namespace: 'n'.repeat(63), name: 's'.repeat(63), cluster: 'c'.repeat(200) }
  assert.equal(serviceName(long).length, 255)
  assert.equal(securityGroupName('u'.repeat(36), 'n'.repeat(120), 's'.repeat(120)).length, 255)
  assert.equal(
    withCluster(serviceName({ ...service, cluster: 'kube' }), 'kube', 'prod'),
    'kube_service_prod_shop_web',
  )
  assert.equal(
    withCluster(serviceName({ ...service, cluster: 'kube' }), 'kube', '$&'),
    'kube_service_$&_shop_web',
  )
})

const settings = { enableIngressHostname: false, ingressHostnameSuffix: 'nip.io' }
const named = { ...settings, enableIngressHostname: true }
const published = [
  { is: { hostname: undefined, proxy: false }, of: settings, shown: { ip: '203.0.113.7', ipMode: 'VIP' } },
  { is: { hostname: undefined, proxy: true }, of: settings, shown: { ip: '203.0.113.7', ipMode: 'Proxy' } },
  { is: { hostname: undefined, proxy: true }, of: named, shown: { hostname: '203.0.113.7.nip.io' } },
  { is: { hostname: undefined, proxy: false }, of: named, shown: { ip: '203.0.113.7', ipMode: 'VIP' } },
  { is: { hostname: 'shop.example.com', proxy: true }, of: named, shown: { hostname: 'shop.example.com' } },
]

for (const { is, of, shown } of published)
  test(`status: ${JSON.stringify(is)}, made-up names ${of.enableIngressHostname}`, () => {
    assert.deepEqual(ingressFor({ address: '203.0.113.7', ...is }, of), shown)
  })

test('status: an IPv6 address in a made-up name has dashes', () => {
  assert.deepEqual(ingressFor({ address: '2001:db8::7', hostname: undefined, proxy: true }, named), {
    hostname: '2001-db8--7.nip.io',
  })
})

const versions: readonly (readonly [string, string, readonly string[]])[] = [
  ['amphora', '2.0', []],
  ['amphora', 'v2.5', ['timeouts', 'tags']],
  ['octavia', '2.14', ['timeouts', 'tags', 'flavors', 'allowedCidrs', 'availabilityZones']],
  [
    'amphora',
    '2.26',
    ['timeouts', 'tags', 'flavors', 'allowedCidrs', 'availabilityZones', 'httpMonitorOnUdp', 'tlsVersions'],
  ],
  ['ovn', '2.26', ['ovn', 'tags']],
]

for (const [provider, version, has] of versions)
  test(`features: ${provider} ${version}`, () => {
    const features = Object.entries(featuresOf(provider, version))
    assert.deepEqual(
      features
        .filter(([, value]) => value === true)
        .map(([name]) => name)
        .toSorted(),
      has.toSorted(),
    )
  })

test('tags: what was written is read again', () => {
  const tags = { plain: '', team: 'shop', expression: 'a=b' }
  assert.deepEqual(readTags(writeTags(tags)), tags)
})
