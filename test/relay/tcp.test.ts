import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { systemClock, type Clock } from '../../src/lib/clock.ts'
import {
  all,
  chunksOf,
  client,
  closed,
  deadTarget,
  echo,
  named,
  openSockets,
  relayOf,
  talk,
  target,
  until,
} from './bed.ts'

test('tcp: the answer still comes after the client has ended', async (t) => {
  const { port } = await relayOf(t, { routes: [{ targets: [await echo(t)] }] })
  assert.equal(await talk(port, 'hello'), 'hello')
})

test('tcp: a client may go on sending after the target has ended', async (t) => {
  let got = Promise.resolve('')
  const listener = await target(t, (socket) => {
    socket.end('first')
    got = all(socket)
  })
  const { port } = await relayOf(t, { routes: [{ targets: [listener] }] })
  const socket = client(t, port)
  assert.equal(await all(socket), 'first')
  socket.write('still ')
  await turn()
  socket.end('here')
  await once(socket, 'close')
  assert.equal(await got, 'still here')
})

test('tcp: a client that only listens gets what the target says first', async (t) => {
  const { port } = await relayOf(t, { routes: [{ targets: [await named(t, 'banner')] }] })
  assert.equal(await all(client(t, port)), 'banner')
})

/** Reads a bit, rests for some turns, reads again: whoever sends to it has to wait. */
async function slowHash(socket: Socket): Promise<string> {
  const hash = createHash('sha256')
  let reads = 0
  for await (const chunk of chunksOf(socket)) {
    hash.update(chunk)
    if (++reads % 8 === 0) for (let rest = 0; rest < 4; rest++) await turn()
  }
  return hash.digest('hex')
}

test('tcp: megabytes arrive whole, both ways at once, at readers of all paces, in connections side by side', async (t) => {
  const bytes = randomBytes(6 * 2 ** 20)
  const whole = createHash('sha256').update(bytes).digest('hex')
  const received: Promise<string>[] = []
  const listener = await target(t, (socket) => {
    received.push(slowHash(socket))
    for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 7) % 300_007)
      socket.write(bytes.subarray(at, at + size))
    socket.end()
  })
  const { relay, port } = await relayOf(t, { routes: [{ targets: [listener] }] })
  const got = await Promise.all(
    [0, 1, 2].map((n) => {
      const socket = client(t, port)
      socket.end(bytes)
      return n === 0 ? all(socket.setEncoding('latin1')).then((text) => sha(text)) : slowHash(socket)
    }),
  )
  assert.deepEqual(got, [whole, whole, whole])
  assert.deepEqual(await Promise.all(received), [whole, whole, whole])
  const counters = (await relay.counters()).get('f')
  assert.equal(counters?.bytesIn, 3 * bytes.length)
  assert.equal(counters?.bytesOut, 3 * bytes.length)
})

const sha = (latin: string): string => createHash('sha256').update(Buffer.from(latin, 'latin1')).digest('hex')

