import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SliceEndpoint } from '../../../src/model/objects.ts'
import { endpointsFor, usableOf } from '../../../src/node-proxy/table/endpoints.ts'
import { endpoint, here, slice } from '../objects.ts'

const zone = (name: string) => ({ forZones: [{ name }] })
const forNode = (...names: readonly string[]) => ({ forNodes: names.map((name) => ({ name })) })

interface Row {
  readonly name: string
  readonly endpoints: readonly SliceEndpoint[]
  readonly zone?: string
  readonly cluster: readonly number[]
  readonly local: readonly number[]
  readonly anywhere?: boolean
}

const both = { cluster: true, local: true }

/** Endpoints are 10.1.0.1, 10.1.0.2, ... and `cluster`, `local` their last numbers. */
const rows: readonly Row[] = [
  { name: 'none', endpoints: [], cluster: [], local: [], anywhere: false },
  {
    name: 'ready ones, here and there',
    endpoints: [endpoint('10.1.0.1 here'), endpoint('10.1.0.2 n2'), endpoint('10.1.0.3 -')],
    cluster: [1, 2, 3],
    local: [1],
  },
  {
    name: 'conditions left out: ready',
    endpoints: [{ addresses: ['10.1.0.1'], nodeName: here }],
    cluster: [1],
    local: [1],
  },
  {
    name: 'conditions null: ready, serving, not ending',
    endpoints: [
      {
        addresses: ['10.1.0.1'],
        nodeName: here,
        conditions: { ready: null, serving: null, terminating: null },
      },
    ],
    cluster: [1],
    local: [1],
  },
  {
    name: 'terminating left out: it does not end, so serving alone is not enough',
    endpoints: [{ addresses: ['10.1.0.1'], nodeName: here, conditions: { ready: false, serving: true } }],
    cluster: [],
    local: [],
    anywhere: false,
  },
  {
    name: 'serving left out: an ending one serves',
    endpoints: [{ addresses: ['10.1.0.1'], conditions: { ready: false, terminating: true } }],
    cluster: [1],
    local: [],
  },
  {
    name: 'not ready: unusable, also when it serves and does not end',
    endpoints: [endpoint('10.1.0.1 here unready'), endpoint('10.1.0.2 here serving')],
    cluster: [],
    local: [],
    anywhere: false,
  },
  {
    name: 'only ending ones: those that serve',
    endpoints: [
      endpoint('10.1.0.1 here ending'),
      endpoint('10.1.0.2 n2 ending'),
      endpoint('10.1.0.3 n2 dead'),
    ],
    cluster: [1, 2],
    local: [1],
  },
  {
    name: 'ending and dead: nothing',
    endpoints: [endpoint('10.1.0.1 here dead')],
    cluster: [],
    local: [],
    anywhere: false,
  },
  {
    name: 'a ready one elsewhere: this node still falls back to its ending one',
    endpoints: [endpoint('10.1.0.1 here ending'), endpoint('10.1.0.2 n2')],
    cluster: [2],
    local: [1],
  },
  {
    name: 'a ready one here: no ending one is used',
    endpoints: [endpoint('10.1.0.1 here'), endpoint('10.1.0.2 here ending'), endpoint('10.1.0.3 n2 ending')],
    cluster: [1],
    local: [1],
  },
  {
    name: 'ending but published as ready: usable',
    endpoints: [endpoint('10.1.0.1 here published')],
    cluster: [1],
    local: [1],
  },
  {
    name: 'zone hints: those for this zone; the local set does not care',
    zone: 'a',
    endpoints: [endpoint('10.1.0.1 here', zone('b')), endpoint('10.1.0.2 n2', zone('a'))],
    cluster: [2],
    local: [1],
  },
  {
    name: 'zone hints, the node has no zone: all',
    endpoints: [endpoint('10.1.0.1 n2', zone('a')), endpoint('10.1.0.2 n2', zone('b'))],
    cluster: [1, 2],
    local: [],
  },
  {
    name: 'zone hints, none for this zone: all',
    zone: 'c',
    endpoints: [endpoint('10.1.0.1 n2', zone('a')), endpoint('10.1.0.2 n2', zone('b'))],
    cluster: [1, 2],
    local: [],
  },
  {
    name: 'zone hints, one ready endpoint has none: all',
    zone: 'a',
    endpoints: [endpoint('10.1.0.1 n2', zone('a')), endpoint('10.1.0.2 n2')],
    cluster: [1, 2],
    local: [],
  },
  {
    name: 'zone hints, only an unready endpoint has none: hints hold',
    zone: 'a',
    endpoints: [
      endpoint('10.1.0.1 n2', zone('a')),
      endpoint('10.1.0.2 n2', zone('b')),
      endpoint('10.1.0.3 n2 unready'),
    ],
    cluster: [1],
    local: [],
  },
  {
    name: 'zone hints, the only one for this zone is not ready: all that are',
    zone: 'a',
    endpoints: [endpoint('10.1.0.1 n2 unready', zone('a')), endpoint('10.1.0.2 n2', zone('b'))],
    cluster: [2],
    local: [],
  },
  {
    name: 'ending ones only: hints do not count',
    zone: 'a',
    endpoints: [endpoint('10.1.0.1 n2 ending', zone('a')), endpoint('10.1.0.2 n2 ending', zone('b'))],
    cluster: [1, 2],
    local: [],
  },
  {
    name: 'node hints outrank zone hints',
    zone: 'a',
    endpoints: [
      endpoint('10.1.0.1 n2', { ...zone('a'), ...forNode('n2') }),
      endpoint('10.1.0.2 n2', { ...zone('b'), ...forNode('n3', here) }),
    ],
    cluster: [2],
    local: [],
  },
  {
    name: 'node hints for other nodes: zone hints decide',
    zone: 'a',
    endpoints: [
      endpoint('10.1.0.1 n2', { ...zone('a'), ...forNode('n2') }),
      endpoint('10.1.0.2 n3', { ...zone('b'), ...forNode('n3') }),
    ],
    cluster: [1],
    local: [],
  },
  {
    name: 'node hints on some only: zone hints decide',
    zone: 'a',
    endpoints: [
      endpoint('10.1.0.1 n2', zone('a')),
      endpoint('10.1.0.2 here', { ...zone('b'), ...forNode(here) }),
    ],
    cluster: [1],
    local: [2],
  },
]

