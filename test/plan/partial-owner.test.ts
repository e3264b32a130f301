import assert from 'node:assert/strict'
import test from 'node:test'
import { completeOwners, isOwner, partialUid } from '../../src/plan/partial-owner.ts'
import type { Observed } from '../../src/plan/resource.ts'

const seen = (uid: string): Observed => ({
  stack: 's',
  kind: 'k',
  key: 'a',
  id: 'a',
  spec: {},
  owners: [{ uid, name: 'somebody' }],
  parts: { one: { spec: {}, owners: [{ uid, name: 'somebody' }] } },
  out: {},
  state: 'ready',
  serving: true,
  depth: 'read',
  asOf: 0,
})

test('an owner whose uid is known in part is completed from those that are there', () => {
  const owner = { uid: 'abcd', name: 'shop/web' }
  const [item] = completeOwners([seen(partialUid('abc'))], [{ uid: 'xyz', name: 'x' }, owner])
  assert.deepEqual(item?.owners, [owner])
  assert.deepEqual(item.parts?.['one']?.owners, [owner])
})

test('an owner whom nobody knows stays unknown, and whole uids are left alone', () => {
  const observed = [seen(partialUid('abc')), seen('whole')]
  assert.deepEqual(completeOwners(observed, [{ uid: 'abx', name: 'x' }]), observed)
  const whole = [seen('whole')]
  assert.equal(completeOwners(whole, []), whole)
})

test('who an owner is', () => {
  assert.deepEqual(
    [
      isOwner('abc*', 'abcd'),
      isOwner('abc*', 'abd'),
      isOwner('abc', 'abc'),
      isOwner('abc', 'abcd'),
      isOwner('abc*', undefined),
    ],
    [true, false, true, false, false],
  )
})
