import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deletesOf } from '../../../src/node-proxy/conntrack/deletes.ts'
import { goneFlows, goneText } from '../../../src/node-proxy/conntrack/flows.ts'
import { FlowIndex, type TrackedFlow } from '../../../src/node-proxy/conntrack/flow-index.ts'
import { parseFlow, sweepRanges } from '../../../src/node-proxy/conntrack/sweep.ts'
import { deleteArguments } from '../../../src/node-proxy/conntrack/tool.ts'
import type { ProxyTable, Row } from '../../../src/node-proxy/table/row.ts'
import { endpoint, family, row, type RowFields } from '../userspace/rows.ts'

const a = endpoint('10.200.1.5', 5353, true)
const b = endpoint('10.200.2.5', 5353)
const c = endpoint('10.200.3.5', 5353)
const dns = (fields: RowFields = {}): Row =>
  row({ key: 'kube-system/dns:dns/UDP/IPv4', protocol: 'UDP', port: 53, serving: [a, b], ...fields })
const families = { IPv4: family() }

interface Change {
  readonly name: string
  readonly before: Row | undefined
  readonly after: Row | undefined
  readonly gone: readonly string[]
}

const wide = { externalAddresses: ['198.51.100.3'], loadBalancerAddresses: ['203.0.113.7'], nodePort: 30053 }
const changes: readonly Change[] = [
  { name: 'nothing changed', before: dns(), after: dns(), gone: [] },
  {
    name: 'an endpoint is gone',
    before: dns(),
    after: dns({ serving: [b] }),
    gone: ['IPv4 10.96.0.10 53 10.200.1.5 5353'],
  },
  {
    name: 'an endpoint is gone from every address and the node port',
    before: dns(wide),
    after: dns({ ...wide, serving: [b] }),
    gone: [
      'IPv4 10.96.0.10 53 10.200.1.5 5353',
      'IPv4 198.51.100.3 53 10.200.1.5 5353',
      'IPv4 203.0.113.7 53 10.200.1.5 5353',
      'IPv4 node 30053 10.200.1.5 5353',
    ],
  },
  {
    name: 'an endpoint is no longer used but still serves (terminating, another zone)',
    before: dns(),
    after: dns({ cluster: [b], local: [] }),
    gone: [],
  },
  {
    name: 'policies are ignored',
    before: dns(wide),
    after: dns({ ...wide, externalLocal: true, internalLocal: true, local: [] }),
    gone: [],
  },
  {
    name: 'the same pod answers at another port',
    before: dns({ serving: [a] }),
    after: dns({ serving: [endpoint(a.address, 5354)] }),
    gone: ['IPv4 10.96.0.10 53 10.200.1.5 5353'],
  },
  {
    name: 'scaled to zero: everything at the target goes',
    before: dns(),
    after: dns({ serving: [] }),
    gone: ['IPv4 10.96.0.10 53 all'],
  },
  {
    name: 'the only endpoint is gone: one is as good as all',
    before: dns({ serving: [a] }),
    after: dns({ serving: [] }),
    gone: ['IPv4 10.96.0.10 53 10.200.1.5 5353'],
  },
  {
    name: 'back from zero: what was let through untranslated',
    before: dns({ serving: [] }),
    after: dns(),
    gone: ['IPv4 10.96.0.10 53 untranslated'],
  },
  {
    name: 'a new Service: what was sent to its address before',
    before: undefined,
    after: dns({ nodePort: 30053 }),
    gone: ['IPv4 10.96.0.10 53 untranslated', 'IPv4 node 30053 untranslated'],
  },
  {
    name: 'the Service is deleted',
    before: dns({ nodePort: 30053 }),
    after: undefined,
    gone: ['IPv4 10.96.0.10 53 all', 'IPv4 node 30053 all'],
  },
  {
    name: 'an address is given up, another one added',
    before: dns({ loadBalancerAddresses: ['203.0.113.7'] }),
    after: dns({ loadBalancerAddresses: ['203.0.113.8'] }),
    gone: ['IPv4 203.0.113.7 53 all', 'IPv4 203.0.113.8 53 untranslated'],
  },
  {
    name: 'deleted while it served nobody: what it served before may still be there',
    before: dns({ serving: [] }),
    after: undefined,
    gone: ['IPv4 10.96.0.10 53 all'],
  },
  {
    name: 'the port is now TCP: to UDP the Service is deleted',
    before: dns(),
    after: dns({ protocol: 'TCP' }),
    gone: ['IPv4 10.96.0.10 53 all'],
  },
  { name: 'TCP is left alone', before: row(), after: row({ cluster: [], local: [] }), gone: [] },
  { name: 'SCTP is left alone', before: row({ protocol: 'SCTP' }), after: undefined, gone: [] },
]

