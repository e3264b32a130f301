import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import type { RelayFrontend } from '../../src/relay/frontend.ts'
import { LocalRelay, type LocalRelayOptions } from '../../src/relay/local-relay.ts'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** Answers every byte; ends when told so. */
async function echo(t: TestContext): Promise<{ address: string; port: number }> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket.on('error', () => {}))
    socket.pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { address: '127.0.0.1', port: (server.address() as AddressInfo).port }
}

async function relayOf(
  t: TestContext,
  frontend: Partial<RelayFrontend>,
  options: LocalRelayOptions = {},
): Promise<{ relay: LocalRelay; port: number }> {
  const relay = new LocalRelay(options)
  t.after(() => relay.drain(0))
  const port = await freePort()
  const failures = await relay.serve([
    { id: 'f', protocol: 'TCP', address: '127.0.0.1', port, routes: [], ...frontend },
  ])
  assert.deepEqual(failures, [])
  return { relay, port }
}

async function talk(port: number, text: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.end(text)
  let got = ''
  for await (const chunk of socket) got += String(chunk)
  return got
}

test('tcp: half-close is kept: the answer comes after the client has ended', async (t) => {
  const { port } = await relayOf(t, { routes: [{ targets: [await echo(t)] }] })
  assert.equal(await talk(port, 'hello'), 'hello')
})

test('tcp: a dead target is passed over', async (t) => {
  const dead = { address: '127.0.0.1', port: await freePort() }
  const { relay, port } = await relayOf(t, {
    routes: [{ targets: [dead, await echo(t)] }],
    scheduler: 'round-robin',
  })
  for (const text of ['a', 'b', 'c']) assert.equal(await talk(port, text), text)
  const counters = (await relay.counters()).get('f')
  assert.equal(counters?.failedDials, 3)
})

test('tcp: without a target the connection is reset', async (t) => {
  const { port } = await relayOf(t, { routes: [{ targets: [] }] })
  await assert.rejects(talk(port, 'x'), { code: 'ECONNRESET' })
})
