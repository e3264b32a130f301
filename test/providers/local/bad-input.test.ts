import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBlueprint } from '../../../providers/local/blueprint.ts'
import type { LocalConfig } from '../../../providers/local/config.ts'
import { contribute } from '../../support/plan-service.ts'

const cloud = 'local.lb-controller.io/'
const own = 'lb-controller.io/'

const facts = {
  pools: [
    {
      name: 'home',
      ranges: ['192.168.1.240-192.168.1.250'],
      held: { '192.168.1.241': 'shop/api@0123456789' },
    },
    { name: 'public', ranges: ['203.0.113.0/24'] },
  ],
  certificates: [
    { source: 'shop/web-tls', fingerprint: 'ab'.repeat(32) },
    { source: 'shop/old', fingerprint: 'cd'.repeat(32), notAfter: '2020-01-01T00:00:00.000Z', expired: true },
  ],
}

interface Row {
  readonly name: string
  readonly keys?: Readonly<Record<string, string>>
  readonly spec?: object
  readonly config?: Partial<LocalConfig>
  /** `CODE severity path`, of all but notes. */
  readonly said: readonly string[]
  readonly helps?: RegExp
}

const at = (key: string): string => `metadata.annotations["${key}"]`
const udp = { ports: [{ name: 'dns', protocol: 'UDP', port: 53, nodePort: 30053 }] }

