import assert from 'node:assert/strict'
import { test } from 'node:test'
import { equal, type Json, type JsonObject } from '../../src/lib/json.ts'
import { diffFields } from '../../src/plan/fields.ts'
import { fillRefs, leavesOf, refsIn, unknownIn } from '../../src/plan/leaves.ts'
import { ref, unknown, type Ref } from '../../src/plan/resource.ts'
import { whyCreate, whyRemove, whyUpdate } from '../../src/plan/why.ts'
import { kindOf, owner, seen, viewOf, wish } from './view.ts'

const kind = kindOf('thing', { defaults: { Size: 5, At: { 'x.y': 'off' } }, ours: ['Guard'] })
const to = { stack: 's', kind: 'thing', key: 'x' }

interface Row {
  readonly name: string
  readonly want: JsonObject
  readonly seen: JsonObject
  readonly forgotten?: readonly string[]
  readonly listed?: true
  readonly changes: readonly string[]
}

const rows: readonly Row[] = [
  { name: 'equal', want: { Size: 1 }, seen: { Size: 1 }, changes: [] },
  { name: 'absent in the cloud', want: { Size: 1 }, seen: {}, changes: ['Size: - -> 1'] },
  {
    name: 'nested',
    want: { At: { a: 1, b: 2 } },
    seen: { At: { a: 1, b: 3, c: 4 } },
    changes: ['At.b: 3 -> 2'],
  },
  {
    name: 'a list as a whole',
    want: { Ids: [1, 2] },
    seen: { Ids: [2, 1] },
    changes: ['Ids: [2,1] -> [1,2]'],
  },
  { name: 'a ref that is not filled', want: { To: ref(to, 'arn') }, seen: { To: 'arn-1' }, changes: [] },
  { name: 'kept', want: { Name: 'new' }, seen: { Name: 'old' }, changes: [] },
  {
    name: 'forgotten, with a default',
    want: {},
    seen: { Size: 9 },
    forgotten: ['Size'],
    changes: ['Size: 9 -> 5'],
  },
  { name: 'forgotten, at its default', want: {}, seen: { Size: 5 }, forgotten: ['Size'], changes: [] },
  {
    name: 'forgotten, without a default',
    want: {},
    seen: { Tag: 'a' },
    forgotten: ['Tag'],
    changes: ['Tag: "a" -> null'],
  },
  { name: 'forgotten, and kept', want: {}, seen: { Name: 'old' }, forgotten: ['Name'], changes: [] },
  { name: 'forgotten, and not there', want: {}, seen: {}, forgotten: ['Tag'], changes: [] },
  {
    name: 'forgotten, a key with a dot',
    want: {},
    seen: { At: { 'x.y': 'on' } },
    forgotten: ['At.x.y'],
    changes: ['At.x.y: "on" -> "off"'],
  },
  {
    name: 'ours, and nobody asks for it',
    want: { Size: 1 },
    seen: { Size: 1, Guard: { from: ['a'] }, Guardian: 'b' },
    changes: ['Guard.from: ["a"] -> null'],
  },
  { name: 'ours, as asked for', want: { Guard: { from: 'a' } }, seen: { Guard: { from: 'a' } }, changes: [] },
  {
    name: 'ours, forgotten too: once is enough',
    want: {},
    seen: { Guard: 'a' },
    forgotten: ['Guard'],
    changes: ['Guard: "a" -> null'],
  },
  {
    name: 'trusted and unread',
    want: { Size: 1, Color: 2 },
    seen: { Color: 3 },
    listed: true,
    changes: ['Color: 3 -> 2'],
  },
]

const text = (value: Json | undefined): string => (value === undefined ? '-' : JSON.stringify(value))

for (const row of rows)
  test(`fields: ${row.name}`, () => {
    const want = wish('x', {
      spec: row.want,
      ...(row.forgotten === undefined ? {} : { forgotten: row.forgotten }),
    })
    const object = seen('x', { spec: row.seen, depth: row.listed === true ? 'listed' : 'read' })
    const changes = diffFields(kind, want, object, row.listed === true)
    assert.deepEqual(
      changes.map(({ path, before, after }) => `${path}: ${text(before)} -> ${text(after)}`),
      row.changes,
    )
  })

