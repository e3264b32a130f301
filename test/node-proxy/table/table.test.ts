import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceObject } from '../../../src/model/objects.ts'
import type { Row } from '../../../src/node-proxy/table/row.ts'
import type { TableSettings } from '../../../src/node-proxy/table/settings.ts'
import { serviceOfSlice } from '../../../src/node-proxy/table/table.ts'
import { build, endpoint, here, service, settings, slice } from '../objects.ts'

const lb = { type: 'LoadBalancer' }
const nodePorts = (...numbers: readonly number[]) => ({
  ports: numbers.map((nodePort, at) => ({ name: `p${at}`, port: 80 + at, nodePort })),
})

interface Case {
  readonly name: string
  readonly service: ServiceObject
  readonly settings?: TableSettings
  /** Of each row. */
  readonly rows: readonly { readonly [K in keyof Row]?: Row[K] | undefined }[]
  readonly codes?: readonly string[]
}

const cases: readonly Case[] = [
  {
    name: 'a plain Service',
    service: service(),
    rows: [
      {
        key: 'default/web:http/TCP/IPv4',
        namespace: 'default',
        name: 'web',
        portName: 'http',
        family: 'IPv4',
        protocol: 'TCP',
        port: 80,
        clusterAddress: '10.96.0.1',
        externalAddresses: [],
        loadBalancerAddresses: [],
        internalLocal: false,
        externalLocal: false,
        cluster: [{ address: '10.1.0.1', port: 8080, local: true }],
        local: undefined,
        anywhere: true,
      },
    ],
  },
  { name: 'ExternalName', service: service({ type: 'ExternalName', clusterIP: '' }), rows: [] },
  { name: 'headless', service: service({ clusterIP: 'None', clusterIPs: ['None'] }), rows: [] },
  { name: 'no cluster address yet', service: service({ clusterIP: '' }), rows: [] },
  {
    name: 'another proxy serves it, whatever the value of the label',
    service: service({}, { labels: { 'service.kubernetes.io/service-proxy-name': '' } }),
    rows: [],
  },
  {
    name: 'it names this proxy, its slice does not',
    service: service({}, { labels: { 'service.kubernetes.io/service-proxy-name': 'mine' } }),
    settings: settings({ serviceProxyName: 'mine' }),
    rows: [{ key: 'default/web:http/TCP/IPv4', cluster: [{ address: '10.1.0.1', port: 8080, local: true }] }],
  },
  {
    name: 'it names no proxy, and this one serves by name',
    service: service(),
    settings: settings({ serviceProxyName: 'mine' }),
    rows: [],
  },
  {
    name: 'internal policy Local, for the clients of every node: all endpoints are needed',
    service: service({ internalTrafficPolicy: 'Local' }),
    settings: settings({ nodeName: '', everyNode: true }),
    rows: [
      {
        internalLocal: true,
        cluster: [{ address: '10.1.0.1', port: 8080, local: false }],
        local: [],
      },
    ],
  },
  { name: 'no ports', service: service({}, { ports: [] }), rows: [] },
  {
    name: 'an unnamed port',
    service: service({}, { ports: [{ port: 80 }] }),
    rows: [{ key: 'default/web:/TCP/IPv4', portName: '' }],
  },
  {
    name: 'one number for TCP, UDP and SCTP',
    service: service(
      {},
      {
        ports: ['TCP', 'UDP', 'SCTP'].map((protocol) => ({
          name: protocol.toLowerCase(),
          port: 53,
          protocol,
        })),
      },
    ),
    rows: [
      { key: 'default/web:tcp/TCP/IPv4', protocol: 'TCP' },
      { key: 'default/web:udp/UDP/IPv4', protocol: 'UDP' },
      { key: 'default/web:sctp/SCTP/IPv4', protocol: 'SCTP' },
    ],
  },
  {
    name: 'dual stack: a row for each family, each with its own addresses',
    service: service(
      { ...lb, clusterIPs: ['fd00:96::1', '10.96.0.1'], externalIPs: ['2001:db8::5', '198.51.100.5'] },
      { ingress: [{ ip: '192.0.2.9' }, { ip: '2001:DB8::0009' }] },
    ),
    rows: [
      {
        family: 'IPv4',
        clusterAddress: '10.96.0.1',
        externalAddresses: ['198.51.100.5'],
        loadBalancerAddresses: ['192.0.2.9'],
      },
      {
        family: 'IPv6',
        clusterAddress: 'fd00:96::1',
        externalAddresses: ['2001:db8::5'],
        loadBalancerAddresses: ['2001:db8::9'],
      },
    ],
  },
  {
    name: 'a family that the machine does not serve',
    service: service({ clusterIPs: ['10.96.0.1', 'fd00:96::1'] }),
    settings: settings({ families: ['IPv6'] }),
    rows: [{ family: 'IPv6', cluster: [], anywhere: false }],
  },
  {
    name: 'addresses of a family that the Service has no cluster address of',
    service: service({ externalIPs: ['2001:db8::5'] }, { ingress: [{ ip: '2001:db8::9' }] }),
    rows: [{ family: 'IPv4', externalAddresses: [], loadBalancerAddresses: [] }],
  },
  {
    name: 'zeros before numbers mean nothing',
    service: service({ clusterIP: '010.096.000.1', externalIPs: ['198.051.100.005'] }),
    rows: [{ clusterAddress: '10.96.0.1', externalAddresses: ['198.51.100.5'] }],
  },
  {
    name: 'what is no address',
    service: service({ externalIPs: ['198.51.100', '198.51.100.5', '::ffff:198.51.100.6'] }),
    rows: [{ externalAddresses: ['198.51.100.5'] }],
    codes: ['LB_PROXY_ADDRESS_IGNORED', 'LB_PROXY_ADDRESS_IGNORED'],
  },
  {
    name: 'one address twice, and of two kinds: once, where it is most restricted',
    service: service(
      { ...lb, externalIPs: ['192.0.2.9', '198.51.100.5', '198.51.100.5', '10.96.0.1'] },
      { ingress: [{ ip: '192.0.2.9' }] },
    ),
    rows: [{ externalAddresses: ['198.51.100.5'], loadBalancerAddresses: ['192.0.2.9'] }],
  },
  {
    name: 'external addresses switched off',
    service: service({ externalIPs: ['198.51.100.5'], externalTrafficPolicy: 'Local' }),
    settings: settings({ ignoreExternalAddresses: true }),
    rows: [{ externalAddresses: [], externalLocal: false, local: undefined }],
    codes: ['LB_PROXY_EXTERNAL_IGNORED'],
  },
  {
    name: 'ipMode VIP and none are answered; Proxy, hostnames and blanks are not',
    service: service(lb, {
      ingress: [
        { ip: '192.0.2.1', ipMode: 'VIP' },
        { ip: '192.0.2.2', ipMode: 'Proxy' },
        { ip: '192.0.2.3' },
        { hostname: 'lb.example.com' },
        { ip: '' },
      ],
    }),
    rows: [{ loadBalancerAddresses: ['192.0.2.1', '192.0.2.3'] }],
  },
  {
    name: 'only an address in mode Proxy: the external policy has no effect',
    service: service(
      { ...lb, externalTrafficPolicy: 'Local' },
      { ingress: [{ ip: '192.0.2.2', ipMode: 'Proxy' }] },
    ),
    rows: [{ loadBalancerAddresses: [], externalLocal: false, local: undefined }],
  },
  {
    name: 'node ports count whatever allocateLoadBalancerNodePorts says',
    service: service({ ...lb, allocateLoadBalancerNodePorts: false }, nodePorts(30080, 0)),
    rows: [
      { portName: 'p0', nodePort: 30080 },
      { portName: 'p1', nodePort: undefined },
    ],
  },
  {
    name: 'external policy Local holds where something outside reaches the port',
    service: service({ type: 'NodePort', externalTrafficPolicy: 'Local' }, nodePorts(30080, 0)),
    rows: [
      { externalLocal: true, local: [], cluster: [] },
      { externalLocal: false, local: undefined, cluster: [] },
    ],
  },
  {
    name: 'external policy Local of a ClusterIP Service with an external address',
    service: service({ externalIPs: ['198.51.100.5'], externalTrafficPolicy: 'Local' }),
    rows: [{ externalLocal: true, local: [{ address: '10.1.0.1', port: 8080, local: true }] }],
  },
  {
    name: 'internal policy Local, nothing outside: no cluster set',
    service: service({ internalTrafficPolicy: 'Local' }),
    rows: [
      { internalLocal: true, cluster: undefined, local: [{ address: '10.1.0.1', port: 8080, local: true }] },
    ],
  },
  {
    name: 'internal policy Local beside a node port: both sets',
    service: service({ type: 'NodePort', internalTrafficPolicy: 'Local' }, nodePorts(30080)),
    rows: [{ internalLocal: true, externalLocal: false, cluster: [], local: [] }],
  },
  {
    name: 'affinity, its default and its own timeout',
    service: service({ sessionAffinity: 'ClientIP' }),
    rows: [{ affinitySeconds: 10800 }],
  },
  {
    name: 'affinity with a timeout',
    service: service({
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
    }),
    rows: [{ affinitySeconds: 60 }],
  },
  {
    name: 'a timeout without affinity',
    service: service({
      sessionAffinity: 'None',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
    }),
    rows: [{ affinitySeconds: undefined }],
  },
  {
    name: 'source ranges: blanks, zeros, host bits, doubles',
    service: service(
      { ...lb, loadBalancerSourceRanges: [' 198.51.100.7/24\t', '010.0.0.0/08', '10.0.0.0/8'] },
      { ingress: [{ ip: '192.0.2.9' }] },
    ),
    rows: [{ allowedSources: ['10.0.0.0/8', '198.51.100.0/24'] }],
  },
  {
    name: 'source ranges: what is none lets nobody in',
    service: service(
      { ...lb, loadBalancerSourceRanges: ['10.0.0.1', '10.0.0.0/33', '', '10.0.0.0/8'] },
      { ingress: [{ ip: '192.0.2.9' }] },
    ),
    rows: [{ allowedSources: ['10.0.0.0/8'] }],
    codes: ['LB_PROXY_RANGE_IGNORED', 'LB_PROXY_RANGE_IGNORED', 'LB_PROXY_RANGE_IGNORED'],
  },
  {
    name: 'source ranges: all malformed closes',
    service: service({ ...lb, loadBalancerSourceRanges: ['x'] }, { ingress: [{ ip: '192.0.2.9' }] }),
    rows: [{ allowedSources: [] }],
    codes: ['LB_PROXY_RANGE_IGNORED', 'LB_PROXY_RANGES_CLOSED'],
  },
  {
    name: 'source ranges: none of a family closes that family',
    service: service(
      { ...lb, clusterIPs: ['10.96.0.1', 'fd00:96::1'], loadBalancerSourceRanges: ['10.0.0.0/8'] },
      { ingress: [{ ip: '192.0.2.9' }, { ip: '2001:db8::9' }] },
    ),
    rows: [{ allowedSources: ['10.0.0.0/8'] }, { allowedSources: [] }],
    codes: ['LB_PROXY_RANGES_CLOSED'],
  },
  {
    name: 'source ranges of both families',
    service: service(
      {
        ...lb,
        clusterIPs: ['10.96.0.1', 'fd00:96::1'],
        loadBalancerSourceRanges: ['2001:DB8::/32', '10.0.0.0/8'],
      },
      { ingress: [{ ip: '192.0.2.9' }, { ip: '2001:db8::9' }] },
    ),
    rows: [{ allowedSources: ['10.0.0.0/8'] }, { allowedSources: ['2001:db8::/32'] }],
  },
  {
    name: 'source ranges: no note where the family has no load balancer address',
    service: service(
      { ...lb, clusterIPs: ['10.96.0.1', 'fd00:96::1'], loadBalancerSourceRanges: ['10.0.0.0/8'] },
      { ingress: [{ ip: '192.0.2.9' }] },
    ),
    rows: [{ allowedSources: ['10.0.0.0/8'] }, { allowedSources: [], loadBalancerAddresses: [] }],
  },
  {
    name: 'source ranges: an empty list is no wish',
    service: service({ ...lb, loadBalancerSourceRanges: [] }, { ingress: [{ ip: '192.0.2.9' }] }),
    rows: [{ allowedSources: undefined }],
  },
  {
    name: 'only load balancers: node ports and ingress addresses, no other ones',
    service: service(
      { ...lb, externalIPs: ['198.51.100.5'] },
      { ...nodePorts(30080, 0), ingress: [{ ip: '192.0.2.9' }] },
    ),
    settings: settings({ onlyLoadBalancer: true }),
    rows: [
      {
        portName: 'p0',
        nodePort: 30080,
        clusterAddress: undefined,
        externalAddresses: [],
        loadBalancerAddresses: ['192.0.2.9'],
      },
      {
        portName: 'p1',
        nodePort: undefined,
        clusterAddress: undefined,
        loadBalancerAddresses: ['192.0.2.9'],
      },
    ],
  },
  {
    name: 'only load balancers: a port that nothing outside reaches has no row',
    service: service(lb, nodePorts(30080, 0)),
    settings: settings({ onlyLoadBalancer: true }),
    rows: [{ portName: 'p0' }],
  },
  {
    name: 'only load balancers: no other types',
    service: service({ type: 'NodePort' }, nodePorts(30080)),
    settings: settings({ onlyLoadBalancer: true }),
    rows: [],
  },
  {
    name: 'two ports without a name: the first',
    service: service({}, { ports: [{ port: 80 }, { port: 81 }] }),
    rows: [{ key: 'default/web:/TCP/IPv4', port: 80 }],
  },
  {
    name: 'a protocol that nobody knows',
    service: service({}, { ports: [{ name: 'x', port: 80, protocol: 'QUIC' }] }),
    rows: [],
  },
]

