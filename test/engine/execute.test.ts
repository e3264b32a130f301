import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cloud } from '../../src/engine/cloud.ts'
import { carryOut } from '../../src/engine/execute.ts'
import { Gates } from '../../src/engine/gates.ts'
import { Inventory } from '../../src/engine/inventory.ts'
import { Parking } from '../../src/engine/parking.ts'
import { VirtualClock } from '../../src/lib/clock.ts'
import type { Step } from '../../src/plan/plan.ts'
import type { Observed, PartChange, Resource } from '../../src/plan/resource.ts'
import { ProviderError, type ErrorKind } from '../../src/provider/errors.ts'
import type { Kind } from '../../src/provider/kind.ts'
import { kindOf, owner, seen, wish } from '../plan/view.ts'

const { signal } = new AbortController()
const [a, b, c] = [owner('a'), owner('b'), owner('c')]

const error = (kind: ErrorKind, sent: 'no' | 'maybe' = 'no') =>
  new ProviderError({ kind, code: kind, op: 'toy:op', sent, message: kind })

const adds = (uid: string): PartChange => ({
  key: uid,
  action: 'add',
  after: { P: uid },
  owners: [owner(uid)],
})

const step = (more: Partial<Step> = {}): Step => ({
  id: 'update thing x @s',
  action: 'update',
  stack: 's',
  kind: 'thing',
  key: 'x',
  target: 'id-x',
  why: '',
  needs: [],
  owners: [a],
  ...more,
})

/** A kind that answers as a test says; what it is asked is written down. */
function hands(more: Partial<Kind>, known: readonly Observed[] = [seen('x', { parts: {} })], settled = true) {
  const clock = new VirtualClock(0)
  const kinds = { thing: kindOf('thing', more), root: kindOf('root') }
  const gates = new Gates({ clock, concurrency: 1, mayWrite: () => true })
  const inventory = new Inventory(kinds)
  for (const object of known) inventory.wrote(object)
  const parking = new Parking(clock)
  return { clock, inventory, parking, cloud: new Cloud('toy', kinds, gates), settled: () => settled }
}

const run = (made: ReturnType<typeof hands>, one: Step, want: Resource = wish('x', { parts: {} })) =>
  carryOut(made, one, want, 'user', signal)

test('execute: what was written is as old as its answer', async () => {
  const made = hands({ update: (object) => made.clock.sleep(3_000).then(() => object) })
  const done = run(made, step({ parts: [adds('a')] }))
  await made.clock.advance(3_000)
  assert.equal((await done).outcome, 'done')
  assert.equal(made.inventory.get('thing', 'id-x')?.asOf, 3_000)
})

test('execute: a write without an answer is in doubt, for everybody whom it was for', async () => {
  const made = hands({ update: () => Promise.reject(error('transient', 'maybe')) })
  const { outcome } = await run(made, step({ parts: [adds('z')], owners: [owner('z')] }))
  assert.ok(outcome instanceof ProviderError)
  assert.equal(made.inventory.get('thing', 'id-x')?.state, 'doubt')
  assert.equal(made.inventory.ofOwner('z').length, 1)
})

for (const settled of [true, false])
  test(`execute: what was made ${settled ? 'is known' : 'may be older than it seems'} when lists ${settled ? 'are' : 'are not'} settled`, async () => {
    const made = hands({ create: () => Promise.resolve(seen('x')) }, [], settled)
    const { target: _target, ...create } = step({ action: 'create' })
    await run(made, create)
    assert.equal(made.inventory.get('thing', 'id-x')?.depth, settled ? 'read' : 'listed')
  })

test('execute: a create without an answer is remembered', async () => {
  const made = hands({ create: () => Promise.reject(error('transient', 'maybe')) }, [])
  const { target: _target, ...create } = step({ action: 'create' })
  await run(made, create)
  assert.equal(made.inventory.mayHaveMade('a'), true)
})

const holders: readonly { name: string; found: Observed | undefined; outcome: 'stale' | 'parked' }[] = [
  { name: 'ours by owner', found: seen('x'), outcome: 'stale' },
  { name: 'shared, ours by identity', found: seen('x', { owners: [owner('cluster')] }), outcome: 'stale' },
  { name: 'without our tags', found: seen('x', { owners: [] }), outcome: 'parked' },
  { name: 'another Service of ours', found: seen('y', { owners: [b] }), outcome: 'parked' },
  { name: 'nothing to be seen', found: undefined, outcome: 'parked' },
]