for (const { name, before, after, gone } of changes)
  test(`UDP flows gone: ${name}`, () => assert.deepEqual(goneFlows(before, after).map(goneText), gone))

interface Walks {
  readonly name: string
  readonly before: readonly Row[]
  readonly after: readonly Row[]
  readonly walks: readonly string[]
}

const metrics = (fields: RowFields) =>
  dns({ key: 'x/metrics:m/UDP/IPv4', clusterAddress: '10.96.0.20', ...fields })
const walkCases: readonly Walks[] = [
  {
    name: 'one address: named',
    before: [dns()],
    after: [dns({ serving: [b] })],
    walks: ['--orig-dst 10.96.0.10 --orig-port-dst 53 --reply-src 10.200.1.5 --reply-port-src 5353'],
  },
  {
    name: 'three addresses and a node port: one walk, by the pod alone',
    before: [dns(wide)],
    after: [dns({ ...wide, serving: [b] })],
    walks: ['--dst-nat --reply-src 10.200.1.5 --reply-port-src 5353'],
  },
  {
    name: 'the same, and another Service serves the pod at a third port: one walk a port',
    before: [dns(wide), metrics({ port: 54 })],
    after: [dns({ ...wide, serving: [b] }), metrics({ port: 54 })],
    walks: [
      '--dst-nat --orig-port-dst 53 --reply-src 10.200.1.5 --reply-port-src 5353',
      '--dst-nat --orig-port-dst 30053 --reply-src 10.200.1.5 --reply-port-src 5353',
    ],
  },
  {
    name: 'another Service still serves the pod at this port: its flows stay',
    before: [dns({ loadBalancerAddresses: ['203.0.113.7'] }), metrics({})],
    after: [dns({ loadBalancerAddresses: ['203.0.113.7'], serving: [b] }), metrics({})],
    walks: [
      '--orig-dst 10.96.0.10 --orig-port-dst 53 --reply-src 10.200.1.5 --reply-port-src 5353',
      '--orig-dst 203.0.113.7 --orig-port-dst 53 --reply-src 10.200.1.5 --reply-port-src 5353',
    ],
  },
  {
    name: 'two Services lose the same pod: one walk',
    before: [dns(), metrics({})],
    after: [dns({ serving: [b] }), metrics({ serving: [b] })],
    walks: ['--dst-nat --orig-port-dst 53 --reply-src 10.200.1.5 --reply-port-src 5353'],
  },
  {
    name: 'scaled to zero: a walk an address, whatever answers there',
    before: [dns({ nodePort: 30053 })],
    after: [dns({ nodePort: 30053, serving: [] })],
    walks: ['--orig-dst 10.96.0.10 --orig-port-dst 53', '--orig-dst 192.0.2.1 --orig-port-dst 30053'],
  },
  {
    name: 'never translated: answered by the very address',
    before: [dns({ nodePort: 30053, serving: [] })],
    after: [dns({ nodePort: 30053 })],
    walks: [
      '--orig-dst 10.96.0.10 --orig-port-dst 53 --reply-src 10.96.0.10 --reply-port-src 53',
      '--orig-dst 192.0.2.1 --orig-port-dst 30053 --reply-src 192.0.2.1 --reply-port-src 30053',
    ],
  },
]

for (const { name, before, after, walks } of walkCases)
  test(`UDP walks: ${name}`, () => {
    const gone = before.flatMap((old, at) => goneFlows(old, after[at]))
    const shown = deletesOf(gone, new FlowIndex(after, families)).map((flows) => deleteArguments(flows))
    assert.deepEqual(
      shown.map((args) => args.join(' ')),
      walks.map((walk) => `-D -p udp -f ipv4 ${walk}`),
    )
  })

