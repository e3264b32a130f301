import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { settle, VirtualClock } from '../../src/lib/clock.ts'
import type { RelayFrontend, RelayTarget } from '../../src/relay/frontend.ts'
import { LocalRelay, type LocalRelayOptions } from '../../src/relay/local-relay.ts'

async function bound(t: TestContext, address = '127.0.0.1', port = 0): Promise<Socket> {
  const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', recvBufferSize: 1 << 20 })
  t.after(() => {
    try {
      socket.close()
    } catch {
      // Closed by the test.
    }
  })
  socket.bind(port, address)
  await once(socket, 'listening')
  return socket
}

interface Echo extends RelayTarget {
  readonly socket: Socket
  readonly clients: Set<number>
}

/** Answers with its name in front. */
async function echo(t: TestContext, name: string, address?: string): Promise<Echo> {
  const socket = await bound(t, address)
  const clients = new Set<number>()
  socket.on('message', (datagram, { port, address }) => {
    clients.add(port)
    socket.send([name, datagram], port, address)
  })
  return { socket, clients, address: socket.address().address, port: socket.address().port }
}

async function freePort(t: TestContext, address?: string): Promise<number> {
  const socket = await bound(t, address)
  const { port } = socket.address()
  socket.close()
  return port
}

interface Bed {
  readonly relay: LocalRelay
  readonly clock: VirtualClock
  readonly frontend: RelayFrontend
  readonly change: (to: Partial<RelayFrontend>) => Promise<void>
  readonly counters: () => Promise<{ open: number; accepted: number; shed: number; failedDials: number }>
}

type Options = LocalRelayOptions & { readonly clock?: VirtualClock }

async function bed(t: TestContext, given: Partial<RelayFrontend>, options?: Options): Promise<Bed> {
  const clock = options?.clock ?? new VirtualClock()
  const relay = new LocalRelay({ clock, ...options })
  t.after(() => Promise.all([relay.drain(0), clock.advance(0)]))
  const address = given.address ?? '127.0.0.1'
  const port = await freePort(t, address)
  const frontend: RelayFrontend = { id: 'f', protocol: 'UDP', address, port, routes: [], ...given }
  assert.deepEqual(await relay.serve([frontend]), [])
  return {
    relay,
    clock,
    frontend,
    async change(to) {
      assert.deepEqual(await relay.change([{ ...frontend, ...to }], []), [])
    },
    async counters() {
      const { open, accepted, shed, failedDials } = (await relay.counters()).get('f')!
      return { open, accepted, shed, failedDials }
    },
  }
}

async function ask(client: Socket, { address, port }: RelayFrontend, text: string | Buffer): Promise<string> {
  client.send(text, port, address)
  const [answer, from] = (await once(client, 'message')) as [Buffer, { address: string; port: number }]
  assert.deepEqual([from.address, from.port], [address, port], 'answered from where it was sent to')
  return answer.toString()
}

/** Until loopback has delivered what was sent, and what is answered to it. */
const delivered = (): Promise<void> => settle(10)

const to = (...targets: readonly RelayTarget[]) => [
  {
    targets: targets.map(({ address, port, weight }) => ({
      address,
      port,
      ...(weight === 0 ? { weight } : {}),
    })),
  },
]

for (const address of ['127.0.0.1', '127.0.0.2', '::1'])
  test(`udp: a client keeps its flow, another has its own (${address})`, async (t) => {
    const target = await echo(t, 'a:', address)
    const { frontend, counters } = await bed(t, { address, routes: to(target) })
    const [one, other] = [await bound(t, address), await bound(t, address)]
    assert.equal(await ask(one, frontend, '1'), 'a:1')
    assert.equal(await ask(one, frontend, '2'), 'a:2')
    assert.equal(await ask(other, frontend, '3'), 'a:3')
    assert.equal(target.clients.size, 2)
    assert.deepEqual(await counters(), { open: 2, accepted: 2, shed: 0, failedDials: 0 })
  })

