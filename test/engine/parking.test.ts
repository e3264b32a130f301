import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Owners } from '../../src/engine/owners.ts'
import { Parking } from '../../src/engine/parking.ts'
import { Rounds } from '../../src/engine/rounds.ts'
import { Wishes } from '../../src/engine/wishes.ts'
import { VirtualClock } from '../../src/lib/clock.ts'
import type { Step } from '../../src/plan/plan.ts'
import { ProviderError } from '../../src/provider/errors.ts'
import { owner, wish } from '../plan/view.ts'

const [a, b] = [owner('a'), owner('b')]
const step = (more: Partial<Step> = {}): Step => ({
  id: 'update thing x @s',
  action: 'update',
  stack: 's',
  kind: 'thing',
  key: 'x',
  why: '',
  needs: [],
  owners: [a],
  ...more,
})
const adding = { parts: [{ key: 'p', action: 'add', owners: [a] }] } as const
const removing = { parts: [{ key: 'p', action: 'remove', owners: [a] }] } as const
const setting = { fields: [{ path: 'Size', after: 1 }] }
const problem = { code: 'LB_CLOUD_INVALID', severity: 'error', path: 'spec', message: 'no' } as const

test('parking: a change waits when it was refused for all its owners, and only that sort of change', () => {
  const parking = new Parking(new VirtualClock())
  parking.park(step(adding), [a], { hold: 'refused', ms: 1_000 })
  assert.deepEqual(parking.hold(step(), [a], step(adding)), { for: 'refused', recheckMs: 1_000 })
  assert.equal(parking.hold(step(), [a, b], step(adding)), undefined)
  assert.equal(parking.hold(step(), [b], step(adding)), undefined)
  assert.equal(parking.hold(step(), [a], step(removing)), undefined)
  assert.equal(parking.hold(step(), [a], step(setting)), undefined)
  assert.equal(parking.hold(step({ key: 'y' }), [a], step(adding)), undefined)
  assert.equal(parking.hold(step(), [], step(adding)), undefined)
})

test('parking: the soonest end of several, and over when its time is', async () => {
  const clock = new VirtualClock()
  const parking = new Parking(clock)
  parking.park(step(adding), [a], { hold: 'first', ms: 5_000, problem })
  parking.park(step(adding), [b], { hold: 'second', ms: 2_000 })
  assert.deepEqual(parking.hold(step(), [a, b], step(adding)), { for: 'second', recheckMs: 2_000 })
  assert.deepEqual(parking.problems('a'), [problem])
  await clock.advance(5_000)
  assert.equal(parking.hold(step(), [a], step(adding)), undefined)
  assert.deepEqual(parking.problems('a'), [])
})

test('parking: released by an edit, or by room of the same kind', () => {
  const parking = new Parking(new VirtualClock())
  const full = { hold: 'full', ms: 1_000, full: true }
  parking.park(step(adding), [a], full)
  parking.park(step({ kind: 'group', ...adding }), [b], full)
  parking.park(step({ stack: 't', ...adding }), [b], { ...full, full: false })
  assert.deepEqual([...parking.madeRoom('thing')], ['s'])
  assert.equal(parking.hold(step(), [a], step(adding)), undefined)
  assert.ok(parking.hold(step({ kind: 'group' }), [b], step(adding)))
  assert.ok(
    parking.hold(step({ stack: 't' }), [b], step(adding)),
    'what was refused for another reason waits on',
  )
  parking.release('b')
  assert.equal(parking.hold(step({ kind: 'group' }), [b], step(adding)), undefined)
})

test('rounds: the same step done twice in a row with the same changes goes nowhere', () => {
  const rounds = new Rounds()
  assert.equal(rounds.count(step(setting), 'done'), undefined)
  assert.equal(rounds.count(step({ fields: [{ path: 'Size', after: 2 }] }), 'done'), undefined)
  const stop = rounds.count(step({ fields: [{ path: 'Size', after: 2 }] }), 'done')
  assert.equal(stop?.code, 'NoEffect')
  assert.equal(rounds.done, 3)
  assert.deepEqual([...rounds.owners], ['a'])
})

test('rounds: stale three times, not more; an error ends the run; reads end some time', () => {
  const rounds = new Rounds()
  for (let n = 0; n < 3; n++) assert.equal(rounds.count(step(), 'stale'), undefined)
  assert.equal(rounds.count(step(), 'stale')?.code, 'Stale')
  assert.equal(rounds.count(step(), 'parked'), undefined)
  const error = new ProviderError({ kind: 'transient', code: 'Down', op: 'op', sent: 'no', message: '' })
  assert.equal(rounds.count(step(), error), error)
  assert.throws(() => {
    for (let n = 0; n < 11; n++) rounds.looked('s')
  }, ProviderError)
})

test('owners: unknown, not decided on, decided; the cluster only when everybody is', () => {
  const undecided = new Set(['b'])
  const owners = new Owners('cluster', undecided)
  const entry = { owner: a, causes: [], trusted: false, armed: true } as const
  assert.equal(owners.state(a), 'unknown')
  assert.equal(owners.state(b), 'pending')
  assert.equal(owners.state(owner('cluster')), 'pending')
  undecided.clear()
  assert.equal(owners.state(owner('cluster')), 'settled')
  owners.set({ ...entry, state: 'frozen' })
  assert.deepEqual([owners.state(owner('cluster')), owners.frozen], ['pending', [a]])
  owners.set({ ...entry, state: 'settled' })
  assert.deepEqual([owners.state(owner('cluster')), owners.frozen], ['settled', []])
  owners.set({ ...entry, state: 'frozen' })
  owners.forget('a')
  assert.deepEqual([owners.state(a), owners.frozen, owners.size], ['unknown', [], 0])
})

test('wishes: by stack and owner, counted, and where something may still be under way', () => {
  const wishes = new Wishes()
  const other = wish('y', { stack: 't' })
  assert.deepEqual([...wishes.set(a, '', [wish('x'), other])], ['s', 't'])
  wishes.set(b, '', [wish('x')])
  assert.ok(wishes.wanted(wish('x')))
  const version = wishes.versionOf('s')
  assert.deepEqual([...wishes.set(a, '', [])], ['s', 't'])
  assert.notEqual(wishes.versionOf('s'), version)
  assert.equal(wishes.versionOf('t'), undefined)
  assert.ok(wishes.wanted(wish('x')), 'b wants it too')
  assert.equal(wishes.wanted(other), false)
  assert.deepEqual(wishes.stacksOf('a'), ['s', 't'])
  wishes.set(a, '', [])
  assert.deepEqual(wishes.stacksOf('a'), ['s', 't'], 'until it is forgotten')
  wishes.forget('a')
  assert.deepEqual(wishes.stacksOf('a'), [])
  wishes.forget('b')
  assert.deepEqual([...wishes.claimsIn('s')], [])
})