const rows: readonly Row[] = [
  {
    name: 'a pool that is not there',
    keys: { [`${cloud}pool`]: 'hoem' },
    said: [`LB_LOCAL_POOL error ${at(`${cloud}pool`)}`],
    helps: /home, public/,
  },
  {
    name: 'an address of no pool',
    spec: { loadBalancerIP: '192.168.1.239' },
    said: ['LB_LOCAL_ADDRESS error spec.loadBalancerIP'],
    helps: /192\.168\.1\.240-192\.168\.1\.250 \(home\), 203\.0\.113\.0\/24 \(public\)/,
  },
  {
    name: 'an address of another pool than the one that is named',
    keys: { [`${cloud}pool`]: 'home' },
    spec: { loadBalancerIP: '203.0.113.7' },
    said: ['LB_LOCAL_ADDRESS error spec.loadBalancerIP'],
    helps: /home/,
  },
  {
    name: 'an IPv6 address in the field',
    spec: { loadBalancerIP: 'fd00::7' },
    said: ['LB_LOCAL_ADDRESS error spec.loadBalancerIP'],
    helps: /IPv4/,
  },
  {
    name: 'an IPv6 address in the key',
    keys: { [`${own}address`]: 'fd00::7' },
    said: [`LB_ANNOTATION_CIDR error ${at(`${own}address`)}`],
  },
  {
    name: 'an address that somebody holds',
    spec: { loadBalancerIP: '192.168.1.241' },
    said: ['LB_LOCAL_ADDRESS_TAKEN error spec.loadBalancerIP'],
    helps: /held by shop\/api\b(?!@)/,
  },
  {
    name: 'two addresses, in the field and in the key',
    keys: { [`${own}address`]: '192.168.1.242' },
    spec: { loadBalancerIP: '192.168.1.243' },
    said: [`LB_ANNOTATION_CONFLICT error ${at(`${own}address`)}`],
  },
  {
    name: 'an internal Service with a public address',
    keys: { [`${own}internal`]: 'true' },
    spec: { loadBalancerIP: '203.0.113.7' },
    said: ['LB_LOCAL_INTERNAL error spec.loadBalancerIP'],
  },
  {
    name: 'an internal Service in a public pool',
    keys: { [`${own}internal`]: 'true', [`${cloud}pool`]: 'public' },
    said: [`LB_LOCAL_INTERNAL error ${at(`${cloud}pool`)}`],
    helps: /accepted home/,
  },
  {
    name: 'not: an internal Service, where one of the pools is private',
    keys: { [`${own}internal`]: 'true' },
    said: [],
  },
  {
    name: 'not: an internal Service in a private pool',
    keys: { [`${own}internal`]: 'true', [`${cloud}pool`]: 'home' },
    said: [],
  },
  {
    name: 'a Secret that is not there',
    keys: { [`${cloud}ssl-cert`]: 'web' },
    said: [`LB_LOCAL_CERTIFICATE error ${at(`${cloud}ssl-cert`)}`],
  },
  {
    name: 'a Secret of another namespace',
    keys: { [`${cloud}ssl-cert`]: 'bank/web-tls' },
    said: [`LB_LOCAL_CERTIFICATE_NAMESPACE error ${at(`${cloud}ssl-cert`)}`],
    helps: /local\.sharedNamespaces/,
  },
  {
    name: 'a Secret of a namespace that the settings share is looked for',
    keys: { [`${cloud}ssl-cert`]: 'bank/web-tls' },
    config: { sharedNamespaces: ['bank'] },
    said: [`LB_LOCAL_CERTIFICATE error ${at(`${cloud}ssl-cert`)}`],
  },
  {
    name: 'files without a folder',
    keys: { [`${cloud}ssl-cert`]: 'file:web' },
    said: [`LB_LOCAL_CERTIFICATE error ${at(`${cloud}ssl-cert`)}`],
    helps: /local\.certificateFolder/,
  },
  {
    name: 'a file that leads out of its folder',
    keys: { [`${cloud}ssl-cert`]: 'file:../../etc/passwd' },
    config: { certificateFolder: '/etc/certificates' },
    said: [`LB_ANNOTATION_TEXT error ${at(`${cloud}ssl-cert`)}`],
  },
  {
    name: 'a certificate by the name that another cloud has for it',
    keys: { [`${own}tls-certificate`]: 'arn:aws:acm:us-east-1:1:certificate/x' },
    said: [`LB_ANNOTATION_TEXT error ${at(`${own}tls-certificate`)}`],
    helps: /NAMESPACE\/NAME/,
  },
  {
    name: 'two certificates',
    keys: { [`${own}tls-certificate`]: 'web-tls, old' },
    said: [`LB_ANNOTATION_LIST error ${at(`${own}tls-certificate`)}`],
  },
  {
    name: 'a certificate that has expired is served, with a word',
    keys: { [`${cloud}ssl-cert`]: 'old' },
    said: [`LB_LOCAL_CERTIFICATE_EXPIRED warning ${at(`${cloud}ssl-cert`)}`],
  },
  {
    name: 'TLS on a port that is not there',
    keys: { [`${cloud}ssl-cert`]: 'web-tls', [`${cloud}ssl-ports`]: '444' },
    said: [`LB_LOCAL_TLS_PORTS error ${at(`${cloud}ssl-ports`)}`],
    helps: /80, http/,
  },
  {
    name: 'ports for TLS without a certificate',
    keys: { [`${cloud}ssl-ports`]: '80' },
    said: [`LB_LOCAL_TLS warning ${at(`${cloud}ssl-ports`)}`],
  },
  {
    name: 'TLS and PROXY protocol on UDP',
    keys: { [`${cloud}ssl-cert`]: 'web-tls', [`${own}proxy-protocol`]: 'v2' },
    spec: udp,
    said: [
      `LB_LOCAL_TCP_ONLY warning ${at(`${cloud}ssl-cert`)}`,
      `LB_LOCAL_TCP_ONLY warning ${at(`${own}proxy-protocol`)}`,
    ],
  },
  {
    name: 'a check that takes longer than the time to the next one',
    keys: { [`${own}health-check-timeout`]: '5' },
    said: [`LB_LOCAL_HEALTH_CHECK error ${at(`${own}health-check-timeout`)}`],
  },
  {
    name: 'not: a check that may take until the next one is due',
    keys: { [`${own}health-check-interval`]: '5', [`${own}health-check-timeout`]: '5' },
    said: [],
  },
  {
    name: 'a check of UDP at the port itself',
    keys: { [`${own}health-check-port`]: 'traffic-port' },
    spec: udp,
    said: [`LB_LOCAL_HEALTH_CHECK warning ${at(`${own}health-check-port`)}`],
  },
  {
    name: 'a check by HTTPS',
    keys: { [`${own}health-check-protocol`]: 'HTTPS' },
    said: [`LB_ANNOTATION_REFUSED error ${at(`${own}health-check-protocol`)}`],
  },
  {
    name: 'a tag like one of ours',
    keys: { [`${own}tags`]: 'lb-controller.io/cluster=x' },
    said: [`LB_ANNOTATION_MAP error ${at(`${own}tags`)}`],
  },
  {
    name: 'pods as targets',
    keys: { [`${own}target-type`]: 'ip' },
    said: [`LB_ANNOTATION_REFUSED error ${at(`${own}target-type`)}`],
  },
]

for (const { name, keys = {}, spec = {}, config = {}, said, helps } of rows)
  test(name, () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop', uid: 'u-1', annotations: keys },
      spec: {
        type: 'LoadBalancer',
        ports: [{ name: 'http', protocol: 'TCP', port: 80, nodePort: 30080 }],
        ...spec,
      },
    }
    const { problems, resources } = contribute(createBlueprint(config), service, { facts, nodes: [] })
    const told = problems.filter(({ severity }) => severity !== 'note')
    assert.deepEqual(
      told.map(({ code, severity, path }) => `${code} ${severity} ${path}`),
      said,
    )
    assert.equal(
      resources.length === 0,
      said.some((one) => one.includes(' error ')),
    )
    if (helps !== undefined)
      assert.match(told.map((one) => `${one.message} accepted ${one.accepted} ${one.hint}`).join('\n'), helps)
  })
