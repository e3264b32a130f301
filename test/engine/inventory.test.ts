import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Inventory } from '../../src/engine/inventory.ts'
import type { Observed } from '../../src/plan/resource.ts'
import { kindOf, owner, seen, wish } from '../plan/view.ts'

const kinds = {
  thing: kindOf('thing', { settleMs: 10, refs: ['To'] }),
  group: kindOf('group', { settleMs: 10 }),
  parent: kindOf('parent', { settleMs: 10, absorbs: ['inner'] }),
  inner: kindOf('inner', { settleMs: 10 }),
  deep: kindOf('deep', { settleMs: 10, partsListed: false }),
}

function fresh() {
  const heard: string[] = []
  return { heard, inventory: new Inventory(kinds, (object) => heard.push(object.id)) }
}

function list(inventory: Inventory, kind: string, began: number, items: readonly Observed[]): void {
  const listing = inventory.beginList(kind, began)
  for (const item of items) inventory.listed(listing, { ...item, asOf: began })
  inventory.endList(listing)
}

const a = (more: Partial<Observed> = {}) => seen('a', more)
const listed = (more: Partial<Observed> = {}) => seen('a', { depth: 'listed', ...more })

test('inventory: a list brings in what is there, and tells', () => {
  const { heard, inventory } = fresh()
  list(inventory, 'thing', 100, [listed()])
  assert.equal(inventory.find(wish('a'))?.id, 'id-a')
  assert.deepEqual(heard, ['id-a'])
})

test('inventory: a list that began too soon after a write neither overwrites nor drops it', () => {
  const { inventory } = fresh()
  inventory.wrote(a({ asOf: 100, spec: { Size: 2 } }))
  list(inventory, 'thing', 109, [listed({ spec: { Size: 1 } })])
  assert.equal(inventory.get('thing', 'id-a')?.spec['Size'], 2)
  list(inventory, 'thing', 109, [])
  assert.ok(inventory.get('thing', 'id-a'))
})

test('inventory: a list that began later does both', () => {
  const { heard, inventory } = fresh()
  inventory.wrote(a({ asOf: 100, spec: { Size: 2 } }))
  list(inventory, 'thing', 110, [listed({ spec: { Size: 1 } })])
  assert.equal(inventory.get('thing', 'id-a')?.spec['Size'], 1)
  list(inventory, 'thing', 120, [])
  assert.equal(inventory.get('thing', 'id-a'), undefined)
  assert.deepEqual(heard, ['id-a', 'id-a'])
})

test('inventory: a list says nothing about what it does not show', () => {
  const { inventory } = fresh()
  inventory.wrote(a({ asOf: 0, spec: { Size: 1, Deep: 2 }, serving: false }))
  list(inventory, 'thing', 100, [listed({ spec: { Size: 1 }, serving: 'unreadable' })])
  const known = inventory.get('thing', 'id-a')
  assert.deepEqual([known?.spec, known?.depth, known?.serving], [{ Size: 1, Deep: 2 }, 'read', false])
})

test('inventory: parts that a list does not show are as they were read, foreign ones as well', () => {
  const { inventory } = fresh()
  const parts = { p: { spec: {}, owners: [owner('a')] }, f: { spec: {}, owners: [], foreign: true } } as const
  inventory.wrote(seen('d', { kind: 'deep', asOf: 0, parts }))
  list(inventory, 'deep', 100, [seen('d', { kind: 'deep', depth: 'listed', parts: {} })])
  assert.deepEqual(Object.keys(inventory.get('deep', 'id-d')?.parts ?? {}), ['p', 'f'])
  inventory.wrote(a({ asOf: 0, parts }))
  list(inventory, 'thing', 100, [listed({ parts: {} })])
  assert.deepEqual(Object.keys(inventory.get('thing', 'id-a')?.parts ?? {}), ['f'])
})

test('inventory: what was deleted does not come back in a late list or a late read', () => {
  const { inventory } = fresh()
  inventory.wrote(a({ asOf: 50 }))
  inventory.deleted(a(), 100)
  list(inventory, 'thing', 105, [listed()])
  assert.equal(inventory.get('thing', 'id-a'), undefined)
  inventory.read(undefined, { object: a({ asOf: 99 }) })
  assert.equal(inventory.get('thing', 'id-a'), undefined)
  list(inventory, 'thing', 111, [listed()])
  assert.ok(inventory.get('thing', 'id-a'), 'a list that must show the delete is believed')
})

test('inventory: a read that was sent before a write was answered shows what was', () => {
  const { inventory } = fresh()
  inventory.wrote(a({ asOf: 100, spec: { Size: 2 } }))
  inventory.read(a(), { object: a({ asOf: 99, spec: { Size: 1 } }) })
  assert.equal(inventory.get('thing', 'id-a')?.spec['Size'], 2)
  inventory.read(a(), { object: a({ asOf: 101, spec: { Size: 3 } }) })
  assert.equal(inventory.get('thing', 'id-a')?.spec['Size'], 3)
})