for (const { name, service, settings, rows, codes = [] } of cases)
  test(`table: ${name}`, () => {
    const slices = [slice([endpoint('10.1.0.1 here')])]
    const { table, notes } = build({ services: [service], slices }, settings)
    const seen = [...table.rows.values()].map((row, at) =>
      Object.fromEntries(Object.keys(rows[at] ?? row).map((key) => [key, row[key as keyof Row]])),
    )
    assert.deepEqual(seen, rows)
    assert.deepEqual(
      notes.map(({ code }) => code),
      codes,
    )
  })

const local = { ...lb, externalTrafficPolicy: 'Local', healthCheckNodePort: 31000 }
const twoPorts = {
  ports: [
    { name: 'http', port: 80, nodePort: 30080 },
    { name: 'https', port: 443, nodePort: 30443 },
  ],
}

interface HealthCase {
  readonly name: string
  readonly service: ServiceObject
  readonly settings?: TableSettings
  readonly slices?: readonly ReturnType<typeof slice>[]
  readonly count: number | undefined
}

const healthCases: readonly HealthCase[] = [
  { name: 'no endpoint', service: service(local), count: 0 },
  {
    name: 'each address once, over all ports',
    service: service(local, twoPorts),
    slices: [
      slice([endpoint('10.1.0.1 here'), endpoint('10.1.0.2 here'), endpoint('10.1.0.3 n2')]),
      slice([endpoint('10.1.0.1 here'), endpoint('10.1.0.4 here')], {
        ports: [{ name: 'https', port: 8443 }],
      }),
    ],
    count: 3,
  },
  {
    name: 'a pod of two families is one',
    service: service({ ...local, clusterIPs: ['10.96.0.1', 'fd00:96::1'] }),
    slices: [
      slice([endpoint('10.1.0.1 here'), endpoint('10.1.0.2 here')]),
      slice([endpoint('fd00:1::1 here'), endpoint('fd00:1::2 here'), endpoint('fd00:1::3 n2')], {
        addressType: 'IPv6',
      }),
    ],
    count: 2,
  },
  {
    name: 'of two families the one that has more here',
    service: service({ ...local, clusterIPs: ['10.96.0.1', 'fd00:96::1'] }),
    slices: [slice([endpoint('fd00:1::1 here'), endpoint('fd00:1::2 here')], { addressType: 'IPv6' })],
    count: 2,
  },
  {
    name: 'what ends or is not ready does not count, though it may be served',
    service: service(local),
    slices: [
      slice([
        endpoint('10.1.0.1 here ending'),
        endpoint('10.1.0.2 here unready'),
        endpoint('10.1.0.3 here published'),
      ]),
    ],
    count: 0,
  },
  {
    name: 'internal policy and hints play no part',
    service: service({ ...local, internalTrafficPolicy: 'Local' }),
    slices: [slice([endpoint('10.1.0.1 here', { forZones: [{ name: 'elsewhere' }] })])],
    count: 1,
  },
  {
    name: 'policy Cluster',
    service: service({ ...local, externalTrafficPolicy: 'Cluster' }),
    count: undefined,
  },
  { name: 'another type', service: service({ ...local, type: 'NodePort' }), count: undefined },
  { name: 'no port', service: service({ ...local, healthCheckNodePort: 0 }), count: undefined },
  {
    name: 'only load balancers',
    service: service(local),
    settings: settings({ onlyLoadBalancer: true }),
    slices: [slice([endpoint('10.1.0.1 here')])],
    count: 1,
  },
]

