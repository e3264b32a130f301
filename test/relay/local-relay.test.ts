import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { VirtualClock } from '../../src/lib/clock.ts'
import type { FrontendCounters } from '../../src/relay/frontend.ts'
import { connectionsWithin } from '../../src/relay/descriptors.ts'
import { ListenRefused, refusedBind } from '../../src/relay/listening.ts'
import { LocalRelay } from '../../src/relay/local-relay.ts'
import {
  client,
  closed,
  echo,
  frontendOn,
  listening,
  named,
  openSockets,
  relayOf,
  talk,
  target,
  until,
} from './bed.ts'
import { freePort } from '../support/free-port.ts'

const countersOf = async (relay: LocalRelay): Promise<FrontendCounters | undefined> =>
  (await relay.counters()).get('f')

test('relay: a change keeps the socket, the connections and the counters', async (t) => {
  const { relay, port, frontend } = await relayOf(t, { routes: [{ targets: [await echo(t)] }] })
  const held = client(t, port)
  held.write('a')
  await once(held, 'data')
  const routes = [{ targets: [await named(t, 'new')] }]
  assert.deepEqual(await relay.serve([{ ...frontend, routes, scheduler: 'never-queue' }]), [])
  assert.equal(await talk(port), 'new')
  held.write('b')
  assert.equal(String(await once(held, 'data')), 'b')
  assert.equal((await countersOf(relay))?.accepted, 2)
})

test('relay: another port under the same id: new ones come there, those there are stay', async (t) => {
  const { relay, port, frontend } = await relayOf(t, { routes: [{ targets: [await echo(t)] }] })
  const held = client(t, port)
  held.write('a')
  await once(held, 'data')
  const other = await freePort()
  assert.deepEqual(await relay.change([{ ...frontend, port: other }], []), [])
  assert.equal(await talk(other, 'x'), 'x')
  await assert.rejects(talk(port), { code: 'ECONNREFUSED' })
  held.write('b')
  assert.equal(String(await once(held, 'data')), 'b')
})

test('relay: a clock that is set, forward or back, ends no affinity', async (t) => {
  const targets = await Promise.all(['a', 'b'].map((name) => named(t, name)))
  const { port } = await relayOf(t, {
    routes: [{ targets }],
    scheduler: 'round-robin',
    affinitySeconds: 60,
  })
  const now = Date.now.bind(Date)
  const first = await talk(port)
  for (const jump of [86_400_000, -86_400_000]) {
    t.mock.method(Date, 'now', () => now() + jump)
    assert.equal(await talk(port), first)
  }
})

test('relay: one frontend that cannot be served stops no other, and is tried again', async (t) => {
  const taken = createServer()
  const port = await listening(taken)
  t.after(() => void taken.close())
  const relay = new LocalRelay()
  t.after(() => relay.drain(0))
  const routes = [{ targets: [await named(t, 'ok')] }]
  const frontends = [
    frontendOn(port, { id: 'taken', routes }),
    frontendOn(await freePort(), { id: 'foreign', address: '192.0.2.1', routes }),
    frontendOn(await freePort(), { id: 'open', routes: [{ sources: ['10.0.0.1'], targets: [] }] }),
    frontendOn(await freePort(), { id: 'good', routes }),
  ]
  const failures = await relay.serve(frontends)
  assert.deepEqual(
    failures.map(({ id, reason }) => `${id} ${reason}`),
    ['taken in-use', 'foreign unavailable', 'open invalid'],
  )
  for (const { message } of failures) assert.match(message, /another program|of this machine|10\.0\.0\.1/)
  assert.equal(await talk(frontends[3]?.port ?? 0), 'ok')
  taken.close()
  const again = await relay.serve(frontends)
  assert.deepEqual(
    again.map(({ id }) => id),
    ['foreign', 'open'],
  )
  assert.equal(await talk(port), 'ok')
})

test('relay: what the system says of a bind has a reason', () => {
  const frontend = frontendOn(80, { address: '::1' })
  const rows = { EADDRINUSE: 'in-use', EADDRNOTAVAIL: 'unavailable', EACCES: 'denied', ENOTSUP: 'other' }
  for (const [code, reason] of Object.entries(rows)) {
    const refused = refusedBind(frontend, Object.assign(new Error('x'), { code }))
    assert.ok(refused instanceof ListenRefused)
    assert.equal(refused.reason, reason)
    assert.match(refused.message, /TCP \[::1\]:80/)
  }
})

test('relay: who is removed takes nobody new, and its connections end by themselves', async (t) => {
  const { relay, port, frontend } = await relayOf(t, { routes: [{ targets: [await echo(t)] }] })
  const held = client(t, port)
  held.write('a')
  await once(held, 'data')
  await relay.change([], ['f'])
  await assert.rejects(talk(port), { code: 'ECONNREFUSED' })
  held.write('b')
  assert.equal(String(await once(held, 'data')), 'b')
  assert.deepEqual(await relay.serve([frontend]), [], 'the port is free at once')
  held.end('c')
  assert.equal(String(await once(held, 'data')), 'c')
})

test('relay: drain waits, then ends what is left', async (t) => {
  const clock = new VirtualClock()
  const { relay, port } = await relayOf(t, { routes: [{ targets: [await echo(t)] }] }, { clock })
  const [short, long] = [client(t, port), client(t, port)]
  for (const socket of [short, long]) {
    socket.write('a')
    await once(socket, 'data')
  }
  let drained = false
  const drain = relay.drain(5000).then(() => (drained = true))
  await clock.advance(4999)
  await assert.rejects(talk(port), { code: 'ECONNREFUSED' })
  short.end('b')
  assert.equal(String(await once(short, 'data')), 'b')
  assert.equal(drained, false)
  const gone = closed(long)
  await clock.advance(1)
  await Promise.all([drain, gone])
})

