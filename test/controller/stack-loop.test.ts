import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Queue } from '../../src/controller/queue.ts'
import { StackLoop } from '../../src/controller/stack-loop.ts'
import { priority } from '../../src/engine/gates.ts'
import type { StackReport, StackRunner } from '../../src/engine/stack-runner.ts'
import { VirtualClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/observe/log.ts'
import { ProviderError } from '../../src/provider/errors.ts'

const failure = new ProviderError({ kind: 'transient', code: 'Down', op: 'x', sent: 'no', message: 'down' })

/** A loop on a runner that fails until told otherwise, and the times at which it ran. */
function loopOn() {
  const clock = new VirtualClock(0)
  const queue = new Queue({ clock, workers: 1 })
  const ran: number[] = []
  const woken: string[] = []
  const state = { fails: true }
  const runner = {
    soil: () => {},
    run: async (): Promise<StackReport> => {
      ran.push(clock.now())
      const report = {
        steps: [],
        stepsOf: new Map(),
        orphans: [],
        conflicts: [],
        failed: [],
        done: 0,
        changed: new Set<string>(),
        at: clock.now(),
      }
      return state.fails ? { ...report, failure } : report
    },
  } as Pick<StackRunner, 'soil' | 'run'> as StackRunner
  const wakeService = (uid: string) => woken.push(uid)
  const loop = new StackLoop({ clock, runner, queue, log: silentLog, wakeService, random: () => 0 })
  const stop = new AbortController()
  const running = queue.run((stack, rank) => loop.run(stack, rank, stop.signal), stop.signal)
  const end = async () => {
    stop.abort()
    await running
  }
  return { clock, loop, ran, woken, state, end }
}

test('stack loop: after a failure, what reads show waits for the pause to be over', async () => {
  const { clock, loop, ran, end } = loopOn()
  loop.wake('s', undefined, priority.resync)
  await clock.advance(0)
  for (let at = 0; at < 4; at++) {
    loop.wake('s', undefined, priority.resync)
    await clock.advance(1_000)
  }
  assert.deepEqual(ran, [0])
  await clock.advance(1_000)
  assert.deepEqual(ran, [0, 5_000])
  await end()
})

test('stack loop: what a user does goes at once, also within the pause', async () => {
  for (const rank of [priority.user, priority.remove]) {
    const { clock, loop, ran, end } = loopOn()
    loop.wake('s', undefined, priority.resync)
    await clock.advance(1_000)
    loop.wake('s', undefined, rank)
    await clock.advance(0)
    assert.deepEqual(ran, [0, 1_000])
    await end()
  }
})

test('stack loop: a success ends the pause, and who waited is told', async () => {
  const { clock, loop, ran, woken, state, end } = loopOn()
  loop.wake('s', 'a', priority.resync)
  await clock.advance(5_000)
  state.fails = false
  await clock.advance(10_000)
  loop.wake('s', 'b', priority.resync)
  await clock.advance(0)
  assert.deepEqual(ran, [0, 5_000, 15_000, 15_000])
  assert.deepEqual(woken, ['a', 'b'])
  await end()
})
