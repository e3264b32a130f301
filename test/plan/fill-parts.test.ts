import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillParts, partsWithRefs } from '../../src/plan/leaves.ts'
import type { Parts, Ref } from '../../src/plan/resource.ts'

const ref: Ref = { stack: 's', kind: 'group', key: 'all' }
const parts: Parts = {
  plain: { spec: { port: 80 }, owners: [] },
  pointing: { spec: { from: { $ref: { ...ref } } }, owners: [] },
}

test('refs in parts are filled with what they point at now, and what did not change is the same object', () => {
  const first = fillParts(parts, () => 'sg-1')
  assert.deepEqual(first['pointing']?.spec, { from: 'sg-1' })
  assert.equal(first['plain'], parts['plain'])
  assert.equal(
    fillParts(parts, () => 'sg-1'),
    first,
  )
  assert.deepEqual(fillParts(parts, () => 'sg-2')['pointing']?.spec, { from: 'sg-2' })
  assert.deepEqual(fillParts(parts, () => undefined)['pointing']?.spec, parts['pointing']?.spec)
  assert.deepEqual(partsWithRefs(parts), ['pointing'])
})

test('two outputs of one object are two values', () => {
  const both: Parts = {
    id: { spec: { at: { $ref: { ...ref } } }, owners: [] },
    address: { spec: { at: { $ref: { ...ref, out: 'ip' } } }, owners: [] },
  }
  const filled = fillParts(both, ({ out }) => out ?? 'id')
  assert.deepEqual(
    Object.values(filled).map(({ spec }) => spec['at']),
    ['id', 'ip'],
  )
})