const line = (to: string, by: string): string => {
  const [address, port] = to.split('#')
  const [source, sourcePort] = by.split('#')
  return `udp      17 29 src=10.9.9.9 dst=${address} sport=4001 dport=${port} [UNREPLIED] src=${source} dst=10.9.9.9 sport=${sourcePort} dport=4001 mark=0 use=1`
}

const flowOf = (to: string, by: string): TrackedFlow => {
  const flow = parseFlow('IPv4', line(to, by))
  assert.ok(flow)
  return flow
}

test('a line of conntrack', () => {
  assert.deepEqual(flowOf('10.96.0.10#53', '10.200.1.5#5353'), {
    family: 'IPv4',
    to: { address: '10.96.0.10', port: 53 },
    by: { address: '10.200.1.5', port: 5353 },
  })
  assert.equal(parseFlow('IPv4', line('10.96.0.10#53', '10.200.1.5#5353').replace('udp', 'tcp')), undefined)
  assert.equal(parseFlow('IPv4', 'conntrack v1.4.7: 2 flow entries have been shown.'), undefined)
})

test('UDP flows as they are seen: stale or not', () => {
  const index = new FlowIndex(
    [dns(wide), dns({ key: 'x/none:n/UDP/IPv4', clusterAddress: '10.96.0.30', serving: [] })],
    families,
  )
  const rows: readonly (readonly [string, string, string | undefined])[] = [
    ['10.96.0.10#53', '10.200.1.5#5353', undefined],
    ['10.96.0.10#53', '10.200.3.5#5353', 'IPv4 10.96.0.10 53 10.200.3.5 5353'],
    ['10.96.0.10#53', '10.200.1.5#5354', 'IPv4 10.96.0.10 53 10.200.1.5 5354'],
    ['10.96.0.10#53', '10.96.0.10#53', 'IPv4 10.96.0.10 53 untranslated'],
    ['10.96.0.10#54', '10.96.0.10#54', undefined],
    ['10.96.0.99#53', '10.200.3.5#5353', 'IPv4 10.96.0.99 53 all'],
    ['10.96.0.30#53', '10.200.3.5#5353', 'IPv4 10.96.0.30 53 all'],
    ['203.0.113.7#53', c.address + '#5353', 'IPv4 203.0.113.7 53 10.200.3.5 5353'],
    ['192.0.2.1#30053', c.address + '#5353', 'IPv4 node 30053 10.200.3.5 5353'],
    ['192.0.2.1#53', '192.0.2.1#53', undefined],
    ['8.8.8.8#30053', '8.8.8.8#30053', undefined],
    ['10.200.1.5#5353', '10.200.1.5#5353', undefined],
  ]
  for (const [to, by, expected] of rows) {
    const gone = index.stale(flowOf(to, by))
    assert.equal(gone && goneText(gone), expected, `${to} answered by ${by}`)
  }
})

test('ranges to look at: the service ranges, single addresses, and networks where those are many', () => {
  assert.deepEqual(sweepRanges('IPv4', [dns(wide)], families), [
    '10.96.0.0/12',
    '198.51.100.3/32',
    '203.0.113.7/32',
    '192.0.2.1/32',
  ])
  assert.deepEqual(
    sweepRanges(
      'IPv4',
      [row({ clusterAddress: '172.16.0.9' }), dns({ clusterAddress: '172.16.0.10' })],
      families,
    ),
    ['10.96.0.0/12', '172.16.0.10/32'],
    'UDP alone, and a cluster address of no known range',
  )
  const many = Array.from({ length: 50 }, (_, at) => `203.0.${at}.7`)
  assert.deepEqual(sweepRanges('IPv4', [dns({ loadBalancerAddresses: many })], families), [
    '10.96.0.0/12',
    '203.0.0.0/16',
  ])
  const none: ProxyTable['families'] = { IPv4: family({ serviceRanges: [] }) }
  assert.deepEqual(sweepRanges('IPv4', [row()], none), [])
  assert.deepEqual(sweepRanges('IPv6', [dns()], families), [])
})
