import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endpointsAt, endpointsOf, takesTraffic, type Endpoint } from '../../src/model/endpoints.ts'
import type { EndpointSliceObject, SliceEndpoint, SlicePort } from '../../src/model/objects.ts'

const slice = (
  endpoints: readonly SliceEndpoint[] | null,
  more: Partial<EndpointSliceObject> = {},
): EndpointSliceObject => ({
  metadata: { name: 'web-1', namespace: 'shop' },
  addressType: 'IPv4',
  endpoints,
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  ...more,
})
const at = (address: string, conditions: SliceEndpoint['conditions'] = {}): SliceEndpoint => ({
  addresses: [address],
  conditions,
  targetRef: { kind: 'Pod', name: `pod-${address}` },
})
const ports = (...list: readonly SlicePort[]) => ({ ports: list })

interface Row {
  readonly name: string
  readonly slices: readonly EndpointSliceObject[]
  readonly gated?: readonly string[]
  /** Those that take traffic, as `address:port/port name`. */
  readonly taking: readonly string[]
}

const rows: readonly Row[] = [
  {
    name: 'conditions that are left out mean ready',
    slices: [slice([at('10.0.0.1')])],
    taking: ['10.0.0.1:8080/http'],
  },
  {
    name: 'null conditions too',
    slices: [slice([at('10.0.0.1', { ready: null })])],
    taking: ['10.0.0.1:8080/http'],
  },
  {
    name: 'one that is not ready takes none',
    slices: [slice([at('10.0.0.1', { ready: false })])],
    taking: [],
  },
  {
    name: 'one that ends takes none, though it is said to be ready (publishNotReadyAddresses)',
    slices: [slice([at('10.0.0.1', { ready: true, serving: true, terminating: true })])],
    taking: [],
  },
  {
    name: 'a slice of names has no addresses',
    slices: [slice([at('db.example')], { addressType: 'FQDN' })],
    taking: [],
  },
  { name: 'no endpoints, as the API writes them', slices: [slice(null)], taking: [] },
  {
    name: 'a port without a number is none',
    slices: [slice([at('10.0.0.1')], ports({ name: 'http' }))],
    taking: [],
  },
  {
    name: 'a port without a name is that of a Service with one port',
    slices: [slice([at('10.0.0.1')], ports({ port: 80 }))],
    taking: ['10.0.0.1:80/'],
  },
  {
    name: 'a name that is another number in another slice',
    slices: [slice([at('10.0.0.1')]), slice([at('10.0.0.2')], ports({ name: 'http', port: 9090 }))],
    taking: ['10.0.0.1:8080/http', '10.0.0.2:9090/http'],
  },
  {
    name: 'in two slices at once it counts once, as the better of the two',
    slices: [slice([at('10.0.0.1', { ready: false })]), slice([at('10.0.0.1', { ready: true })])],
    taking: ['10.0.0.1:8080/http'],
  },
  {
    name: 'addresses after the first mean nothing',
    slices: [slice([{ addresses: ['10.0.0.1', '10.0.0.2'] }])],
    taking: ['10.0.0.1:8080/http'],
  },
  {
    name: 'both families side by side',
    slices: [slice([at('10.0.0.1')]), slice([at('2001:db8::1')], { addressType: 'IPv6' })],
    taking: ['10.0.0.1:8080/http', '2001:db8::1:8080/http'],
  },
  {
    name: 'one that waits for its gate only takes traffic, one that waits for more does not',
    slices: [slice([at('10.0.0.1', { ready: false }), at('10.0.0.2', { ready: false })])],
    gated: ['pod-10.0.0.1'],
    taking: ['10.0.0.1:8080/http'],
  },
]

for (const { name, slices, gated = [], taking } of rows)
  test(`endpoints: ${name}`, () => {
    for (const order of [slices, slices.toReversed()]) {
      const found = endpointsOf(order, (pod) => gated.includes(pod)).filter(takesTraffic)
      assert.deepEqual(
        found.map(({ address, port, portName }) => `${address}:${port}/${portName}`),
        taking,
      )
    }
  })

const names = (list: readonly Endpoint[]) => list.map(({ portName }) => portName)

test('endpoints: of a port that had another name before', () => {
  const endpoints = endpointsOf([slice([at('10.0.0.1')])])
  const live = [{ name: 'http', port: 80 }]
  assert.equal(endpointsAt(endpoints, live, live), endpoints)
  assert.deepEqual(names(endpointsAt(endpoints, live, [{ name: 'web', port: 80 }])), ['web'])
  assert.deepEqual(names(endpointsAt(endpoints, live, [{ name: 'web', port: 80 }, { port: 81 }])), ['web'])
})