test('tcp: who does not read stops who sends', async (t) => {
  let sent = 0
  const listener = await target(t, (socket) => {
    const more = () => {
      while (sent < 2 ** 28) {
        sent += 2 ** 16
        if (!socket.write(Buffer.alloc(2 ** 16))) return
      }
    }
    socket.on('drain', more)
    more()
  })
  const { relay, port } = await relayOf(t, { routes: [{ targets: [listener] }] })
  client(t, port).pause()
  let before = -1
  // Buffers of the system fill up, on three sockets; then nothing moves.
  for (let same = 0; same < 5; same = sent > 0 && sent === before ? same + 1 : 0) {
    before = sent
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  assert.ok(sent > 0 && sent < 2 ** 26, `${sent} bytes went into buffers`)
  await relay.drain(0)
})

test('tcp: a reset of the client resets the target', async (t) => {
  const failed = Promise.withResolvers<string | undefined>()
  const listener = await target(t, (socket) => {
    socket.write('hello')
    socket.on('error', (error: NodeJS.ErrnoException) => failed.resolve(error.code))
    socket.on('end', () => failed.resolve('ended'))
    socket.resume()
  })
  const { port } = await relayOf(t, { routes: [{ targets: [listener] }] })
  const socket = client(t, port)
  await once(socket, 'data')
  socket.resetAndDestroy()
  assert.equal(await failed.promise, 'ECONNRESET')
})

test('tcp: a reset of the target resets the client, also after the client has ended', async (t) => {
  const listener = await target(t, (socket) => {
    socket.write('half')
    socket.resume().on('end', () => socket.resetAndDestroy())
  })
  const { port } = await relayOf(t, { routes: [{ targets: [listener] }] })
  const socket = client(t, port)
  await once(socket, 'data')
  const failed = once(socket, 'error')
  socket.end()
  const [error] = (await failed) as [NodeJS.ErrnoException]
  assert.equal(error.code, 'ECONNRESET')
})

test('tcp: a dead target is passed over, and what the client has said meanwhile is not lost', async (t) => {
  const { relay, port } = await relayOf(t, {
    routes: [{ targets: [await deadTarget(), await deadTarget(), await echo(t)] }],
    scheduler: 'least-connections',
  })
  for (const text of ['a', 'b', 'c']) assert.equal(await talk(port, text), text)
  assert.ok(((await relay.counters()).get('f')?.failedDials ?? 0) >= 3)
})

test('tcp: one that does not answer in time is passed over', async (t) => {
  // The first limit that is set runs out at once.
  let limits = 0
  const clock: Clock = {
    ...systemClock,
    after: (ms, run) => {
      if (ms === 700 && limits++ === 0) queueMicrotask(run)
      return ms === 700 ? () => {} : systemClock.after(ms, run)
    },
  }
  const { relay, port } = await relayOf(
    t,
    {
      routes: [{ targets: [await named(t, 'slow'), await named(t, 'quick')] }],
      scheduler: 'round-robin',
      connectTimeoutMs: 700,
    },
    { clock },
  )
  assert.equal(await talk(port), 'quick')
  assert.equal((await relay.counters()).get('f')?.failedDials, 1)
})

test('tcp: all targets dead: each is tried once, then the connection is reset', async (t) => {
  const { relay, port } = await relayOf(t, {
    routes: [{ targets: [await deadTarget(), await deadTarget()] }],
  })
  await assert.rejects(talk(port, 'x'), { code: 'ECONNRESET' })
  const counters = (await relay.counters()).get('f')
  assert.deepEqual({ dials: counters?.failedDials, shed: counters?.shed }, { dials: 2, shed: 1 })
})

test('tcp: without a target or a route the connection is reset', async (t) => {
  const { relay, port, frontend } = await relayOf(t, { routes: [{ targets: [] }] })
  await assert.rejects(talk(port, 'x'), { code: 'ECONNRESET' })
  const elsewhere = { sources: ['192.0.2.0/24', '2001:db8::/32'], targets: [await echo(t)] }
  await relay.serve([{ ...frontend, routes: [elsewhere] }])
  await assert.rejects(talk(port, 'x'), { code: 'ECONNRESET' })
  await relay.serve([
    { ...frontend, routes: [elsewhere, { sources: ['127.0.0.0/8'], targets: [await named(t, 'here')] }] },
  ])
  assert.equal(await talk(port, ''), 'here')
})

test('tcp: no socket is left after connections of all endings', async (t) => {
  const listener = await target(t, (socket) => {
    socket.on('data', (chunk) => {
      const word = String(chunk)
      if (word === 'reset') socket.resetAndDestroy()
      else if (word === 'destroy') socket.destroy()
      else socket.write(chunk)
    })
    socket.on('end', () => socket.end())
  })
  const { relay, port } = await relayOf(t, { routes: [{ targets: [await deadTarget(), listener] }] })
  await talk(port, 'warm')
  const before = openSockets()
  const endings = ['reset', 'destroy', 'end', 'mine', 'early']
  await Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      const socket = client(t, port).on('error', () => {})
      const ending = endings[n % endings.length] ?? ''
      if (ending === 'early') {
        socket.destroy()
        return
      }
      socket.resume().on('end', () => socket.end())
      socket.write(ending)
      if (ending === 'end') socket.end()
      if (ending === 'mine') socket.once('data', () => socket.resetAndDestroy())
      await closed(socket)
    }),
  )
  await until(() => openSockets() === before, 'sockets closed')
  assert.equal((await relay.counters()).get('f')?.open, 0)
})
