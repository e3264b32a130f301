import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { platform } from 'node:os'
import { test, type TestContext } from 'node:test'
import { sourceFault } from '../../src/relay/dial-source.ts'
import type { RelayFrontend, RelayTarget } from '../../src/relay/frontend.ts'
import { LocalRelay } from '../../src/relay/local-relay.ts'
import { runWorker } from '../../src/relay/worker.ts'
import type { Answer, Numbered } from '../../src/relay/worker-talk.ts'
import { silentLog, type Log } from '../../src/observe/log.ts'
import { freePort } from '../support/free-port.ts'
import { all, relayOf, target } from './bed.ts'

/** Elsewhere loopback is one address. */
const skip = platform() === 'linux' ? false : 'only Linux has all of 127.0.0.0/8'

/** Says whom it sees. */
const witness = (t: TestContext): Promise<RelayTarget> =>
  target(t, (socket) => void socket.end(`${socket.remoteAddress}`))

const seenFrom = (port: number, localAddress: string): Promise<string> =>
  all(connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: true }).end())

const rows: readonly {
  readonly name: string
  readonly dialFrom?: RelayFrontend['dialFrom']
  readonly seen: string
  readonly lost: number
}[] = [
  { name: 'by default the system chooses', seen: '127.0.0.1', lost: 0 },
  { name: 'the client itself', dialFrom: 'client', seen: '127.0.0.77', lost: 0 },
  { name: 'a named address', dialFrom: { address: '127.0.0.78' }, seen: '127.0.0.78', lost: 0 },
  {
    name: 'an address of another machine cannot be had: the system chooses',
    dialFrom: { address: '192.0.2.1' },
    seen: '127.0.0.1',
    lost: 2,
  },
  {
    name: 'nor one of another family',
    dialFrom: { address: '2001:db8::1' },
    seen: '127.0.0.1',
    lost: 2,
  },
]

function countingLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = []
  return { lines, log: { ...silentLog, warn: (message) => void lines.push(message) } }
}

for (const { name, dialFrom, seen, lost } of rows) {
  const more = dialFrom === undefined ? {} : { dialFrom }
  test(`tcp dials from: ${name}`, { skip }, async (t) => {
    const { log, lines } = countingLog()
    const { relay, port } = await relayOf(t, { routes: [{ targets: [await witness(t)] }], ...more }, { log })
    for (let n = 0; n < 2; n++) assert.equal(await seenFrom(port, '127.0.0.77'), seen)
    assert.equal((await relay.counters()).get('f')?.lostSources, lost)
    assert.equal(lines.length, Math.min(lost, 1))
  })

  test(`udp dials from: ${name}`, { skip }, async (t) => {
    const { log, lines } = countingLog()
    const server = createSocket('udp4', (_, { address, port }) => server.send(address, port, address))
    const client = createSocket('udp4')
    t.after(() => [server, client].map((socket) => socket.close()))
    server.bind(0, '127.0.0.1')
    await once(server, 'listening')
    const targets = [{ address: '127.0.0.1', port: server.address().port }]
    const { relay, port } = await relayOf(t, { protocol: 'UDP', routes: [{ targets }], ...more }, { log })
    client.bind(0, '127.0.0.77')
    await once(client, 'listening')
    client.send('hello', port, '127.0.0.1')
    const [answer] = (await once(client, 'message')) as [Buffer]
    assert.equal(String(answer), seen)
    assert.equal((await relay.counters()).get('f')?.lostSources, Math.min(lost, 1))
    assert.equal(lines.length, Math.min(lost, 1))
  })
}

test('a dial passes over ports that somebody listens at', { skip }, async (t) => {
  const taken = new Set<number>()
  const servers = Array.from({ length: 5 }, () => createServer())
  t.after(() => servers.map((server) => server.close()))
  const ports: number[] = []
  const listener = await target(t, (socket) => {
    ports.push(socket.remotePort ?? 0)
    socket.end()
  })
  const { relay, port } = await relayOf(t, { routes: [{ targets: [listener] }], dialFrom: 'client' })
  await seenFrom(port, '127.0.0.79')
  for (const [at, server] of servers.entries()) {
    server.listen((ports[0] ?? 0) + 1 + at, '127.0.0.79')
    await once(server, 'listening')
    taken.add((ports[0] ?? 0) + 1 + at)
  }
  await seenFrom(port, '127.0.0.79')
  assert.ok(!taken.has(ports[1] ?? 0) && (ports[1] ?? 0) !== ports[0], String(ports))
  assert.equal((await relay.counters()).get('f')?.lostSources, 0)
})

test('the target that cannot be reached counts as before', { skip }, async (t) => {
  const dead = { address: '127.0.0.1', port: await freePort() }
  const { relay, port } = await relayOf(t, { routes: [{ targets: [dead] }], dialFrom: 'client' })
  await assert.rejects(seenFrom(port, '127.0.0.80'))
  const { failedDials, lostSources } = (await relay.counters()).get('f') ?? {}
  assert.deepEqual({ failedDials, lostSources }, { failedDials: 1, lostSources: 0 })
})

test('a process of a shared relay dials so, too', { skip }, async (t) => {
  const relay = new LocalRelay({ sharePorts: true })
  t.after(() => relay.drain(0))
  const toWorker = Promise.withResolvers<(ask: Numbered) => void>()
  const answered = new Promise<Answer>((resolve) => {
    const wire = { send: resolve, onMessage: toWorker.resolve, onEnd: () => {} }
    void runWorker(wire, () => relay)
  })
  const tell = await toWorker.promise
  const ask = (what: Numbered) => tell(structuredClone(what))
  ask({ id: 0, ask: { do: 'start', maxOpen: undefined } })
  await answered
  const port = await freePort()
  const frontend: RelayFrontend = {
    id: 'f',
    protocol: 'TCP',
    address: '127.0.0.1',
    port,
    routes: [{ targets: [await witness(t)] }],
    dialFrom: 'client',
  }
  ask({ id: 1, ask: { do: 'change', put: [frontend], remove: [] } })
  const end = Date.now() + 30_000
  while ((await relay.counters()).size === 0 && Date.now() < end) await new Promise(setImmediate)
  assert.equal(await seenFrom(port, '127.0.0.81'), '127.0.0.81')
})

test('an address that is none is refused before anybody comes', async () => {
  const relay = new LocalRelay()
  for (const protocol of ['TCP', 'UDP'] as const) {
    const [failure] = await relay.serve([
      { id: 'f', protocol, address: '127.0.0.1', port: 1, routes: [], dialFrom: { address: 'node-1' } },
    ])
    assert.equal(failure?.reason, 'invalid')
    assert.match(failure?.message ?? '', /"node-1" is no IP address/)
  }
})

const faults: readonly (readonly [code: string, syscall: string, fault: ReturnType<typeof sourceFault>])[] = [
  ['EADDRINUSE', 'bind', 'port'],
  ['EADDRNOTAVAIL', 'connect', 'port'],
  ['EADDRNOTAVAIL', 'bind', 'address'],
  ['EINVAL', 'connect', 'address'],
  ['EINVAL', 'bind', 'address'],
  ['ECONNREFUSED', 'connect', 'none'],
  ['EMFILE', 'connect', 'none'],
]
for (const [code, syscall, fault] of faults)
  test(`${syscall} ${code} blames: ${fault}`, () =>
    assert.equal(sourceFault(Object.assign(new Error(code), { code, syscall })), fault))
