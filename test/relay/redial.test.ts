import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { systemClock, type Clock } from '../../src/lib/clock.ts'
import { deadTarget, named, relayOf, talk } from './bed.ts'

/** Waits pass at once, and are told. */
function hasty(waited: number[], act: (sum: number) => Promise<unknown> = async () => {}): Clock {
  const limits = new Set([2000, 10_000])
  return {
    ...systemClock,
    after: (ms, run) => {
      if (limits.has(ms) || ms > 2000) return systemClock.after(ms, run)
      waited.push(ms)
      void act(waited.reduce((sum, one) => sum + one, 0)).then(run)
      return () => {}
    },
  }
}

test('redial: targets that all refuse are tried again, ever more rarely, until the time is over', async (t) => {
  const waited: number[] = []
  const targets = [await deadTarget(), await deadTarget()]
  const { relay, port } = await relayOf(t, { routes: [{ targets }], redialMs: 100 }, { clock: hasty(waited) })
  await assert.rejects(talk(port, 'x'), { code: 'ECONNRESET' })
  assert.deepEqual(waited, [5, 5, 10, 20, 40, 20])
  const { failedDials, shed } = (await relay.counters()).get('f') ?? {}
  assert.deepEqual({ failedDials, shed }, { failedDials: 14, shed: 1 })
})

test('redial: one that comes back is given what the client said meanwhile, also when the frontend has gone', async (t) => {
  const dead = await deadTarget()
  const server = createServer((socket) => void socket.pipe(socket))
  t.after(() => server.close())
  const clock = hasty([], async (sum) => {
    if (sum !== 20) return
    await relay.serve([])
    await new Promise<void>((resolve) => server.listen(dead.port, dead.address, resolve))
  })
  const { relay, port } = await relayOf(t, { routes: [{ targets: [dead] }], redialMs: 1000 }, { clock })
  assert.equal(await talk(port, 'still here'), 'still here')
})

test('redial: a route without targets may get one; a client without a route does not wait', async (t) => {
  const waited: number[] = []
  const { relay, port, frontend } = await relayOf(
    t,
    { routes: [{ sources: ['127.0.0.0/8'], targets: [] }], redialMs: 1000 },
    { clock: hasty(waited, (sum) => (sum === 10 ? serve() : Promise.resolve())) },
  )
  const serve = async () => relay.serve([{ ...frontend, routes: [{ targets: [await named(t, 'here')] }] }])
  assert.equal(await talk(port, ''), 'here')
  assert.deepEqual(waited, [5, 5])
  await relay.serve([{ ...frontend, routes: [{ sources: ['192.0.2.0/24'], targets: [] }] }])
  await assert.rejects(talk(port, 'x'), { code: 'ECONNRESET' })
  assert.deepEqual(waited, [5, 5])
})
