import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Machine } from '../../../providers/gcp/nodes.ts'
import { subsetLimit, subsetOf } from '../../../providers/gcp/subset.ts'

const machines = (count: number, from = 0): readonly Machine[] =>
  Array.from({ length: count }, (_, at) => {
    const name = `node-${String(from + at).padStart(5, '0')}`
    return { node: name, name, zone: `z-${(from + at) % 3}`, project: 'p', labels: {} }
  })

const names = (list: readonly Machine[]): readonly string[] => list.map(({ name }) => name)
const none = new Set<string>()

const limits: readonly (readonly [boolean, boolean, number])[] = [
  [true, false, 25],
  [true, true, 250],
  [false, false, 250],
  [false, true, 3000],
]
for (const [internal, local, limit] of limits)
  test(`${internal ? 'internal' : 'external'} with policy ${local ? 'Local' : 'Cluster'}: ${limit} nodes`, () =>
    assert.equal(subsetLimit(internal, local), limit))

test('fewer nodes than the limit are all in', () => {
  assert.equal(subsetOf(machines(25), 25, 'shop/web', none).length, 25)
})

test('as many from each zone, the same whatever order the nodes come in', () => {
  const all = machines(300)
  const chosen = subsetOf(all, 24, 'shop/web', none)
  const byZone = Map.groupBy(chosen, ({ zone }) => zone)
  assert.deepEqual(
    [...byZone.values()].map((list) => list.length),
    [8, 8, 8],
  )
  assert.deepEqual(new Set(names(subsetOf(all.toReversed(), 24, 'shop/web', none))), new Set(names(chosen)))
})

test('Services do not crowd on the same nodes', () => {
  const all = machines(300)
  const [one, two] = [subsetOf(all, 24, 'shop/web', none), subsetOf(all, 24, 'shop/api', none)]
  const both = names(one).filter((name) => names(two).includes(name))
  assert.ok(both.length < 12, `${both.length} of 24 in both`)
})

test('nodes that come move nobody, and one that goes moves one', () => {
  const all = machines(300)
  const members = new Set(names(subsetOf(all, 24, 'shop/web', none)))
  const grown = subsetOf([...all, ...machines(300, 300)], 24, 'shop/web', members)
  assert.deepEqual(new Set(names(grown)), members)
  const [gone = ''] = members
  const shrunk = new Set(
    names(
      subsetOf(
        all.filter(({ name }) => name !== gone),
        24,
        'shop/web',
        members,
      ),
    ),
  )
  assert.equal([...members].filter((name) => shrunk.has(name)).length, 23)
})