for (const { name, service, settings, slices = [], count } of healthCases)
  test(`table: health port: ${name}`, () => {
    const { table } = build({ services: [service], slices }, settings)
    const port = { namespace: 'default', name: 'web', port: 31000, localEndpoints: count }
    assert.deepEqual([...table.healthChecks.values()], count === undefined ? [] : [port])
  })

test('table: slices belong to the Service of their label and namespace', () => {
  assert.equal(serviceOfSlice(slice([], { namespace: 'other' })), 'other/web')
  assert.equal(serviceOfSlice({ ...slice([]), metadata: { name: 'x' } }), undefined)
  const stray = [slice([endpoint('10.1.0.1 here')], { namespace: 'other' })]
  const [row] = build({ services: [service()], slices: stray }).table.rows.values()
  assert.deepEqual(row?.cluster, [])
})

test('table: zone and name of this node decide what is local and near', () => {
  const hinted = [
    slice([
      endpoint('10.1.0.1 n2', { forZones: [{ name: 'a' }] }),
      endpoint('10.1.0.2 n2', { forZones: [{ name: 'b' }] }),
    ]),
  ]
  const of = (zone: string) =>
    [
      ...build({
        services: [service()],
        slices: hinted,
        node: { metadata: { name: here, labels: { 'topology.kubernetes.io/zone': zone } } },
      }).table.rows.values(),
    ][0]?.cluster?.map(({ address }) => address)
  assert.deepEqual(of('a'), ['10.1.0.1'])
  assert.deepEqual(of('b'), ['10.1.0.2'])
  assert.deepEqual(of(''), ['10.1.0.1', '10.1.0.2'])
})

test('table: who answers, used or not, is told of UDP alone', () => {
  const ports = ['TCP', 'UDP'].map((protocol) => ({ name: protocol, port: 53, protocol }))
  const slices = [slice([endpoint('10.1.0.1 here'), endpoint('10.1.0.2 n2 ending')], { ports })]
  const rows = [...build({ services: [service({}, { ports })], slices }).table.rows.values()]
  assert.deepEqual(
    rows.map(({ serving }) => serving?.map(({ address }) => address)),
    [undefined, ['10.1.0.1', '10.1.0.2']],
  )
})

test('table: a row that nobody can reach hides none that follow', () => {
  const ports = [
    { name: 'a', port: 80 },
    { name: 'b', port: 81, nodePort: 30081 },
  ]
  const only = settings({ onlyLoadBalancer: true })
  const { table } = build({ services: [service(lb, { ports })] }, only)
  assert.deepEqual([...table.rows.keys()], ['default/web:b/TCP/IPv4'])
})
