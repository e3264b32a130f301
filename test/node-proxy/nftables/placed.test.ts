import assert from 'node:assert/strict'
import { test } from 'node:test'
import { arrange, endpointNumbers, SetNumbers } from '../../../src/node-proxy/nftables/placed.ts'
import { disjoint, within } from '../../../src/node-proxy/table/ranges.ts'
import { affineBit, lastSet } from '../../../src/node-proxy/nftables/value.ts'
import { endpoint } from '../userspace/rows.ts'

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => endpoint(name, 80)) as [never, never, never, never]

test('two keys of one hash get two numbers, and one that was given back is free again', () => {
  const numbers = new SetNumbers()
  const first = numbers.takeAffine('shop/web')
  assert.ok(first >= affineBit)
  const next = affineBit + ((first - affineBit + 1) % 0x10000)
  assert.equal(numbers.takeAffine('shop/web'), next)
  assert.equal(numbers.takeAffine('shop/web'), affineBit + ((first - affineBit + 2) % 0x10000))
  numbers.giveBack(first)
  assert.equal(numbers.takeAffine('shop/web'), first)
})

test('numbers of sets are used again once all were given out, and never given out twice', () => {
  const numbers = new SetNumbers()
  const taken = new Set(Array.from({ length: lastSet }, () => numbers.take()))
  assert.equal(taken.size, lastSet)
  assert.ok(!taken.has(0))
  assert.throws(() => numbers.take(), /more than 524287 sets/)
  for (const id of [7, 9]) numbers.giveBack(id)
  assert.deepEqual([numbers.take(), numbers.take()], [7, 9])
})

const meet = (name: string) => (name.startsWith('d') ? 9 : 0xffff)

test('endpoints that meet are numbered on in the order of their names, whatever their own order', () => {
  for (const order of [
    [a, b, c, d],
    [d, c, b, a],
  ]) {
    const numbers = endpointNumbers(order, meet)
    assert.deepEqual(
      [a, b, c, d].map((one) => numbers.get(one)),
      [0xffff, 0, 1, 9],
    )
  }
})

test('more endpoints than numbers are refused', () => {
  const many = Array.from({ length: 0x10001 }, () => a)
  assert.throws(() => endpointNumbers(many), /more than 65536 endpoints/)
})

const orders = [
  { name: 'the first ones', before: undefined, now: [b, a], order: [b, a] },
  { name: 'who stays keeps its slot', before: [a, b, c], now: [c, b, a], order: [a, b, c] },
  { name: 'a newcomer takes the slot of who left', before: [a, b, c], now: [a, c, d], order: [a, d, c] },
  { name: 'the last one fills a hole', before: [a, b, c], now: [b, c], order: [c, b] },
  { name: 'newcomers come last', before: [a], now: [b, a, c], order: [a, b, c] },
] as const

for (const { name, before, now, order } of orders)
  test(`slots: ${name}`, () => assert.deepEqual(arrange(before, now), order))

const unions = [
  { name: 'the wider of two stays', of: ['10.1.0.0/16', '10.0.0.0/8'], are: ['10.0.0.0/8'] },
  { name: 'in either order', of: ['10.0.0.0/8', '10.1.0.0/16'], are: ['10.0.0.0/8'] },
  { name: 'a range named twice', of: ['10.0.0.0/8', '10.0.0.0/8'], are: ['10.0.0.0/8'] },
  {
    name: 'what is apart stays, and what follows something held or wrong does too',
    of: ['192.0.2.0/24', '10.0.0.0/8', '10.1.0.0/16', 'wrong', '198.51.100.0/24'],
    are: ['192.0.2.0/24', '10.0.0.0/8', '198.51.100.0/24'],
  },
] as const

for (const { name, of, are } of unions)
  test(`ranges without overlap: ${name}`, () => assert.deepEqual(disjoint(of), are))

test('what is no address or no range lets nobody in', () => {
  assert.deepEqual(
    [
      ['10.0.0.0/8', '10.1.2.3'],
      ['10.0.0.0/8', '11.1.2.3'],
      ['10.0.0.0/8', 'host'],
      ['wide', '10.1.2.3'],
    ].map(([range = '', address = '']) => within(address, [range])),
    [true, false, false, false],
  )
})
