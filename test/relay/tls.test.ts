import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { VirtualClock } from '../../src/lib/clock.ts'
import { all, client, closed, echo, named, openSockets, relayOf, target, until } from './bed.ts'
import { selfSigned } from './certificate.ts'

const one = selfSigned('one.test')
const two = selfSigned('two.test')

async function secure(t: TestContext, port: number, more: ConnectionOptions = {}): Promise<TLSSocket> {
  const options = { port, host: '127.0.0.1', rejectUnauthorized: false, allowHalfOpen: true, ...more }
  // Whoever awaits something is told of an error; when the test is over nobody does.
  const socket = connect(options as ConnectionOptions).on('error', () => {})
  t.after(() => socket.destroy())
  await once(socket, 'secureConnect')
  return socket
}

const nameOf = (socket: TLSSocket): unknown => socket.getPeerCertificate().subject.CN

test('tls: ended here, half-close kept', async (t) => {
  const { port } = await relayOf(t, { tls: one, routes: [{ targets: [await echo(t)] }] })
  const socket = await secure(t, port)
  assert.equal(nameOf(socket), 'one.test')
  socket.end('hello')
  assert.equal(await all(socket), 'hello')
})

test('tls: the target may end first', async (t) => {
  let got = Promise.resolve('')
  const listener = await target(t, (socket) => {
    socket.end('first')
    got = all(socket)
  })
  const { port } = await relayOf(t, { tls: one, routes: [{ targets: [listener] }] })
  const socket = await secure(t, port)
  assert.equal(await all(socket), 'first')
  socket.end('later')
  await once(socket, 'close')
  assert.equal(await got, 'later')
})

test('tls: megabytes arrive whole', async (t) => {
  const bytes = randomBytes(3 * 2 ** 20)
  const { port } = await relayOf(t, { tls: one, routes: [{ targets: [await echo(t)] }] })
  const socket = await secure(t, port)
  socket.end(bytes)
  const hash = createHash('sha256')
  for await (const chunk of socket) hash.update(chunk as Buffer)
  assert.equal(hash.digest('hex'), createHash('sha256').update(bytes).digest('hex'))
})

test('tls: a reset of the target resets the client', async (t) => {
  const listener = await target(t, (socket) => void socket.once('data', () => socket.resetAndDestroy()))
  const { port } = await relayOf(t, { tls: one, routes: [{ targets: [listener] }] })
  const socket = await secure(t, port)
  socket.write('x')
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
  assert.equal(error.code, 'ECONNRESET')
})

test('tls: a client that breaks off resets the target', async (t) => {
  const failed = Promise.withResolvers<string | undefined>()
  const listener = await target(t, (socket) => {
    socket.on('error', (error: NodeJS.ErrnoException) => failed.resolve(error.code))
    socket.on('end', () => failed.resolve('ended'))
    socket.write('hello')
    socket.resume()
  })
  const { port } = await relayOf(t, { tls: one, routes: [{ targets: [listener] }] })
  const raw = client(t, port)
  const socket = connect({ socket: raw, rejectUnauthorized: false })
  await once(socket, 'data')
  raw.resetAndDestroy()
  assert.equal(await failed.promise, 'ECONNRESET')
})

test('tls: new certificates serve new connections; those there are go on', async (t) => {
  const { relay, port, frontend } = await relayOf(t, { tls: one, routes: [{ targets: [await echo(t)] }] })
  const before = await secure(t, port)
  assert.deepEqual(await relay.serve([{ ...frontend, tls: two }]), [])
  assert.equal(nameOf(await secure(t, port)), 'two.test')
  before.write('still')
  assert.equal(String(await once(before, 'data')), 'still')
})

test('tls: what cannot be used is told, and the frontend goes on with what it had', async (t) => {
  const { relay, port, frontend } = await relayOf(t, {
    tls: one,
    routes: [{ targets: [await named(t, 'a')] }],
  })
  const bad = [
    { tls: { certificate: 'no', key: one.key }, is: /tls\.certificate.*BEGIN CERTIFICATE/ },
    { tls: { certificate: one.certificate, key: '' }, is: /tls\.key.*BEGIN PRIVATE KEY/ },
    { tls: { certificate: one.certificate, key: two.key }, is: /cannot be used together/ },
  ]
  for (const { tls, is } of bad) {
    const [failure] = await relay.serve([{ ...frontend, tls }])
    assert.equal(failure?.reason, 'invalid')
    assert.match(failure?.message ?? '', is)
  }
  assert.equal(nameOf(await secure(t, port)), 'one.test')
})

test('tls: protocols are agreed on, and old versions refused', async (t) => {
  const tls = { ...one, alpn: ['h2', 'http/1.1'], minVersion: 'TLSv1.3' } as const
  const { port } = await relayOf(t, { tls, routes: [{ targets: [await echo(t)] }] })
  assert.equal((await secure(t, port, { ALPNProtocols: ['http/1.1', 'h2'] })).alpnProtocol, 'h2')
  assert.equal((await secure(t, port)).getProtocol(), 'TLSv1.3')
  await assert.rejects(secure(t, port, { maxVersion: 'TLSv1.2' }), { code: /PROTOCOL_VERSION/ })
})

test('tls: who is slow with the handshake, or speaks no TLS, is shed and reaches no target', async (t) => {
  const clock = new VirtualClock()
  let reached = 0
  const listener = await target(t, () => reached++)
  const { relay, port } = await relayOf(t, { tls: one, routes: [{ targets: [listener] }] }, { clock })
  const before = openSockets()
  const silent = client(t, port).on('error', () => {})
  const gone = closed(silent.resume())
  const plain = client(t, port).on('error', () => {})
  plain.resume().on('end', () => plain.end())
  plain.write('GET / HTTP/1.1\r\n\r\n')
  await closed(plain)
  const counters = async () => (await relay.counters()).get('f')
  await until(() => clock.nextAt !== undefined, 'a limit is set')
  await clock.advance(10_000)
  await gone
  assert.deepEqual([(await counters())?.open, (await counters())?.shed, reached], [0, 1, 0])
  await until(() => openSockets() === before, 'sockets closed')
})
