import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostsText, nsswitchText, resolvText } from '../../../src/sandbox/pods/identity-files.ts'
import type { PodSpec } from '../../../src/sandbox/pods/objects.ts'

const self = (spec: PodSpec) => ({
  pod: { metadata: { name: 'web-1', namespace: 'shop' }, spec },
  ips: ['127.1.4.64'],
  hostIp: '127.1.0.11',
})
const cluster = { nameserver: '127.1.192.10', domain: 'cluster.local' }
const host = '# mine\nsearch home.arpa\nnameserver 10.0.0.1\nnameserver 10.0.0.2\noptions edns0\n'
const own = 'search shop.svc.cluster.local svc.cluster.local cluster.local'

const rows: readonly {
  readonly name: string
  readonly spec: PodSpec
  readonly host?: string
  readonly gives: string
}[] = [
  {
    name: "the cluster's server, then the machine's",
    spec: {},
    gives: `${own}\nnameserver 127.1.192.10\nnameserver 10.0.0.1\nnameserver 10.0.0.2\noptions ndots:5\n`,
  },
  {
    name: 'a machine without any',
    spec: {},
    host: '',
    gives: `${own}\nnameserver 127.1.192.10\noptions ndots:5\n`,
  },
  {
    name: 'more of the pod: three servers at most, an option in the place of another',
    spec: {
      dnsConfig: {
        nameservers: ['1.1.1.1', '127.1.192.10'],
        searches: ['example.org', 'svc.cluster.local'],
        options: [{ name: 'ndots', value: '2' }, { name: 'rotate' }],
      },
    },
    gives: `${own} example.org\nnameserver 127.1.192.10\nnameserver 1.1.1.1\nnameserver 10.0.0.1\noptions ndots:2 rotate\n`,
  },
  {
    name: 'Default: that of the machine',
    spec: { dnsPolicy: 'Default' },
    gives: 'search home.arpa\nnameserver 10.0.0.1\nnameserver 10.0.0.2\n',
  },
  {
    name: 'ClusterFirst in the network of the node: that of the machine, too',
    spec: { dnsPolicy: 'ClusterFirst', hostNetwork: true },
    gives: 'search home.arpa\nnameserver 10.0.0.1\nnameserver 10.0.0.2\n',
  },
  {
    name: 'None: only what the pod says',
    spec: { dnsPolicy: 'None', dnsConfig: { nameservers: ['1.1.1.1'], searches: ['example.org'] } },
    gives: 'search example.org\nnameserver 1.1.1.1\n',
  },
]
for (const { name, spec, host: mine = host, gives } of rows)
  test(`resolv.conf: ${name}`, () => assert.equal(resolvText(self(spec), cluster, mine), gives))

test('hosts: localhost is the pod, and its aliases come last', () => {
  const spec = { hostname: 'a', subdomain: 'db', hostAliases: [{ ip: '1.2.3.4', hostnames: ['x', 'y'] }] }
  assert.deepEqual(
    hostsText(self(spec), 'cluster.local')
      .split('\n')
      .filter((line) => /^\d/.test(line)),
    ['127.1.4.64\tlocalhost', '127.1.4.64\ta.db.shop.svc.cluster.local a', '1.2.3.4\tx\ty'],
  )
})

test('nsswitch.conf: names come from files and DNS alone', () => {
  assert.equal(
    nsswitchText('passwd: files\nhosts: files mdns4_minimal [NOTFOUND=return] dns\nnet: db\n'),
    'passwd: files\nhosts: files dns\nnet: db\n',
  )
  assert.equal(nsswitchText('passwd: files'), 'passwd: files\nhosts: files dns\n')
  assert.equal(nsswitchText(''), 'hosts: files dns\n')
})
