import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Gates } from '../../src/engine/gates.ts'
import { Lookups } from '../../src/engine/lookups.ts'
import { settle, VirtualClock } from '../../src/lib/clock.ts'
import { ProviderError } from '../../src/provider/errors.ts'
import type { Fact, Lookup } from '../../src/provider/blueprint.ts'
import type { Provider } from '../../src/provider/provider.ts'

const { signal } = new AbortController()
const ask = (key: string): Lookup => ({ key, what: `what ${key} is` })

function fresh() {
  const clock = new VirtualClock()
  const asked: string[] = []
  const world = new Map<string, Fact>()
  const state: { broken?: ProviderError; changes: number } = { changes: 0 }
  const provider = {
    name: 'toy',
    lookup: (lookups: readonly Lookup[]) => {
      asked.push(lookups.map(({ key }) => key).join('+'))
      if (state.broken !== undefined) return Promise.reject(state.broken)
      return Promise.resolve(lookups.map(({ key }) => world.get(key) ?? { key, value: { is: key } }))
    },
  } as unknown as Provider
  const gates = new Gates({ clock, concurrency: 4, mayWrite: () => true })
  const lookups = new Lookups({ provider, gates, clock, onChanged: () => void state.changes++ })
  return { clock, asked, world, state, lookups }
}

test('lookups: what is asked in one turn is one call, and is not asked again while fresh', async () => {
  const { asked, lookups } = fresh()
  const [one, two] = await Promise.all([
    lookups.facts([ask('x'), ask('y')], signal),
    lookups.facts([ask('y'), ask('z')], signal),
  ])
  await lookups.facts([ask('x'), ask('z')], signal)
  assert.deepEqual(asked, ['x+y+z'])
  assert.equal(one.get('y'), two.get('y'), 'the same object')
  lookups.stop()
})

test('lookups: what is new is asked once more soon, and whoever used it hears if it was more', async () => {
  const { clock, asked, world, state, lookups } = fresh()
  const before = (await lookups.facts([ask('x')], signal)).get('x')
  await clock.advance(12_000)
  assert.deepEqual(asked, ['x', 'x'])
  assert.equal(state.changes, 0)
  assert.equal(
    (await lookups.facts([ask('x')], signal)).get('x'),
    before,
    'an equal value stays the same object',
  )
  world.set('x', { key: 'x', value: { is: 'more' } })
  await lookups.refresh(signal)
  assert.equal(state.changes, 1)
  assert.deepEqual((await lookups.facts([ask('x')], signal)).get('x'), { key: 'x', value: { is: 'more' } })
})

test('lookups: an old value serves on while the cloud refuses; without one the refusal is told, and asked again', async () => {
  const { clock, asked, state, lookups } = fresh()
  await lookups.facts([ask('x')], signal)
  state.broken = new ProviderError({ kind: 'denied', code: 'No', op: 'toy:Look', sent: 'no', message: 'no' })
  const facts = await lookups.facts([ask('y')], signal)
  const refused = facts.get('y')
  assert.ok(refused !== undefined && 'problem' in refused)
  assert.deepEqual([refused.problem.code, refused.problem.value], ['LB_CLOUD_DENIED', 'toy:Look'])
  await clock.advance(610_000)
  const old = (await lookups.facts([ask('x')], signal)).get('x')
  assert.ok(old !== undefined && 'value' in old)
  const before = asked.length
  await clock.advance(29_000)
  await lookups.facts([ask('x')], signal)
  assert.equal(asked.length, before)
  await clock.advance(2_000)
  await lookups.facts([ask('x')], signal)
  assert.equal(asked.length, before + 1)
})

test('lookups: what could not be known is asked again after two seconds', async () => {
  const { clock, asked, world, lookups } = fresh()
  world.set('x', { key: 'x', unknown: 'no node yet' })
  await lookups.facts([ask('x')], signal)
  await lookups.facts([ask('x')], signal)
  await clock.advance(2_001)
  await lookups.facts([ask('x')], signal)
  assert.deepEqual(asked, ['x', 'x'])
})

test('lookups: facts that nobody uses any more are not refreshed, and none is after the stop', async () => {
  const { clock, asked, lookups } = fresh()
  await lookups.facts([ask('old')], signal)
  lookups.stop()
  await clock.advance(601_000)
  await lookups.refresh(signal)
  await settle()
  assert.deepEqual(asked, ['old'])
})

test('lookups: a cloud that is busy for a moment is asked again before anybody is told', async () => {
  const { clock, asked, state, lookups } = fresh()
  state.broken = new ProviderError({
    kind: 'throttled',
    code: 'Slow',
    op: 'op',
    sent: 'no',
    message: 'slow down',
  })
  const told = lookups.facts([ask('x')], signal)
  await clock.advance(500)
  delete state.broken
  await clock.advance(5_000)
  assert.deepEqual((await told).get('x'), { key: 'x', value: { is: 'x' } })
  assert.deepEqual(asked, ['x', 'x'])
  lookups.stop()
})