for (const bytes of [0, 1, 65_507 - 1])
  test(`udp: a datagram of ${bytes} bytes arrives whole`, async (t) => {
    const { frontend } = await bed(t, { routes: to(await echo(t, 'a')) })
    assert.equal((await ask(await bound(t), frontend, Buffer.alloc(bytes, 'x'))).length, bytes + 1)
  })

test('udp: an idle flow ends, one that carries stays', async (t) => {
  const { frontend, clock, counters } = await bed(t, { routes: to(await echo(t, '')) })
  const [idle, busy] = [await bound(t), await bound(t)]
  await ask(idle, frontend, 'x')
  for (let second = 0; second < 70; second += 10) {
    await ask(busy, frontend, 'x')
    await clock.advance(10_000)
  }
  assert.deepEqual(await counters(), { open: 1, accepted: 2, shed: 0, failedDials: 0 })
  await clock.advance(70_000)
  assert.equal((await counters()).open, 0)
  assert.equal(clock.nextAt, undefined, 'nothing is swept where nothing is')
})

test('udp: the flows of a target that goes end at once, those of the others live on', async (t) => {
  const [a, b] = [await echo(t, 'a'), await echo(t, 'b')]
  const { frontend, change, counters } = await bed(t, { routes: to(a, b), scheduler: 'round-robin' })
  const [first, second] = [await bound(t), await bound(t)]
  const names = [await ask(first, frontend, ''), await ask(second, frontend, '')]
  assert.deepEqual(names.toSorted(), ['a', 'b'])
  const leaving = names[0] === 'a' ? a : b
  const staying = names[0] === 'a' ? b : a
  await change({ routes: to(staying), idleTimeoutMs: 1000 })
  assert.equal((await counters()).open, 1)
  assert.equal(await ask(second, frontend, ''), names[1])
  assert.equal(await ask(first, frontend, ''), names[1])
  assert.equal(staying.clients.size, 2)
  assert.equal(leaving.clients.size, 1)
})

test('udp: a target of weight 0 keeps its flows and takes no new ones', async (t) => {
  const [a, b] = [await echo(t, 'a'), await echo(t, 'b')]
  const { frontend, change } = await bed(t, { routes: to(a) })
  const client = await bound(t)
  await ask(client, frontend, '')
  await change({ routes: to({ ...a, weight: 0 }, b) })
  assert.equal(await ask(client, frontend, ''), 'a')
  assert.equal(await ask(await bound(t), frontend, ''), 'b')
})

test('udp: after a refusal the next datagram is tried elsewhere', async (t) => {
  const dead = { address: '127.0.0.1', port: await freePort(t) }
  const { frontend, counters } = await bed(t, {
    routes: to(dead, await echo(t, 'a')),
    scheduler: 'round-robin',
  })
  const clients = [await bound(t), await bound(t)]
  for (const client of clients) client.send('lost', frontend.port, frontend.address)
  await delivered()
  for (const client of clients)
    for (const text of ['1', '2']) assert.match(await ask(client, frontend, text), /a/)
  assert.equal((await counters()).failedDials, 1)
})

test('udp: when all have refused all are tried again', async (t) => {
  const port = await freePort(t)
  const { frontend, counters } = await bed(t, { routes: to({ address: '127.0.0.1', port }) })
  const client = await bound(t)
  client.send('lost', frontend.port, frontend.address)
  await delivered()
  assert.deepEqual(await counters(), { open: 0, accepted: 1, shed: 0, failedDials: 1 })
  const back = await bound(t, '127.0.0.1', port)
  back.on('message', (datagram, { port, address }) => back.send(datagram, port, address))
  assert.equal(await ask(client, frontend, 'again'), 'again')
})

