import assert from 'node:assert/strict'
import { test } from 'node:test'
import { record } from '../../../localstack/kubernetes/controllers/recorder.ts'
import { world } from './workload-world.ts'

const minute = 60_000
const about = { metadata: { name: 'web', namespace: 'default', uid: 'u' } }

test('an event goes an hour after it was last told, and is told anew from one', async () => {
  const { state, advance, stop } = world()
  const tell = (reason: string) => record(state, about, 'test', { reason, message: 'so it is' })
  const counts = () =>
    Object.fromEntries(state.list('events').items.map(({ reason = '', count }) => [reason, count]))
  await advance(0)
  tell('Once')
  tell('Often')
  await advance(50 * minute)
  tell('Often')
  await advance(9 * minute)
  assert.deepEqual(counts(), { Once: 1, Often: 2 })
  await advance(2 * minute)
  assert.deepEqual(counts(), { Often: 2 })
  tell('Once')
  await advance(55 * minute)
  assert.deepEqual(counts(), { Once: 1 })
  await advance(60 * minute)
  assert.deepEqual(counts(), {})
  stop()
})

test('an event that somebody removed is told anew', () => {
  const { state, stop } = world()
  const tell = () => record(state, about, 'test', { reason: 'Once', message: 'so it is' })
  const names = () => state.list('events').items.map(({ metadata }) => metadata.name)
  tell()
  const [first = ''] = names()
  state.delete('events', first)
  tell()
  assert.equal(names().length, 1)
  assert.notEqual(names()[0], first)
  stop()
})