const port = { portName: 'http', protocol: 'TCP', family: 'IPv4' } as const
const last = (list: readonly { address: string }[] | undefined) =>
  list?.map(({ address }) => Number(address.slice(address.lastIndexOf('.') + 1)))

for (const { name, endpoints, zone, cluster, local, anywhere = true } of rows)
  test(`endpoints: ${name}`, () => {
    const known = endpointsFor([slice(endpoints)], port, { node: here })
    const usable = usableOf(known, both, { node: here, ...(zone === undefined ? {} : { zone }) })
    assert.deepEqual(
      { cluster: last(usable.cluster), local: last(usable.local), anywhere: usable.anywhere },
      { cluster, local, anywhere },
    )
  })

test('endpoints: a policy that nothing uses has no set', () => {
  const known = endpointsFor([slice([endpoint('10.1.0.1 here')])], port, { node: here })
  assert.deepEqual(usableOf(known, { cluster: false, local: false }, { node: here }), {
    cluster: undefined,
    local: undefined,
    anywhere: true,
  })
})

interface SlicesRow {
  readonly proxy?: { readonly proxyName: string }
  readonly name: string
  readonly slices: readonly ReturnType<typeof slice>[]
  readonly wanted?: Partial<Record<keyof typeof port, string>>
  readonly found: readonly string[]
}

const one = endpoint('10.1.0.1 n2')

