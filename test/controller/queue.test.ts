import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  array,
  assert as check,
  asyncProperty,
  constant,
  constantFrom,
  integer,
  oneof,
  record,
} from 'fast-check'
import { Queue } from '../../src/controller/queue.ts'
import { settle, VirtualClock } from '../../src/lib/clock.ts'

function running(workers: number, workMs = 0) {
  const clock = new VirtualClock()
  const queue = new Queue({ clock, workers })
  const stop = new AbortController()
  const done: string[] = []
  const now = new Set<string>()
  const twice: string[] = []
  const run = queue.run(async (key) => {
    if (now.has(key)) twice.push(key)
    now.add(key)
    done.push(key)
    if (workMs > 0) await clock.sleep(workMs)
    now.delete(key)
  }, stop.signal)
  return { clock, queue, stop, done, now, twice, run }
}

test('queue: a key that is added many times is worked on once', async () => {
  const { clock, queue, done } = running(1, 10)
  queue.add('first', 0)
  for (let n = 0; n < 5; n++) queue.add('x', n)
  await clock.advance(100)
  assert.deepEqual(done, ['first', 'x'])
  assert.ok(queue.idle)
})

test('queue: higher ranks first, equal ones as they came, and a key moves up when it is asked for more urgently', async () => {
  const { clock, queue, done } = running(1, 10)
  queue.add('first', 0)
  await settle()
  for (const [key, rank] of [
    ['a', 10],
    ['b', 50],
    ['c', 10],
    ['d', 50],
    ['e', 0],
  ] as const)
    queue.add(key, rank)
  queue.add('e', 40)
  queue.add('b', 0)
  await clock.advance(100)
  assert.deepEqual(done, ['first', 'b', 'd', 'e', 'a', 'c'])
})

test('queue: added while it is worked on, it is worked on again, with the highest rank that was asked', async () => {
  const { clock, queue, done, twice } = running(2, 10)
  queue.add('x', 0)
  await settle()
  queue.add('x', 0)
  queue.add('x', 50)
  assert.ok(queue.isRunning('x'))
  assert.equal(queue.depth, 0)
  await clock.advance(100)
  assert.deepEqual([done, twice], [['x', 'x'], []])
})

test('queue: of later times the earliest counts, and an add now takes the place of them all', async () => {
  const { clock, queue, done } = running(1)
  queue.addAfter('x', 5_000, 0)
  queue.addAfter('x', 1_000, 0)
  queue.addAfter('x', 9_000, 0)
  await clock.advance(1_000)
  assert.deepEqual(done, ['x'])
  await clock.advance(10_000)
  assert.deepEqual(done, ['x'])
  queue.addAfter('x', 1_000, 0)
  queue.add('x', 0)
  await clock.advance(10_000)
  assert.deepEqual(done, ['x', 'x'])
})

test('queue: a user edit waits for one piece of work at most, whatever stands in line', async () => {
  const { clock, queue, done } = running(4, 10)
  for (let n = 0; n < 1_000; n++) queue.add(`resync-${n}`, 10)
  await settle()
  queue.add('edit', 50)
  await clock.advance(10)
  assert.ok(done.indexOf('edit') <= 8)
})

test('queue: after a stop what runs may end, and nothing begins', async () => {
  const { clock, queue, stop, done, run } = running(1, 10)
  queue.add('x', 0)
  queue.add('y', 0)
  queue.addAfter('z', 1, 0)
  await settle()
  stop.abort()
  await clock.advance(1_000)
  await run
  assert.deepEqual(done, ['x'])
})

const act = oneof(
  record({
    does: constant('add' as const),
    key: constantFrom('a', 'b', 'c'),
    rank: integer({ min: 0, max: 3 }),
  }),
  record({
    does: constant('later' as const),
    key: constantFrom('a', 'b', 'c'),
    ms: integer({ min: 0, max: 30 }),
  }),
  record({ does: constant('pass' as const), ms: integer({ min: 0, max: 15 }) }),
)

test('queue: whatever happens, no key runs twice at a time, and each is worked on after it was last asked for', () =>
  check(
    asyncProperty(array(act, { maxLength: 20 }), async (acts) => {
      const { clock, queue, done, twice } = running(2, 7)
      const asked = new Map<string, number>()
      for (const one of acts) {
        if (one.does === 'pass') await clock.advance(one.ms)
        else {
          asked.set(one.key, done.length)
          if (one.does === 'add') queue.add(one.key, one.rank)
          else queue.addAfter(one.key, one.ms, 0)
        }
      }
      await clock.advance(1_000)
      assert.deepEqual(twice, [])
      assert.ok(queue.idle)
      for (const [key, since] of asked)
        assert.ok(done.lastIndexOf(key) >= 0 && done.slice(since).concat(done).includes(key))
    }),
    { seed: 7, numRuns: 60 },
  ))
