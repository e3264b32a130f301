import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { connect } from 'node:tls'
import { VirtualClock } from '../../src/lib/clock.ts'
import { parseProxyHeader, proxyHeader, type Ends } from '../../src/relay/proxy-header.ts'
import type { RelayFrontend } from '../../src/relay/frontend.ts'
import { all, client, closed, echo, named, relayOf, talk, target, until } from './bed.ts'
import { selfSigned } from './certificate.ts'

const original: Ends = {
  source: { address: '192.0.2.7', port: 1234 },
  destination: { address: '198.51.100.9', port: 443 },
}

/** Keeps everything that connections say to it. */
async function listener(t: TestContext) {
  const said: Promise<string>[] = []
  const to = await target(t, (socket) => {
    said.push(all(socket.setEncoding('latin1')))
    socket.on('end', () => socket.end())
  })
  return { to, said }
}

const rows: readonly {
  name: string
  proxyProtocol: NonNullable<RelayFrontend['proxyProtocol']>
  header: string
  sent?: Ends | 'socket' | 'unknown'
}[] = [
  {
    name: 'version 1 is read',
    proxyProtocol: { accept: true },
    header: proxyHeader('v1', original).toString('latin1'),
  },
  {
    name: 'version 2 is read',
    proxyProtocol: { accept: true },
    header: proxyHeader('v2', original).toString('latin1'),
  },
  { name: 'version 1 is written', proxyProtocol: { send: 'v1' }, header: '', sent: 'socket' },
  { name: 'version 2 is written', proxyProtocol: { send: 'v2' }, header: '', sent: 'socket' },
  {
    name: 'version 1 is passed on as version 2',
    proxyProtocol: { accept: true, send: 'v2' },
    header: proxyHeader('v1', original).toString('latin1'),
    sent: original,
  },
  {
    name: 'version 2 is passed on as version 1',
    proxyProtocol: { accept: true, send: 'v1' },
    header: proxyHeader('v2', original).toString('latin1'),
    sent: original,
  },
  {
    name: 'a proxy that speaks for itself is the client',
    proxyProtocol: { accept: true, send: 'v1' },
    header: 'PROXY UNKNOWN\r\n',
    sent: 'socket',
  },
]

for (const { name, proxyProtocol, header, sent } of rows)
  test(`proxy protocol: ${name}`, async (t) => {
    const { to, said } = await listener(t)
    const { port } = await relayOf(t, { proxyProtocol, routes: [{ targets: [to] }] })
    const socket = client(t, port)
    await once(socket, 'connect')
    const localPort = socket.localPort ?? 0
    // In pieces, the last of which holds bytes of the client too.
    const bytes = Buffer.from(`${header}hello`, 'latin1')
    for (const cut of [0, 5, 14]) {
      socket.write(bytes.subarray(cut, cut === 0 ? 5 : cut === 5 ? 14 : undefined))
      await new Promise((resolve) => setImmediate(resolve))
    }
    socket.end()
    await all(socket)
    const got = Buffer.from((await said[0]) ?? '', 'latin1')
    if (sent === undefined) return assert.equal(String(got), 'hello')
    const parsed = parseProxyHeader(got)
    assert.ok(typeof parsed === 'object' && 'length' in parsed)
    const here = {
      source: { address: '127.0.0.1', port: localPort },
      destination: { address: '127.0.0.1', port },
    }
    assert.deepEqual(parsed.ends, sent === 'socket' ? here : sent)
    assert.equal(String(got.subarray(parsed.length)), 'hello')
    assert.equal(got[0] === 0x0d ? 'v2' : 'v1', proxyProtocol.send)
  })

for (const version of ['v1', 'v2'] as const)
  test(`proxy protocol: ${version} byte by byte, and one byte behind it`, async (t) => {
    const { to, said } = await listener(t)
    const { port } = await relayOf(t, { proxyProtocol: { accept: true }, routes: [{ targets: [to] }] })
    const socket = client(t, port).setNoDelay()
    await once(socket, 'connect')
    const header = proxyHeader(version, original)
    for (const byte of header.subarray(0, -1)) {
      socket.write(Buffer.of(byte))
      await new Promise((resolve) => setImmediate(resolve))
    }
    socket.end(Buffer.concat([header.subarray(-1), Buffer.from('x')]))
    await all(socket)
    assert.equal(await said[0], 'x')
  })

test('proxy protocol: a client that ends within its header is shed at once', async (t) => {
  const clock = new VirtualClock()
  const routes = [{ targets: [await named(t, 'never')] }]
  const { relay, port } = await relayOf(t, { proxyProtocol: { accept: true }, routes }, { clock })
  const socket = client(t, port)
  socket.resume().end('PROXY TCP4 192.0.2.7')
  await closed(socket)
  assert.equal((await relay.counters()).get('f')?.shed, 1)
})

test('proxy protocol: routes and affinity go by the client that the header names', async (t) => {
  const { port } = await relayOf(t, {
    proxyProtocol: { accept: true },
    routes: [
      { sources: ['192.0.2.0/24'], targets: [await named(t, 'named')] },
      { sources: ['127.0.0.0/8'], targets: [await named(t, 'socket')] },
    ],
  })
  assert.equal(await talk(port, String(proxyHeader('v1', original))), 'named')
  assert.equal(await talk(port, 'PROXY UNKNOWN\r\n'), 'socket')
})

test('proxy protocol: what is no header, or ends too soon, is shed', async (t) => {
  const { relay, port } = await relayOf(t, {
    proxyProtocol: { accept: true },
    routes: [{ targets: [await echo(t)] }],
  })
  await assert.rejects(talk(port, 'GET / HTTP/1.1\r\n\r\n'), { code: 'ECONNRESET' })
  await assert.rejects(talk(port, 'PROXY TCP4 192.0'), { code: 'ECONNRESET' })
  assert.equal((await relay.counters()).get('f')?.shed, 2)
})

test('proxy protocol: who says nothing is shed in time', async (t) => {
  const clock = new VirtualClock()
  const { relay, port } = await relayOf(
    t,
    { proxyProtocol: { accept: true }, routes: [{ targets: [await echo(t)] }] },
    { clock },
  )
  const socket = client(t, port).on('error', () => {})
  const gone = closed(socket.resume())
  await until(() => clock.nextAt !== undefined, 'a limit is set')
  await clock.advance(10_000)
  await gone
  assert.equal((await relay.counters()).get('f')?.shed, 1)
})

test('proxy protocol: a header in front of TLS, in one packet with the handshake', async (t) => {
  const { to, said } = await listener(t)
  const { port } = await relayOf(t, {
    proxyProtocol: { accept: true, send: 'v1' },
    tls: selfSigned('one.test'),
    routes: [{ targets: [to] }],
  })
  const raw = client(t, port)
  raw.cork()
  raw.write(proxyHeader('v2', original))
  const socket = connect({ socket: raw, rejectUnauthorized: false })
  process.nextTick(() => raw.uncork())
  socket.end('hello')
  await all(socket)
  assert.equal(await said[0], `${String(proxyHeader('v1', original))}hello`)
})
