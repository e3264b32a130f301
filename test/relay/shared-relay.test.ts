import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { settle, VirtualClock } from '../../src/lib/clock.ts'
import type { RelayFrontend, RelayTarget } from '../../src/relay/frontend.ts'
import { LocalRelay } from '../../src/relay/local-relay.ts'
import { relayProcesses, SharedRelay } from '../../src/relay/shared-relay.ts'
import { forkWorker } from '../../src/relay/worker-process.ts'
import { runWorker } from '../../src/relay/worker.ts'
import type { Answer, Numbered, WorkerWire } from '../../src/relay/worker-talk.ts'
import { freePort } from '../support/free-port.ts'

const program = new URL('../../src/main.ts', import.meta.url).pathname

/** Says its name to whoever connects, and goes on. */
async function target(t: TestContext, name: string): Promise<RelayTarget> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    socket.write(name)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { address: '127.0.0.1', port: (server.address() as AddressInfo).port }
}

/** What the relay takes for a process. It ends as one does: its sockets go first, then others hear of it. */
class Worker implements WorkerWire {
  readonly relay: LocalRelay
  #toParent: (message: Answer) => void = () => {}
  #ended: () => void = () => {}
  #toWorker: (message: Numbered) => void = () => {}
  #isDead = false

  /** `random`: where its schedulers begin, another place in each, as chance would have it. */
  constructor(random: number) {
    this.relay = new LocalRelay({ sharePorts: true, random: () => random })
    void runWorker(
      {
        send: (message) => !this.#isDead && this.#toParent(structuredClone(message)),
        onMessage: (run) => (this.#toWorker = run),
        onEnd: () => {},
      },
      () => this.relay,
    )
  }

  send(message: Numbered): void {
    if (!this.#isDead) this.#toWorker(structuredClone(message))
  }

  onMessage(run: (message: Answer) => void): void {
    this.#toParent = run
  }

  onEnd(run: () => void): void {
    this.#ended = run
  }

  kill(): void {
    void this.die()
  }

  async die(): Promise<void> {
    if (this.#isDead) return
    this.#isDead = true
    await this.relay.drain(0)
    this.#ended()
  }
}

async function bed(t: TestContext, given: Partial<RelayFrontend> = {}) {
  const workers: Worker[] = []
  const clock = new VirtualClock()
  const relay = await SharedRelay.start({
    processes: 2,
    clock,
    spawn: () => {
      const worker = new Worker(workers.length % 2 === 0 ? 0 : 0.999)
      workers.push(worker)
      return worker
    },
  })
  t.after(() => relay.drain(0))
  const frontend: RelayFrontend = {
    id: 'f',
    protocol: 'TCP',
    address: '127.0.0.1',
    port: await freePort(),
    routes: [],
    ...given,
  }
  assert.deepEqual(await relay.serve([frontend]), [])
  return { relay, workers, clock, frontend }
}

async function dial(t: TestContext, port: number): Promise<{ name: string; socket: Socket }> {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  t.after(() => socket.destroy())
  const [name] = (await once(socket, 'data')) as [Buffer]
  return { name: name.toString(), socket }
}

const accepted = async (worker: Worker, id = 'f'): Promise<number> =>
  (await worker.relay.counters()).get(id)?.accepted ?? 0

const count = (names: readonly string[]): Record<string, number> =>
  names.reduce<Record<string, number>>((all, name) => ({ ...all, [name]: (all[name] ?? 0) + 1 }), {})

async function dialMany(t: TestContext, port: number, times: number): Promise<Record<string, number>> {
  const names: string[] = []
  for (let at = 0; at < times; at++) names.push((await dial(t, port)).name)
  return count(names)
}

test('shared: connections go to all processes, and are counted together', async (t) => {
  const { relay, workers, frontend } = await bed(t, { routes: [{ targets: [await target(t, 'a')] }] })
  assert.deepEqual(await dialMany(t, frontend.port, 30), { a: 30 })
  const each = await Promise.all(workers.map((worker) => accepted(worker)))
  assert.ok(
    each.every((some) => some > 0),
    `${each.join(' and ')} of 30`,
  )
  assert.equal((await relay.counters()).get('f')?.accepted, 30)
})

test('shared: a client address keeps its target whichever process the kernel chooses', async (t) => {
  const targets = await Promise.all(['a', 'b', 'c', 'd'].map((name) => target(t, name)))
  const { frontend } = await bed(t, {
    routes: [{ targets }],
    affinitySeconds: 60,
  })
  assert.deepEqual(Object.values(await dialMany(t, frontend.port, 20)), [20])
})

test('shared: clients with affinity are handed over to whichever process serves their frontend', async (t) => {
  const targets = await Promise.all(['a', 'b', 'c', 'd'].map((name) => target(t, name)))
  const { relay } = await bed(t)
  const frontends = await Promise.all(
    ['g', 'h', 'i', 'j'].map(async (id) => ({
      id,
      protocol: 'TCP' as const,
      address: '127.0.0.1',
      port: await freePort(),
      routes: [{ targets }],
      affinitySeconds: 60,
    })),
  )
  await relay.adopt(
    frontends.map(({ id }, n) => [id, [['127.0.0.1', `127.0.0.1 ${targets[n]?.port}`, 1000]]]),
  )
  assert.deepEqual(await relay.serve(frontends), [])
  const pins = await relay.pins()
  assert.deepEqual(pins.map(([id]) => id).toSorted(), ['g', 'h', 'i', 'j'])
  const names = await Promise.all(frontends.map(({ port }) => dial(t, port)))
  assert.deepEqual(
    names.map(({ name }) => name),
    ['a', 'b', 'c', 'd'],
  )
})

test('shared: what counts connections counts those of all clients', async (t) => {
  const targets = await Promise.all(['a', 'b'].map((name) => target(t, name)))
  const { relay, frontend } = await bed(t, { routes: [{ targets }], scheduler: 'least-connections' })
  assert.deepEqual(await dialMany(t, frontend.port, 20), { a: 10, b: 10 })
  assert.deepEqual(await relay.change([{ ...frontend, maxConnections: 20 }], []), [])
  await assert.rejects(dial(t, frontend.port), { code: 'ECONNRESET' })
})

test('shared: a frontend that comes to need one process leaves the others, and its connections stay', async (t) => {
  const { relay, workers, frontend } = await bed(t, { routes: [{ targets: [await target(t, 'a')] }] })
  const open = await Promise.all(Array.from({ length: 20 }, () => dial(t, frontend.port)))
  await relay.change([{ ...frontend, affinitySeconds: 5 }], [])
  const serving = await Promise.all(workers.map(async ({ relay }) => (await relay.counters()).size))
  assert.deepEqual(
    serving.toSorted((a, b) => a - b),
    [0, 1],
  )
  await settle()
  assert.ok(open.every(({ socket }) => !socket.destroyed && !socket.readableEnded))
})

test('shared: a process that dies takes only its own connections, and is started again', async (t) => {
  const targets = [await target(t, 'a')]
  const { relay, workers, clock, frontend } = await bed(t, { routes: [{ targets }] })
  const sole = { ...frontend, id: 'sole', port: await freePort(), affinitySeconds: 60 }
  assert.deepEqual(await relay.change([sole], []), [])
  const first = await dial(t, sole.port)
  const total = (await relay.counters()).get('sole')?.accepted
  const owner = (await accepted(workers[0]!, 'sole')) > 0 ? workers[0]! : workers[1]!
  const lost = new Promise((resolve) => first.socket.once('close', resolve))
  await owner.die()
  await lost
  await settle(10)
  assert.deepEqual(await dialMany(t, frontend.port, 5), { a: 5 }, 'the other one serves what all serve')
  assert.deepEqual(await dialMany(t, sole.port, 5), { a: 5 }, 'and what the dead one served alone')
  assert.equal((await relay.counters()).get('sole')?.accepted, total! + 5, 'nothing counted is forgotten')
  await clock.advance(100)
  await settle(10)
  assert.equal(workers.length, 3)
  await dialMany(t, frontend.port, 20)
  assert.ok((await accepted(workers[2]!)) > 0, 'the new process takes its part')
  assert.equal(await accepted(workers[2]!, 'sole'), 0, 'who serves alone goes on alone')
})

test('shared: UDP flows of a process live on when another one dies and comes back', async (t) => {
  const echo = createSocket('udp4').bind(0, '127.0.0.1')
  await once(echo, 'listening')
  t.after(() => echo.close())
  const seen = new Set<number>()
  echo.on('message', (datagram, { port, address }) => {
    seen.add(port)
    echo.send(datagram, port, address)
  })
  const { workers, clock, frontend } = await bed(t, {
    protocol: 'UDP',
    routes: [{ targets: [{ address: '127.0.0.1', port: echo.address().port }] }],
  })
  const clients = Array.from({ length: 10 }, () => createSocket('udp4'))
  t.after(() => clients.map((client) => client.close()))
  const askAll = async () => {
    for (const client of clients) {
      client.send('x', frontend.port, frontend.address)
      await once(client, 'message')
    }
  }
  await askAll()
  const idle = (await accepted(workers[0]!)) > 0 ? workers[1]! : workers[0]!
  await idle.die()
  await clock.advance(100)
  await settle(10)
  await askAll()
  assert.equal(seen.size, clients.length)
})

test('shared: while no process lives that is told, and made good when one does', async (t) => {
  const { relay, workers, clock, frontend } = await bed(t, { routes: [{ targets: [await target(t, 'a')] }] })
  await Promise.all(workers.map((worker) => worker.die()))
  const [failure] = await relay.change([{ ...frontend, affinitySeconds: 1 }], [])
  assert.equal(failure?.id, 'f')
  await clock.advance(100)
  await settle(10)
  assert.equal((await dial(t, frontend.port)).name, 'a')
})

test('shared: a port that another program holds is told once', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.after(() => other.close())
  const { relay, frontend } = await bed(t)
  const { port } = other.address() as AddressInfo
  const failures = await relay.serve([{ ...frontend, port }])
  assert.deepEqual(
    failures.map(({ id, reason }) => ({ id, reason })),
    [{ id: 'f', reason: 'in-use' }],
  )
  other.close()
  await once(other, 'close')
  assert.deepEqual(await relay.serve([{ ...frontend, port }]), [])
})

const cores = [
  { name: 'one core: one process', cores: 1, processes: 1 },
  { name: 'two cores: two', cores: 2, processes: 2 },
  { name: 'many cores: four', cores: 64, processes: 4 },
]
for (const row of cores)
  test(`shared: ${row.name}`, () => assert.equal(relayProcesses(row.cores), row.processes))

test('shared: with real processes, killed and drained', async (t) => {
  const wires: WorkerWire[] = []
  const relay = await SharedRelay.start({
    processes: 2,
    spawn: () => {
      const wire = forkWorker(program)
      wires.push(wire)
      return wire
    },
  })
  t.after(() => relay.drain(0))
  const port = await freePort()
  const targets = [await target(t, 'a')]
  const frontend: RelayFrontend = {
    id: 'f',
    protocol: 'TCP',
    address: '127.0.0.1',
    port,
    routes: [{ targets }],
  }
  assert.deepEqual(await relay.serve([frontend]), [])
  assert.deepEqual(await dialMany(t, port, 10), { a: 10 })
  const ended = new Promise<void>((resolve) => wires[0]!.onEnd(resolve))
  wires[0]!.kill()
  await ended
  assert.deepEqual(await dialMany(t, port, 5), { a: 5 })
  await relay.drain(0)
  await assert.rejects(dial(t, port), { code: 'ECONNREFUSED' })
})