test('leaves: refs and unknowns are values, and are found wherever they stand', () => {
  const spec = { a: ref(to, 'arn'), b: [{ c: ref(to, 'id') }], d: { e: unknown('the VPC') } }
  assert.deepEqual([...leavesOf(spec).keys()], ['a', 'b', 'd.e'])
  assert.equal(refsIn(spec).length, 2)
  assert.equal(unknownIn(spec), 'the VPC')
  const missing: Ref[] = []
  const filled = fillRefs(spec, ({ out }) => (out === 'arn' ? 'arn-1' : undefined), missing)
  assert.equal(filled.a, 'arn-1')
  assert.deepEqual(missing, [{ ...to, out: 'id' }])
})

test('equal: absent and undefined are one, order of keys is nothing, order of items is something', () => {
  assert.ok(equal({ a: 1, b: undefined }, { a: 1 }))
  assert.ok(equal({ a: 1 }, { b: undefined, a: 1 }))
  assert.ok(equal({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 }))
  assert.ok(!equal([1, 2], [2, 1]))
  assert.ok(!equal([1], [1, 2]))
  assert.ok(!equal({ a: 1 }, { a: 1, b: null }))
  assert.ok(!equal({}, []))
  assert.ok(!equal({ a: 1 }, undefined))
  assert.ok(equal(undefined, undefined))
})

const narrowed = [{ path: 'spec.loadBalancerSourceRanges[0]', before: '0.0.0.0/0', after: '10.0.0.0/8' }]
const rule = (path: string) => ({ key: 'r', action: 'add', owners: [owner('a')], path }) as const

test('why: an edit is named with its path and both values', () => {
  const view = viewOf({ causes: () => narrowed })
  const part = rule('spec.loadBalancerSourceRanges[0]')
  const sentence = 'spec.loadBalancerSourceRanges[0]: 0.0.0.0/0 -> 10.0.0.0/8'
  assert.equal(whyUpdate(view, wish('x'), [], [part]), sentence)
  assert.equal(whyUpdate(view, wish('x'), [], [rule('spec.loadBalancerSourceRanges')]), sentence)
  assert.equal(whyRemove(view, [owner('a')], 'rule r'), sentence)
})

test('why: the cause of the very field, of several', () => {
  const causes = [...narrowed, { path: 'spec.ports[0].nodePort', after: '30081' }]
  const field = { path: 'Port', after: 30_081, origin: 'spec.ports[0]' }
  assert.equal(
    whyUpdate(viewOf({ causes: () => causes }), wish('x'), [field], []),
    'spec.ports[0].nodePort: (none) -> 30081',
  )
})

test('why: what joins, what was asked for, what somebody changed', () => {
  const view = viewOf({})
  const node = (name: string) => rule(`node/${name}`)
  assert.equal(whyUpdate(view, wish('x'), [], [node('n1')]), 'node n1 is an eligible target')
  assert.equal(
    whyUpdate(view, wish('x'), [], ['a', 'b', 'c', 'd'].map(node)),
    'nodes a, b, c and 1 more are eligible targets',
  )
  assert.equal(whyUpdate(view, wish('x'), [], [rule('spec.ports[0]')]), 'asked for by spec.ports[0]')
  assert.equal(
    whyUpdate(view, wish('x'), [], [rule('spec.loadBalancerSourceRanges')]),
    'spec.loadBalancerSourceRanges names nobody, so all clients are let in',
  )
  assert.equal(
    whyUpdate(view, wish('x'), [{ path: 'Size', after: 1 }], []),
    'Size is set as asked after the object was made',
  )
  assert.equal(
    whyUpdate(view, wish('x'), [{ path: 'Size', before: 2, after: 1 }], []),
    'the cloud differs from what is asked for: a step was left, or somebody changed it there',
  )
  assert.equal(whyCreate(wish('x', { purpose: 'the way in' })), 'shop/a asks for it: the way in')
  assert.equal(
    whyCreate(wish('x', { purpose: 'the way in', owners: [owner('a'), owner('b')] })),
    'shop/a, shop/b ask for it: the way in',
  )
  assert.equal(
    whyRemove(viewOf({ states: { a: 'leaving' } }), [owner('a')], 'thing x'),
    'shop/a no longer has a load balancer',
  )
  assert.equal(whyRemove(view, [owner('a')], 'thing x'), 'nothing asks for thing x any more')
})