test('relay: drain is over when nothing is open', async (t) => {
  const { relay, port } = await relayOf(t, { routes: [{ targets: [await echo(t)] }] })
  const held = client(t, port)
  held.write('a')
  await once(held, 'data')
  const drained = relay.drain(60_000)
  held.end()
  await drained
})

test('relay: more than a frontend or the relay may hold is shed, and room that is free again is used', async (t) => {
  for (const limit of ['frontend', 'relay']) {
    const { relay, port } = await relayOf(
      t,
      { routes: [{ targets: [await echo(t)] }], ...(limit === 'frontend' ? { maxConnections: 2 } : {}) },
      limit === 'relay' ? { maxOpen: 2 } : {},
    )
    const held = [client(t, port), client(t, port)]
    for (const socket of held) {
      socket.write('a')
      await once(socket, 'data')
    }
    await assert.rejects(talk(port, 'x'), { code: 'ECONNRESET' })
    assert.deepEqual([(await countersOf(relay))?.open, (await countersOf(relay))?.shed], [2, 1])
    for (const socket of held) socket.end()
    for (let open = 2; open > 0; open = (await countersOf(relay))?.open ?? 0)
      await new Promise((resolve) => setImmediate(resolve))
    assert.equal(await talk(port, 'y'), 'y')
  }
})

test('relay: a connection without a byte is closed after its time, one that carries is not', async (t) => {
  const clock = new VirtualClock()
  const { relay, port } = await relayOf(
    t,
    { routes: [{ targets: [await echo(t)] }], idleTimeoutMs: 8000 },
    { clock },
  )
  const before = openSockets()
  const [idle, busy] = [client(t, port), client(t, port)]
  for (const socket of [idle, busy]) {
    socket.write('a')
    await once(socket, 'data')
  }
  const gone = closed(idle)
  for (let second = 0; second < 10; second++) {
    await clock.advance(1000)
    busy.write('b')
    await once(busy, 'data')
  }
  await gone
  assert.equal((await countersOf(relay))?.open, 1)
  const busyGone = closed(busy)
  await clock.advance(10_000)
  await busyGone
  await until(() => openSockets() === before, 'sockets closed')
})

test('relay: a target that never ends does not keep what the client has ended', async (t) => {
  const clock = new VirtualClock()
  let ends = 0
  const stubborn = await target(t, (socket) => void socket.resume().on('end', () => ends++))
  const { relay, port } = await relayOf(
    t,
    { routes: [{ targets: [stubborn] }] },
    { clock, halfOpenTimeoutMs: 4000 },
  )
  const before = openSockets()
  const ended = client(t, port)
  ended.end('x')
  await until(() => ends === 1, 'the end arrives')
  const gone = closed(ended.resume())
  await clock.advance(5000)
  await gone
  assert.equal((await countersOf(relay))?.open, 0)
  // The target's own one is left, which it never closes.
  await until(() => openSockets() === (before === undefined ? before : before + 1), 'sockets closed')
})

test('relay: another relay may take over its ports where both share them', async (t) => {
  const old = await relayOf(t, { routes: [{ targets: [await named(t, 'old')] }] }, { sharePorts: true })
  const next = new LocalRelay({ sharePorts: true })
  t.after(() => next.drain(0))
  const routes = [{ targets: [await named(t, 'next')] }]
  assert.deepEqual(await next.serve([{ ...old.frontend, routes }]), [])
  await old.relay.drain(0)
  assert.equal(await talk(old.port), 'next')
  const stranger = new LocalRelay()
  t.after(() => stranger.drain(0))
  const [failure] = await stranger.serve([old.frontend])
  assert.equal(failure?.reason, 'in-use')
})

test('relay: a thousand frontends come and go without a socket left', async (t) => {
  const relay = new LocalRelay()
  t.after(() => relay.drain(0))
  const before = openSockets()
  const wanted = Array.from({ length: 1000 }, (_, n) =>
    frontendOn(0, { id: `${n}`, address: '127.0.0.1', routes: [] }),
  )
  assert.deepEqual(await relay.serve(wanted), [])
  assert.equal((await relay.counters()).size, 1000)
  assert.deepEqual(await relay.serve([]), [])
  await until(() => openSockets() === before, 'sockets closed')
})

const limits = (open: string): string => `Limit  Soft  Hard\nMax open files   ${open}   4096   files\n`

test('relay: the limit follows from file descriptors', () => {
  const rows: readonly [string, number | undefined][] = [
    ['1024', 460],
    ['1048576', 471_859],
    ['64', 1],
    ['unlimited', undefined],
  ]
  for (const [open, most] of rows) assert.equal(connectionsWithin(limits(open)), most, open)
})

test('relay: a process out of descriptors goes on, and serves when it has some again', async (t) => {
  const script = fileURLToPath(new URL('starved.ts', import.meta.url))
  const child = spawn('sh', ['-c', `ulimit -n 110 && exec "$0" "$1"`, process.execPath, script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  let told = ''
  for await (const chunk of child.stdout) told += String(chunk)
  const { served, after } = JSON.parse(told) as Record<string, number | string>
  assert.ok(Number(served) > 0 && Number(served) < 40, told)
  assert.equal(after, 'still here')
})