test('udp: over a limit datagrams are shed and counted', async (t) => {
  const { frontend, counters } = await bed(t, { routes: to(await echo(t, '')), maxConnections: 1 })
  const [first, second] = [await bound(t), await bound(t)]
  await ask(first, frontend, '1')
  second.send('2', frontend.port, frontend.address)
  await delivered()
  await ask(first, frontend, '3')
  assert.deepEqual(await counters(), { open: 1, accepted: 1, shed: 1, failedDials: 0 })
})

test('udp: all frontends together have one limit, and a flow that ends leaves room', async (t) => {
  const target = await echo(t, '')
  const { relay, frontend, change, counters } = await bed(t, { routes: to(target) }, { maxOpen: 1 })
  await ask(await bound(t), frontend, '1')
  const other = await bound(t)
  other.send('2', frontend.port, frontend.address)
  await delivered()
  assert.equal((await counters()).shed, 1)
  await change({ routes: [] })
  await change({ routes: to(target) })
  assert.equal(await ask(other, frontend, '3'), '3')
  await relay.serve([])
  assert.equal((await relay.counters()).size, 0)
})

test('udp: a client outside of the ranges is dropped, also one that had a flow', async (t) => {
  const target = await echo(t, '')
  const { frontend, change, counters } = await bed(t, { routes: to(target) })
  const client = await bound(t)
  await ask(client, frontend, '1')
  await change({ routes: [{ sources: ['192.0.2.0/24'], targets: [target] }] })
  client.send('2', frontend.port, frontend.address)
  await delivered()
  assert.deepEqual(await counters(), { open: 0, accepted: 1, shed: 1, failedDials: 0 })
})

test('udp: an address keeps its target over its flows', async (t) => {
  const targets = await Promise.all(['a', 'b', 'c', 'd'].map((name) => echo(t, name)))
  const { frontend } = await bed(t, { routes: to(...targets), affinitySeconds: 60 })
  const answers = new Set<string>()
  for (let at = 0; at < 10; at++) answers.add(await ask(await bound(t), frontend, ''))
  assert.equal(answers.size, 1)
})

test('udp: a port that another program holds is told, and served once it is free', async (t) => {
  const target = await echo(t, '')
  const other = await bound(t)
  const relay = new LocalRelay()
  t.after(() => relay.drain(0))
  const { port } = other.address()
  const frontend: RelayFrontend = { id: 'f', protocol: 'UDP', address: '127.0.0.1', port, routes: to(target) }
  const [failure] = await relay.serve([frontend])
  assert.equal(failure?.reason, 'in-use')
  other.close()
  assert.deepEqual(await relay.serve([frontend]), [])
  assert.equal(await ask(await bound(t), frontend, 'x'), 'x')
})

test('udp: removed, the flows end and the port is free', async (t) => {
  const { relay, frontend } = await bed(t, { routes: to(await echo(t, '')) })
  await ask(await bound(t), frontend, 'x')
  await relay.serve([])
  await bound(t, frontend.address, frontend.port)
})

for (const sharePorts of [false, true])
  test(`udp: draining, flows go on and nothing new is taken (ports ${sharePorts ? '' : 'not '}shared)`, async (t) => {
    const clock = new VirtualClock()
    const { relay, frontend } = await bed(t, { routes: to(await echo(t, 'old:')) }, { clock, sharePorts })
    const [known, unknown] = [await bound(t), await bound(t)]
    await ask(known, frontend, '1')
    const drained = relay.drain(3_600_000)
    await settle()
    if (sharePorts) {
      const successor = new LocalRelay({ sharePorts })
      t.after(() => successor.drain(0))
      assert.deepEqual(await successor.serve([{ ...frontend, routes: to(await echo(t, 'new:')) }]), [])
      assert.equal(await ask(unknown, frontend, '2'), 'new:2')
    } else unknown.send('2', frontend.port, frontend.address)
    assert.equal(await ask(known, frontend, '3'), 'old:3')
    await clock.advance(70_000)
    await drained
  })
