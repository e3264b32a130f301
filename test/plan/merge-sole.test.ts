import assert from 'node:assert/strict'
import { test } from 'node:test'
import { error } from '../../src/model/problem.ts'
import { mergeStack, type Contribution } from '../../src/plan/merge.ts'
import type { Observed, Resource } from '../../src/plan/resource.ts'
import { kindOf, owner, seen, wish } from './view.ts'

/** `age` is the minute of creation. */
const says = (uid: string, age: number, ...resources: readonly Resource[]): Contribution => ({
  owner: owner(uid),
  created: `2026-01-01T00:0${age}:00Z`,
  resources,
})

const listener = (uid: string, key: string, spec: Resource['spec'] = {}): Resource => ({
  ...wish(key, { owners: [owner(uid)], spec, origins: { '': `spec.of-${uid}` } }),
  within: { stack: 's', kind: 'thing', key: 'root' },
})

const sole = { thing: kindOf('thing', { sole: true }) }

const told = (merged: ReturnType<typeof mergeStack>): readonly string[] =>
  merged.conflicts.map(({ loser, problem }) => `${loser.uid} ${problem.code} ${problem.path}`)

test('of two claims on what one Service holds alone, the older stands whole', () => {
  const claims = [says('b', 2, listener('b', 'x', { P: 2 })), says('a', 1, listener('a', 'x', { Q: 1 }))]
  for (const order of [claims, claims.toReversed()]) {
    const merged = mergeStack(order, sole, () => undefined)
    assert.deepEqual(
      merged.resources.map(({ spec, owners }) => [spec, owners.map(({ uid }) => uid)]),
      [[{ Q: 1 }, ['a']]],
    )
    assert.deepEqual(told(merged), ['b LB_PART_TAKEN spec.of-b'])
  }
})

test('who holds it in the cloud stands before an older one', () => {
  const held: Observed = seen('x', { owners: [owner('b')] })
  const merged = mergeStack(
    [says('a', 1, listener('a', 'x')), says('b', 2, listener('b', 'x'))],
    sole,
    () => held,
  )
  assert.deepEqual(
    merged.resources.map(({ owners }) => owners.map(({ uid }) => uid)),
    [['b']],
  )
  assert.deepEqual(told(merged), ['a LB_PART_TAKEN spec.of-a'])
})

test('an object that only one claims is as it says', () => {
  const merged = mergeStack(
    [says('a', 1, listener('a', 'x')), says('b', 2, listener('b', 'y'))],
    sole,
    () => undefined,
  )
  assert.equal(merged.resources.length, 2)
  assert.deepEqual(told(merged), [])
})

const root = (uid: string) =>
  wish('root', { owners: [owner(uid)], parts: { [uid]: { spec: {}, owners: [owner(uid)] } } })
const deep = (uid: string, key: string, up: string): Resource => ({
  ...listener(uid, key),
  within: { stack: 's', kind: 'thing', key: up },
})

test('what would live within an object that has no room for its owner falls with it', () => {
  const full = error('LB_PART_TAKEN', 'spec', 'full')
  const kinds = {
    thing: kindOf('thing', { room: (want) => new Map(want.key === 'root' ? [['b', full]] : []) }),
  }
  const contributions = ['a', 'b'].map((uid, age) =>
    says(uid, age, root(uid), listener(uid, `pool-${uid}`), deep(uid, `monitor-${uid}`, `pool-${uid}`)),
  )
  const merged = mergeStack(contributions, kinds, () => undefined)
  assert.deepEqual(merged.resources.map(({ key }) => key).toSorted(), ['monitor-a', 'pool-a', 'root'])
  assert.deepEqual(Object.keys(merged.resources.find(({ key }) => key === 'root')?.parts ?? {}), ['a'])
  assert.deepEqual(told(merged), ['b LB_PART_TAKEN spec'])
})

test('whoever wants an object made decides for it, whatever its age', () => {
  const foreign: Resource = { ...wish('x', { owners: [owner('a')] }), body: 'foreign' }
  const merged = mergeStack(
    [says('a', 1, foreign), says('b', 2, wish('x', { owners: [owner('b')], spec: { P: 1 } }))],
    { thing: kindOf('thing') },
    () => undefined,
  )
  assert.deepEqual(
    merged.resources.map(({ body, spec }) => [body, spec]),
    [[undefined, { Name: 'x', P: 1 }]],
  )
})
