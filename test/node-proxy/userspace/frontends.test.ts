import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RelayFrontend } from '../../../src/relay/frontend.ts'
import { rowFrontends, type UserspaceSettings } from '../../../src/node-proxy/userspace/frontends.ts'
import { bothOf } from '../../../src/node-proxy/table/ranges.ts'
import type { FamilySettings } from '../../../src/node-proxy/table/row.ts'
import { family, row, type RowFields } from './rows.ts'

interface Case {
  readonly name: string
  readonly row: RowFields
  readonly family?: Partial<FamilySettings>
  readonly settings?: UserspaceSettings
  /** `address:port: sources -> targets; ...`, the last octet of each target. */
  readonly frontends: readonly string[]
}

const near = '192.0.2.1/32,127.0.0.0/8,10.200.1.0/24'
const nearOf = (address: string) => `192.0.2.1/32,${address}/32,127.0.0.0/8,10.200.1.0/24`
const cases: readonly Case[] = [
  { name: 'a cluster address goes to all', row: {}, frontends: ['10.96.0.10:80: * -> 1.5 2.5'] },
  {
    name: 'internal policy Local goes to those of this node, whoever asks',
    row: { internalLocal: true },
    frontends: ['10.96.0.10:80: * -> 1.5'],
  },
  {
    name: 'internal policy Local without a local endpoint: nobody listens, so it is refused',
    row: { internalLocal: true, local: [] },
    frontends: [],
  },
  {
    name: 'nothing anywhere: nobody listens on any address',
    row: {
      cluster: [],
      local: [],
      anywhere: false,
      nodePort: 30080,
      externalLocal: true,
      loadBalancerAddresses: ['203.0.113.7'],
    },
    frontends: [],
  },
  {
    name: 'external policy Cluster: one route',
    row: { externalAddresses: ['198.51.100.3'], nodePort: 30080 },
    frontends: [
      '10.96.0.10:80: * -> 1.5 2.5',
      '198.51.100.3:80: * -> 1.5 2.5',
      '192.0.2.1:30080: * -> 1.5 2.5',
    ],
  },
  {
    name: 'external policy Local: pods and this node reach all, others what runs here',
    row: { externalLocal: true, externalAddresses: ['198.51.100.3'] },
    frontends: [
      '10.96.0.10:80: * -> 1.5 2.5',
      `198.51.100.3:80: ${nearOf('198.51.100.3')} -> 1.5 2.5; * -> 1.5`,
    ],
  },
  {
    name: 'external policy Local without a local endpoint: others are reset, who is near is not',
    row: { clusterAddress: undefined, externalLocal: true, local: [], externalAddresses: ['198.51.100.3'] },
    frontends: [`198.51.100.3:80: ${nearOf('198.51.100.3')} -> 1.5 2.5; * -> nobody`],
  },
  {
    name: 'pods known by interface count as outside',
    row: { clusterAddress: undefined, externalLocal: true, nodePort: 30080 },
    family: { pods: { by: 'interface', prefix: 'cali' } },
    frontends: ['192.0.2.1:30080: 192.0.2.1/32,127.0.0.0/8 -> 1.5 2.5; * -> 1.5'],
  },
  {
    name: 'source ranges hold for load balancer addresses alone',
    row: {
      clusterAddress: undefined,
      allowedSources: ['198.51.100.0/24'],
      loadBalancerAddresses: ['203.0.113.7'],
      externalAddresses: ['203.0.113.8'],
      nodePort: 30080,
    },
    frontends: [
      '203.0.113.8:80: * -> 1.5 2.5',
      '203.0.113.7:80: 198.51.100.0/24 -> 1.5 2.5',
      '192.0.2.1:30080: * -> 1.5 2.5',
    ],
  },
  {
    name: 'source ranges hold for pods, too: only those in both lists keep the short way',
    row: {
      clusterAddress: undefined,
      externalLocal: true,
      allowedSources: ['10.200.1.64/26', '198.51.100.0/24'],
      loadBalancerAddresses: ['203.0.113.7'],
    },
    frontends: ['203.0.113.7:80: 10.200.1.64/26 -> 1.5 2.5; 10.200.1.64/26,198.51.100.0/24 -> 1.5'],
  },
  {
    name: 'a range that holds this node admits the load balancer address itself as a source',
    row: {
      clusterAddress: undefined,
      allowedSources: ['192.0.2.0/24'],
      loadBalancerAddresses: ['203.0.113.7'],
    },
    frontends: ['203.0.113.7:80: 192.0.2.0/24,203.0.113.7/32 -> 1.5 2.5'],
  },
  {
    name: 'ranges of the other family only: nobody, not everybody',
    row: { clusterAddress: undefined, allowedSources: [], loadBalancerAddresses: ['203.0.113.7'] },
    frontends: [],
  },
  {
    name: 'a range that cannot be read admits nobody',
    row: {
      clusterAddress: undefined,
      externalLocal: true,
      allowedSources: ['nonsense'],
      local: [],
      loadBalancerAddresses: ['203.0.113.7'],
    },
    frontends: [],
  },
  {
    name: 'node ports on all addresses: one socket, shut for loopback',
    row: { clusterAddress: undefined, nodePort: 30080 },
    family: { nodePorts: { ranges: 'all', localhost: false } },
    frontends: ['0.0.0.0:30080: 127.0.0.0/8 -> nobody; * -> 1.5 2.5'],
  },
  {
    name: 'node ports on all addresses and loopback',
    row: { clusterAddress: undefined, nodePort: 30080, externalLocal: true },
    family: { nodePorts: { ranges: 'all', localhost: true } },
    frontends: [`0.0.0.0:30080: 127.0.0.0/8 -> 1.5; ${near} -> 1.5 2.5; * -> 1.5`],
  },
  {
    name: 'node ports on the addresses in the ranges, and loopback when asked for',
    row: { clusterAddress: undefined, nodePort: 30080 },
    family: {
      nodePorts: { ranges: ['192.0.2.0/25'], localhost: true },
      nodeAddresses: ['192.0.2.1', '192.0.2.200', '192.0.2.9'],
    },
    frontends: [
      '192.0.2.1:30080: * -> 1.5 2.5',
      '192.0.2.9:30080: * -> 1.5 2.5',
      '127.0.0.1:30080: * -> 1.5 2.5',
    ],
  },
  {
    name: 'node ports on loopback: what runs here with policy Local, and no UDP, as beside nftables',
    row: { clusterAddress: undefined, nodePort: 30080, protocol: 'UDP' },
    family: { nodePorts: { ranges: ['192.0.2.0/25'], localhost: true } },
    frontends: ['192.0.2.1:30080: * -> 1.5 2.5'],
  },
  {
    name: 'bind addresses instead, those of the family',
    row: { clusterAddress: undefined, nodePort: 30080 },
    settings: { bindAddresses: ['127.0.0.2', '::1', '127.0.0.3'] },
    frontends: ['127.0.0.2:30080: * -> 1.5 2.5', '127.0.0.3:30080: * -> 1.5 2.5'],
  },
  {
    name: 'all addresses among the bind addresses leave no room for single ones',
    row: { clusterAddress: undefined, nodePort: 30080 },
    family: { nodePorts: { ranges: 'all', localhost: true } },
    settings: { bindAddresses: ['127.0.0.2', '0.0.0.0'] },
    frontends: ['0.0.0.0:30080: 127.0.0.0/8 -> 1.5 2.5; * -> 1.5 2.5'],
  },
  {
    name: 'no bind address of the family: no node port',
    row: { nodePort: 30080, clusterAddress: undefined },
    settings: { bindAddresses: ['::1'] },
    frontends: [],
  },
  {
    name: 'only the kinds that are asked for',
    row: { externalAddresses: ['198.51.100.3'], loadBalancerAddresses: ['203.0.113.7'], nodePort: 30080 },
    settings: { serves: ['node-port'] },
    frontends: ['192.0.2.1:30080: * -> 1.5 2.5'],
  },
  {
    name: 'a cluster on loopback: who is no pod is outside, at 127.0.0.1 too',
    row: { clusterAddress: undefined, nodePort: 30080, externalLocal: true },
    settings: { loopbackIsNear: false },
    frontends: ['192.0.2.1:30080: 192.0.2.1/32,10.200.1.0/24 -> 1.5 2.5; * -> 1.5'],
  },
  {
    name: 'many nodes, internal policy Local: pods reach those of their node, or nobody; others all',
    row: { internalLocal: true },
    settings: { podsByNode: ['10.200.1.0/24', '10.200.2.0/24', '10.200.3.0/24'] },
    frontends: [
      '10.96.0.10:80: 10.200.1.0/24 -> 1.5; 10.200.2.0/24 -> 2.5; 10.200.3.0/24 -> nobody; * -> 1.5 2.5',
    ],
  },
  { name: 'SCTP is left to the kernel', row: { protocol: 'SCTP' }, frontends: [] },
]