for (const row of holders)
  test(`execute: the name is taken by what is ${row.name}: ${row.outcome}`, async () => {
    const found = row.found === undefined ? undefined : { object: row.found }
    const made = hands(
      { create: () => Promise.reject(error('exists')), find: () => Promise.resolve(found) },
      [],
    )
    const { target: _target, ...create } = step({ action: 'create' })
    const { outcome, problem } = await run(made, create)
    assert.equal(outcome, row.outcome)
    assert.equal(problem?.code, row.outcome === 'parked' ? 'LB_NAME_TAKEN' : undefined)
    assert.equal([...made.inventory.all()].length, row.outcome === 'stale' ? 1 : 0)
  })

test('execute: of many owners only those whose part is refused are parked; a full cloud is remembered as full', async () => {
  const sent: string[] = []
  const made = hands({
    update: (object, _want, { parts }) => {
      sent.push(parts.map((part) => part.key).join(''))
      return parts.some((part) => part.key === 'b') ? Promise.reject(error('quota')) : Promise.resolve(object)
    },
  })
  const one = step({ parts: ['a', 'b', 'c'].map(adds), owners: [a, b, c] })
  assert.equal((await run(made, one)).outcome, 'parked')
  assert.deepEqual(sent, ['abc', 'ab', 'a', 'b', 'c'])
  const held = (uid: string) => made.parking.hold(one, [owner(uid)], one) !== undefined
  assert.deepEqual([held('a'), held('b'), held('c')], [false, true, false])
  assert.equal(made.parking.problems('b')[0]?.code, 'LB_CLOUD_QUOTA')
  assert.deepEqual([...made.parking.madeRoom('thing')], ['s'])
})

test('execute: of fields and parts in one step the parts are tried alone', async () => {
  const made = hands({
    update: (object, _want, { fields }) =>
      fields.length > 0 ? Promise.reject(error('invalid')) : Promise.resolve(object),
  })
  const both = step({ parts: [adds('a')], fields: [{ path: 'Size', after: 1 }] })
  const { outcome } = await run(made, both)
  assert.equal(outcome, 'done')
  assert.equal(made.parking.hold(both, [a], both), undefined)
  const { parts: _parts, ...alone } = both
  assert.equal((await run(made, alone)).outcome, 'parked')
  assert.ok(made.parking.hold(alone, [a], alone))
})

test('execute: in use waits a little, gone is looked for, with all that it points at', async () => {
  const busy = hands({ delete: () => Promise.reject(error('inUse')) })
  assert.equal((await run(busy, step({ action: 'delete' }))).outcome, 'parked')
  assert.equal(busy.parking.hold(step(), [a], step({ action: 'delete' }))?.recheckMs, 5_000)
  const known = [seen('x', { parts: {} }), seen('y')]
  const gone = hands({ update: () => Promise.reject(error('notFound')) }, known)
  const want = wish('x', { spec: { To: { $ref: { stack: 's', kind: 'thing', key: 'y' } } } })
  assert.equal((await run(gone, step({ fields: [{ path: 'To', after: 1 }] }), want)).outcome, 'stale')
  assert.deepEqual(
    [...gone.inventory.all()].map((object) => object.state),
    ['doubt', 'doubt'],
  )
})

test('execute: after a write under a locked root the root is busy', async () => {
  const within = { stack: 's', kind: 'root', key: 'r' }
  const known = [seen('x', { within }), seen('r', { kind: 'root' })]
  const made = hands({ lock: 'root', update: (object) => Promise.resolve(object) }, known)
  await run(made, step({ fields: [{ path: 'Size', after: 1 }] }), wish('x', { within }))
  assert.equal(made.inventory.get('root', 'id-r')?.state, 'busy')
})

test('execute: what a cloud says is there, and a read does not show yet, may be of whom it was written for', async () => {
  const shared = seen('x', { parts: {}, body: 'foreign' })
  const made = hands(
    { update: () => Promise.reject(error('exists')), find: () => Promise.resolve({ object: shared }) },
    [shared],
  )
  const done = await run(made, step({ parts: [adds('b')], owners: [b] }))
  assert.equal(done.outcome, 'stale')
  assert.deepEqual(
    made.inventory.suspectsOf('b').map(({ object }) => object.id),
    ['id-x'],
  )
  assert.deepEqual(made.inventory.suspectsOf('a'), [])
})