test('inventory: what is in doubt is not for lists to settle, and not for a read from before', () => {
  const { inventory } = fresh()
  inventory.wrote(a({ asOf: 50 }))
  inventory.doubt(a({ asOf: 50 }), 100)
  list(inventory, 'thing', 200, [listed()])
  list(inventory, 'thing', 200, [])
  inventory.read(a(), { object: a({ asOf: 99 }) })
  assert.equal(inventory.get('thing', 'id-a')?.state, 'doubt')
  inventory.read(a(), { object: a({ asOf: 100 }) })
  assert.equal(inventory.get('thing', 'id-a')?.state, 'ready')
})

test('inventory: a write without an answer counts for its Service until it is read', () => {
  const { inventory } = fresh()
  inventory.wrote(seen('g', { kind: 'group', owners: [], asOf: 0 }))
  assert.deepEqual(inventory.ofOwner('z'), [])
  const group = inventory.get('group', 'id-g')
  assert.ok(group !== undefined)
  inventory.doubt(group, 100, [owner('z')])
  inventory.doubt(group, 101, [owner('y')])
  assert.equal(inventory.ofOwner('z').length, 1)
  assert.equal(inventory.ofOwner('y').length, 1)
  inventory.read(group, { object: { ...group, asOf: 200 } })
  assert.deepEqual(inventory.ofOwner('z'), [])
})

test('inventory: a create without an answer is remembered by what it wanted', () => {
  const { inventory } = fresh()
  inventory.doubtCreate(wish('a'))
  assert.equal(inventory.mayHaveMade('a'), true)
  assert.equal(inventory.mayHaveMade('b'), false)
  assert.equal(inventory.doubtsIn('s').length, 1)
  assert.equal(inventory.doubtsIn('t').length, 0)
  inventory.wrote(a())
  assert.equal(inventory.mayHaveMade('a'), false)
})

test('inventory: what lives within an object is read and goes with it', () => {
  const { heard, inventory } = fresh()
  const inside = { kind: 'inner', within: { stack: 's', kind: 'parent', key: 'p' } } as const
  inventory.wrote(seen('p', { kind: 'parent' }))
  inventory.wrote(seen('i', inside))
  inventory.wrote(seen('young', { ...inside, asOf: 500 }))
  inventory.read(undefined, {
    object: seen('p', { kind: 'parent', asOf: 100 }),
    inside: [seen('j', { ...inside, asOf: 100 })],
  })
  assert.deepEqual(
    inventory
      .inStack('s')
      .map((object) => object.key)
      .toSorted(),
    ['j', 'p', 'young'],
  )
  assert.deepEqual(heard, ['id-i', 'id-j'])
  inventory.deleted(seen('p', { kind: 'parent' }), 600)
  assert.deepEqual(inventory.inStack('s'), [])
  assert.deepEqual(inventory.listable, ['thing', 'group', 'parent', 'deep'])
})

test('inventory: a foreign object that a list lacks has lost our parts only', () => {
  const { inventory } = fresh()
  const parts = { p: { spec: {}, owners: [owner('a')] }, f: { spec: {}, owners: [], foreign: true } } as const
  inventory.wrote(seen('g', { kind: 'group', body: 'foreign', parts, asOf: 0 }))
  list(inventory, 'group', 100, [])
  assert.deepEqual(Object.keys(inventory.get('group', 'id-g')?.parts ?? {}), ['f'])
})

test('inventory: complete when every kind with a list of its own was listed since', () => {
  const { inventory } = fresh()
  for (const kind of ['thing', 'group', 'parent']) list(inventory, kind, 100, [])
  assert.equal(inventory.listedSince(0), false)
  list(inventory, 'deep', 90, [])
  assert.equal(inventory.listedSince(90), true)
  assert.equal(inventory.listedSince(91), false)
})

test('inventory: found by owner of body or part, by what refers to it, and no longer when that changes', () => {
  const { inventory } = fresh()
  inventory.wrote(a({ spec: { To: ['id-x', 'id-y'] }, parts: { p: { spec: {}, owners: [owner('b')] } } }))
  assert.equal(inventory.ofOwner('a').length + inventory.ofOwner('b').length, 2)
  assert.equal(inventory.referrers('id-y').length, 1)
  inventory.wrote(a({ spec: { To: 'id-x' }, owners: [owner('c')], key: 'renamed' }))
  assert.equal(inventory.ofOwner('a').length + inventory.ofOwner('b').length, 0)
  assert.equal(inventory.referrers('id-y').length, 0)
  assert.equal(inventory.referrers('id-x').length, 1)
  assert.equal(inventory.find(wish('a')), undefined)
  assert.equal(inventory.find(wish('renamed'))?.id, 'id-a')
})

test('inventory: what a write may have left is ruled out only by a read that began late enough to tell', () => {
  const { inventory } = fresh()
  const held = () => inventory.ofOwner('b').map((object) => object.id)
  inventory.wrote(a({ asOf: 90 }))
  inventory.doubt(a({ asOf: 90 }), 100, [owner('b')])
  assert.deepEqual(
    inventory.suspectsOf('b').map(({ tellsAt }) => tellsAt),
    [110],
  )
  inventory.read(undefined, { object: a({ asOf: 105 }) })
  assert.deepEqual(held(), ['id-a'], 'a read from the same late copy says nothing')
  inventory.read(undefined, { object: a({ asOf: 110 }) })
  assert.deepEqual(held(), [])
  inventory.suspect(a(), 120, [owner('b')])
  inventory.read(a(), undefined)
  assert.deepEqual(held(), [], 'what is gone holds nothing')
})