const shown = (frontend: RelayFrontend): string => {
  const routes = frontend.routes.map(({ sources, targets }) => {
    const to = targets.map(({ address }) => address.split('.').slice(2).join('.')).join(' ')
    return `${sources?.join(',') ?? '*'} -> ${to === '' ? 'nobody' : to}`
  })
  return `${frontend.address}:${frontend.port}: ${routes.join('; ')}`
}

for (const { name, row: fields, family: settings, settings: own, frontends } of cases)
  test(`userspace frontends: ${name}`, () => {
    const made = rowFrontends(row(fields), family(settings), own ?? {})
    assert.deepEqual(made.map(shown), frontends)
  })

test('userspace frontends: affinity, and the idle time of UDP', () => {
  const [made] = rowFrontends(row({ protocol: 'UDP', affinitySeconds: 60 }), family(), {
    udpIdleTimeoutMs: 5000,
  })
  assert.equal(made?.affinitySeconds, 60)
  assert.equal(made?.idleTimeoutMs, 5000)
  assert.equal(made?.protocol, 'UDP')
  assert.equal(rowFrontends(row(), family(), { udpIdleTimeoutMs: 5000 })[0]?.idleTimeoutMs, undefined)
})

const seen: readonly (RowFields & { readonly name: string; readonly expected: readonly unknown[] })[] = [
  { name: 'at a cluster address the client', expected: ['client'] },
  {
    name: 'at a node port the node',
    clusterAddress: undefined,
    nodePort: 30080,
    expected: [{ address: '192.0.2.1' }],
  },
  {
    name: 'at a node port with policy Local the client',
    nodePort: 30080,
    externalLocal: true,
    expected: ['client', 'client'],
  },
]

const dialFrom = (fields: RowFields, own: UserspaceSettings) =>
  rowFrontends(row(fields), family(), own).map((made) => made.dialFrom)

for (const { name, expected, ...fields } of seen)
  test(`userspace frontends: endpoints see ${name}`, () => {
    assert.deepEqual(dialFrom(fields, { masqueradeAs: '192.0.2.1' }), expected)
    assert.ok(dialFrom(fields, {}).every((from) => from === undefined))
  })

test('userspace frontends: a family that is not served has none', () =>
  assert.deepEqual(rowFrontends(row(), undefined, {}), []))

test('what two lists of ranges both hold', () => {
  assert.deepEqual(bothOf(['10.0.0.0/8', '2001:db8::/32'], ['10.1.0.0/16', '0.0.0.0/0', '2001:db8::1/128']), [
    '10.0.0.0/8',
    '10.1.0.0/16',
    '2001:db8::1/128',
  ])
  assert.deepEqual(bothOf(['10.0.0.0/8'], ['11.0.0.0/8']), [])
})
