import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Gates, NotLeading, type Call } from '../../src/engine/gates.ts'
import { Pace } from '../../src/engine/pace.ts'
import { settle, VirtualClock } from '../../src/lib/clock.ts'
import { ProviderError } from '../../src/provider/errors.ts'

const { signal } = new AbortController()
const call = (more: Partial<Call> = {}): Call => ({
  action: 'write',
  provider: 'toy',
  op: 'op',
  priority: 'user',
  ...more,
})
const throttled = () =>
  new ProviderError({ kind: 'throttled', code: 'Slow', op: 'op', sent: 'no', message: 'slow down' })

test('gates: nothing is written when the lease does not outlast a request; reads pass', async () => {
  const clock = new VirtualClock()
  const gates = new Gates({ clock, concurrency: 2, mayWrite: () => false })
  const sent: string[] = []
  await assert.rejects(
    gates.run(call(), signal, async () => sent.push('write')),
    NotLeading,
  )
  await gates.run(call({ action: 'read' }), signal, async () => sent.push('read'))
  assert.deepEqual(sent, ['read'])
})

test('gates: whoever is more urgent goes first', async () => {
  const clock = new VirtualClock()
  const gates = new Gates({ clock, concurrency: 1, mayWrite: () => true })
  const order: string[] = []
  const run = (priority: Call['priority']) =>
    gates.run(call({ priority }), signal, async () => void order.push(priority))
  await Promise.all((['sweep', 'resync', 'joining', 'leaving', 'remove', 'user'] as const).map(run))
  assert.deepEqual(order, ['sweep', 'user', 'remove', 'leaving', 'joining', 'resync'])
})

test('gates: what does not answer in eight seconds may have taken effect', async () => {
  const clock = new VirtualClock()
  const heard: string[] = []
  const gates = new Gates({
    clock,
    concurrency: 1,
    mayWrite: () => true,
    onCall: ({ outcome }) => heard.push(outcome),
  })
  const never = gates
    .run(
      call(),
      signal,
      (limit) => new Promise((_, reject) => limit.addEventListener('abort', () => reject(new Error('cut')))),
    )
    .catch((error: unknown) => error)
  await clock.advance(8_000)
  const error = await never
  assert.ok(error instanceof ProviderError)
  assert.deepEqual([error.kind, error.sent, error.code], ['transient', 'maybe', 'Timeout'])
  assert.deepEqual(heard, ['transient'])
})

test('gates: what an adapter did not classify is unknown, and may have taken effect', async () => {
  const gates = new Gates({ clock: new VirtualClock(), concurrency: 1, mayWrite: () => true })
  const error = await gates
    .run(call(), signal, () => Promise.reject(new Error('odd')))
    .catch((e: unknown) => e)
  assert.ok(error instanceof ProviderError)
  assert.deepEqual([error.kind, error.sent, error.message], ['unknown', 'maybe', 'odd'])
})

test('pace: free until throttled, then half of what it was, and faster again with every grant', async () => {
  const clock = new VirtualClock()
  const pace = new Pace(clock)
  for (let n = 0; n < 20; n++) await pace.turn(signal)
  assert.equal(pace.rate, undefined)
  pace.throttled(undefined)
  assert.equal(pace.rate, 10)
  for (let n = 0; n < 10; n++) pace.granted()
  assert.equal(Math.round((pace.rate ?? 0) * 10), 110)
})

test('pace: calls that are refused together slow it once, and never to a halt', async () => {
  const clock = new VirtualClock()
  const pace = new Pace(clock)
  for (let n = 0; n < 8; n++) await pace.turn(signal)
  for (let n = 0; n < 8; n++) pace.throttled(undefined)
  assert.equal(pace.rate, 4)
  for (let n = 0; n < 10; n++) {
    await clock.advance(1_000)
    pace.throttled(undefined)
  }
  assert.equal(pace.rate, 1)
})

test('pace: turns are as far apart as the rate says, and wait as long as the cloud asks', async () => {
  const clock = new VirtualClock()
  const pace = new Pace(clock)
  const began = clock.now()
  for (let n = 0; n < 4; n++) await pace.turn(signal)
  pace.throttled(3_000)
  const at: number[] = []
  const turns = [1, 2, 3].map(() => pace.turn(signal).then(() => at.push(clock.now() - began)))
  await clock.advance(10_000)
  await Promise.all(turns)
  assert.deepEqual(at, [3_000, 3_500, 4_000])
})

test('gates: a throttled answer slows its own lane only', async () => {
  const clock = new VirtualClock()
  const gates = new Gates({ clock, concurrency: 4, mayWrite: () => true })
  await gates.run(call(), signal, () => Promise.reject(throttled())).catch(() => {})
  let [wrote, read] = [false, false]
  void gates.run(call(), signal, async () => void (wrote = true))
  void gates.run(call({ action: 'read' }), signal, async () => void (read = true))
  await settle()
  assert.deepEqual([wrote, read], [false, true])
  await clock.advance(5_000)
  assert.ok(wrote)
})

test('gates: a throttled answer slows what draws on the same budget only', async () => {
  const clock = new VirtualClock()
  const gates = new Gates({ clock, concurrency: 4, mayWrite: () => true })
  await gates.run(call({ budget: 'targets' }), signal, () => Promise.reject(throttled())).catch(() => {})
  let [targets, others] = [false, false]
  void gates.run(call({ budget: 'targets' }), signal, async () => void (targets = true))
  void gates.run(call({ budget: 'others' }), signal, async () => void (others = true))
  await settle()
  assert.deepEqual([targets, others], [false, true])
  await clock.advance(5_000)
  assert.ok(targets)
})

test('gates: while calls wait for a slow cloud, one that is more urgent still goes next', async () => {
  const clock = new VirtualClock()
  const gates = new Gates({ clock, concurrency: 4, mayWrite: () => true })
  await gates.run(call(), signal, () => Promise.reject(throttled())).catch(() => {})
  const order: string[] = []
  const run = (priority: Call['priority']) =>
    gates.run(call({ priority }), signal, async () => void order.push(priority))
  const all = (['joining', 'joining', 'joining', 'joining'] as const).map(run)
  await settle()
  all.push(run('user'))
  await clock.advance(10_000)
  await Promise.all(all)
  assert.deepEqual(order, ['joining', 'user', 'joining', 'joining', 'joining'])
})