const sliceRows: readonly SlicesRow[] = [
  { name: 'the port of the slice', slices: [slice([one])], found: ['10.1.0.1:8080'] },
  { name: 'another name', slices: [slice([one])], wanted: { portName: 'https' }, found: [] },
  { name: 'another protocol', slices: [slice([one])], wanted: { protocol: 'UDP' }, found: [] },
  {
    name: 'no protocol means TCP',
    slices: [slice([one], { ports: [{ name: 'http', port: 1 }] })],
    found: ['10.1.0.1:1'],
  },
  {
    name: 'a port without a name',
    slices: [slice([one], { ports: [{ port: 1 }] })],
    wanted: { portName: '' },
    found: [],
  },
  {
    name: 'an empty name is one',
    slices: [slice([one], { ports: [{ name: '', port: 1 }] })],
    wanted: { portName: '' },
    found: ['10.1.0.1:1'],
  },
  {
    name: 'no number, and 0',
    slices: [
      slice([one], { ports: [{ name: 'http' }, { name: 'http', port: null }, { name: 'http', port: 0 }] }),
    ],
    found: [],
  },
  {
    name: 'ports and endpoints of no use hide none that follow',
    slices: [
      slice([{ addresses: [] }, one], {
        ports: [
          { name: 'https', port: 1 },
          { name: 'http', port: 0 },
          { name: 'http', port: 8080 },
        ],
      }),
    ],
    found: ['10.1.0.1:8080'],
  },
  {
    name: 'no lists at all, as the API writes them',
    slices: [slice([one], { ports: null }), { ...slice([]), endpoints: null }],
    found: [],
  },
  { name: 'names instead of addresses', slices: [slice([one], { addressType: 'FQDN' })], found: [] },
  {
    name: 'the other family',
    slices: [slice([endpoint('2001:db8::1 n2')], { addressType: 'IPv6' })],
    found: [],
  },
  {
    name: 'an address of the other family than its slice says',
    slices: [slice([endpoint('2001:db8::1 n2')])],
    found: [],
  },
  { name: 'no address', slices: [slice([{ addresses: [] }, endpoint('10.1.0 n2')])], found: [] },
  {
    name: 'IPv6 in canonical form',
    slices: [slice([endpoint('2001:0DB8:0::1 n2')], { addressType: 'IPv6' })],
    wanted: { family: 'IPv6' },
    found: ['2001:db8::1:8080'],
  },
  {
    name: 'zeros before numbers mean nothing',
    slices: [slice([endpoint('010.001.000.1 n2')])],
    found: ['10.1.0.1:8080'],
  },
  {
    name: 'only the first address counts',
    slices: [slice([{ addresses: ['10.1.0.1', '10.1.0.2'] }])],
    found: ['10.1.0.1:8080'],
  },
  {
    name: 'of another proxy, or of a headless Service',
    slices: [
      slice([one], { labels: { 'service.kubernetes.io/service-proxy-name': '' } }),
      slice([one], { labels: { 'service.kubernetes.io/headless': '' } }),
    ],
    found: [],
  },
  {
    name: 'of a Service that names this proxy: all, whether they carry the label or not, unless headless',
    slices: [
      slice([one], { labels: { 'service.kubernetes.io/service-proxy-name': 'mine' } }),
      slice([endpoint('10.1.0.2 n2')]),
      slice([endpoint('10.1.0.3 n2')], { labels: { 'service.kubernetes.io/headless': '' } }),
    ],
    proxy: { proxyName: 'mine' },
    found: ['10.1.0.1:8080', '10.1.0.2:8080'],
  },
  {
    name: 'each once, sorted, over several slices and ports',
    slices: [
      slice([endpoint('10.1.0.2 n2'), one], {
        ports: [
          { name: 'http', port: 8080 },
          { name: 'http', port: 9 },
        ],
      }),
      slice([one, endpoint('10.1.0.10 n2')]),
    ],
    found: ['10.1.0.1:9', '10.1.0.1:8080', '10.1.0.10:8080', '10.1.0.2:9', '10.1.0.2:8080'],
  },
]

for (const { name, slices, wanted, proxy, found } of sliceRows)
  test(`slices: ${name}`, () => {
    const known = endpointsFor(slices, { ...port, ...wanted } as typeof port, { node: here, ...proxy })
    assert.deepEqual(
      known.map(({ at }) => `${at.address}:${at.port}`),
      found,
    )
  })

const twice = (a: string, b: string) =>
  endpointsFor([slice([endpoint(a)]), slice([endpoint(b)])], port, { node: here })

test('slices: an endpoint in two of them: the copy on this node, then the one that serves more', () => {
  for (const [a, b] of [
    ['10.1.0.1 here unready', '10.1.0.1 n2'],
    ['10.1.0.1 n2', '10.1.0.1 here unready'],
  ] as const)
    assert.deepEqual(
      twice(a, b).map(({ at, ready }) => [at.local, ready]),
      [[true, false]],
    )
  for (const [a, b] of [
    ['10.1.0.1 n2 ending', '10.1.0.1 n2'],
    ['10.1.0.1 n2', '10.1.0.1 n2 dead'],
    ['10.1.0.1 n2', '10.1.0.1 n2 serving'],
  ] as const)
    assert.deepEqual(
      twice(a, b).map(({ ready }) => ready),
      [true],
    )
})

test('slices: of two that are not ready the ending one that serves, which may be used', () => {
  for (const other of ['serving', 'dead'])
    assert.deepEqual(
      twice(`10.1.0.1 n2 ${other}`, '10.1.0.1 n2 ending').map(({ serving, terminating }) => [
        serving,
        terminating,
      ]),
      [[true, true]],
      other,
    )
})

const copy = (name: string) => slice([endpoint('10.1.0.1 n2', zone(name))], { name })

test('slices: of two equal copies the one in the slice whose name comes first', () => {
  for (const slices of [
    [copy('a'), copy('b')],
    [copy('b'), copy('a')],
  ])
    assert.deepEqual(
      endpointsFor(slices, port, { node: here }).map(({ zoneHints }) => zoneHints),
      [['a']],
    )
})
