import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonPatch } from '../../../localstack/kubernetes/patch/json-patch.ts'
import { mergePatch } from '../../../localstack/kubernetes/patch/merge-patch.ts'
import { schemas } from '../../../localstack/kubernetes/schemas.ts'
import { strategicPatch } from '../../../localstack/kubernetes/patch/strategic-patch.ts'
import { faultOf } from './cluster.ts'

interface Row {
  readonly name: string
  readonly from: Record<string, unknown>
  readonly patch: unknown
  readonly to: unknown
}

const ports = (...numbers: number[]) => ({ spec: { ports: numbers.map((port) => ({ port })) } })
const order = (...numbers: number[]) => numbers.map((port) => ({ port }))

const strategic: readonly Row[] = [
  {
    name: 'a port is merged by its number, another added',
    from: { spec: { ports: [{ port: 80, nodePort: 30000 }] } },
    patch: { spec: { ports: [{ port: 80, name: 'web' }, { port: 443 }] } },
    to: { spec: { ports: [{ port: 80, nodePort: 30000, name: 'web' }, { port: 443 }] } },
  },
  {
    name: '$patch: delete takes one port out',
    from: ports(80, 443),
    patch: { spec: { ports: [{ $patch: 'delete', port: 80 }] } },
    to: ports(443),
  },
  {
    name: '$patch: replace in a list replaces the list',
    from: ports(80, 443),
    patch: { spec: { ports: [{ $patch: 'replace' }, { port: 8080 }] } },
    to: ports(8080),
  },
  {
    name: '$patch: replace in an object replaces the object',
    from: { spec: { selector: { a: '1' }, type: 'NodePort' } },
    patch: { spec: { $patch: 'replace', type: 'ClusterIP' } },
    to: { spec: { type: 'ClusterIP' } },
  },
  {
    name: '$setElementOrder brings new ports to their place',
    from: ports(80, 443),
    patch: { spec: { '$setElementOrder/ports': order(8080, 80, 443), ports: [{ port: 8080 }] } },
    to: ports(8080, 80, 443),
  },
  {
    name: '$setElementOrder leaves what it does not name behind its neighbour',
    from: ports(1, 2, 3),
    patch: { spec: { '$setElementOrder/ports': order(3, 1), ports: [] } },
    to: ports(3, 1, 2),
  },
  {
    name: '$deleteFromPrimitiveList takes one finalizer out',
    from: { metadata: { finalizers: ['a', 'b', 'c'] } },
    patch: { metadata: { '$deleteFromPrimitiveList/finalizers': ['b'], finalizers: ['d'] } },
    to: { metadata: { finalizers: ['a', 'c', 'd'] } },
  },
  {
    name: '$retainKeys drops what it does not name',
    from: { spec: { type: 'LoadBalancer', selector: { a: '1' } } },
    patch: { spec: { $retainKeys: ['type'], type: 'ClusterIP' } },
    to: { spec: { type: 'ClusterIP' } },
  },
  {
    name: 'conditions are merged by type',
    from: { status: { conditions: [{ type: 'A', status: 'False' }] } },
    patch: {
      status: {
        conditions: [
          { type: 'A', status: 'True' },
          { type: 'B', status: 'True' },
        ],
      },
    },
    to: {
      status: {
        conditions: [
          { type: 'A', status: 'True' },
          { type: 'B', status: 'True' },
        ],
      },
    },
  },
  {
    name: 'ingress is replaced as a whole',
    from: { status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } },
    patch: { status: { loadBalancer: { ingress: [{ ip: '192.0.2.2' }] } } },
    to: { status: { loadBalancer: { ingress: [{ ip: '192.0.2.2' }] } } },
  },
  {
    name: 'null removes',
    from: { metadata: { labels: { a: '1', b: '2' } } },
    patch: { metadata: { labels: { a: null } } },
    to: { metadata: { labels: { b: '2' } } },
  },
]

for (const row of strategic)
  test(`strategic patch: ${row.name}`, () => {
    const before = structuredClone(row.from)
    assert.deepEqual(strategicPatch(row.from, row.patch as Record<string, unknown>, schemas.services), row.to)
    assert.deepEqual(row.from, before)
  })

test('strategic patch: an item without its key is refused', () => {
  const patch = { spec: { ports: [{ name: 'web' }] } }
  const fault = faultOf(() => strategicPatch(ports(80), patch, schemas.services))
  assert.equal(fault.message, 'map: {"name":"web"} does not contain declared merge key: port')
})

const merge: readonly Row[] = [
  { name: 'a list is replaced', from: { a: [1, 2] }, patch: { a: [3] }, to: { a: [3] } },
  { name: 'objects merge', from: { a: { b: 1, c: 2 } }, patch: { a: { c: 3 } }, to: { a: { b: 1, c: 3 } } },
  { name: 'null removes', from: { a: 1, b: 2 }, patch: { a: null }, to: { b: 2 } },
  {
    name: 'an object takes the place of a value',
    from: { a: 1 },
    patch: { a: { b: 2 } },
    to: { a: { b: 2 } },
  },
]

for (const row of merge)
  test(`merge patch: ${row.name}`, () => assert.deepEqual(mergePatch(row.from, row.patch), row.to))

const json: readonly Row[] = [
  {
    name: 'add to the end',
    from: { a: [1] },
    patch: [{ op: 'add', path: '/a/-', value: 2 }],
    to: { a: [1, 2] },
  },
  { name: 'add before', from: { a: [1] }, patch: [{ op: 'add', path: '/a/0', value: 0 }], to: { a: [0, 1] } },
  { name: 'remove', from: { a: [1, 2] }, patch: [{ op: 'remove', path: '/a/0' }], to: { a: [2] } },
  {
    name: 'escaped key',
    from: { 'a/b': 1 },
    patch: [{ op: 'replace', path: '/a~1b', value: 2 }],
    to: { 'a/b': 2 },
  },
  { name: 'move', from: { a: 1 }, patch: [{ op: 'move', from: '/a', path: '/b' }], to: { b: 1 } },
  { name: 'copy', from: { a: 1 }, patch: [{ op: 'copy', from: '/a', path: '/b' }], to: { a: 1, b: 1 } },
  { name: 'a test that holds', from: { a: 1 }, patch: [{ op: 'test', path: '/a', value: 1 }], to: { a: 1 } },
]

for (const row of json)
  test(`JSON patch: ${row.name}`, () => assert.deepEqual(jsonPatch(row.from, row.patch), row.to))

const refusedJson: readonly { name: string; patch: unknown; code: number }[] = [
  { name: 'a test that fails', patch: [{ op: 'test', path: '/a', value: 2 }], code: 422 },
  { name: 'a path that is not there', patch: [{ op: 'remove', path: '/b' }], code: 422 },
  { name: 'an unknown operation', patch: [{ op: 'swap', path: '/a' }], code: 400 },
  { name: 'no list', patch: { a: 1 }, code: 400 },
  { name: 'no operation', patch: [null], code: 400 },
  { name: 'no path', patch: [{ op: 'add', value: 1 }], code: 400 },
  { name: 'a place that is no text', patch: [{ op: 'move', path: '/a', from: 1 }], code: 400 },
  {
    name: 'a place in what all objects share',
    patch: [{ op: 'add', path: '/__proto__/shared', value: 1 }],
    code: 422,
  },
]

for (const row of refusedJson)
  test(`JSON patch is refused: ${row.name}`, () =>
    assert.equal(faultOf(() => jsonPatch({ a: 1 }, row.patch)).code, row.code))
