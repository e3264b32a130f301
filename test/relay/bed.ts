import { deepEqual } from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import type { RelayFrontend, RelayTarget } from '../../src/relay/frontend.ts'
import { LocalRelay, type LocalRelayOptions } from '../../src/relay/local-relay.ts'
import { freePort } from '../support/free-port.ts'

export async function listening(server: Server, host = '127.0.0.1'): Promise<number> {
  server.listen(0, host)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** A target whose connections `serve` is given. */
export async function target(t: TestContext, serve: (socket: Socket) => void): Promise<RelayTarget> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket.on('error', () => {}))
    serve(socket)
  })
  const port = await listening(server)
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { address: '127.0.0.1', port }
}

/** Answers every byte, and ends when the client has ended. */
export const echo = (t: TestContext): Promise<RelayTarget> => target(t, (socket) => void socket.pipe(socket))

/** Also of one that fails. */
export const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.on('error', () => {}).once('close', () => resolve()))

/** Says its name, and ends. */
export const named = (t: TestContext, name: string): Promise<RelayTarget> =>
  target(t, (socket) => void socket.end(name))

export const deadTarget = async (): Promise<RelayTarget> => ({ address: '127.0.0.1', port: await freePort() })

export const frontendOn = (port: number, more: Partial<RelayFrontend> = {}): RelayFrontend => ({
  id: 'f',
  protocol: 'TCP',
  address: '127.0.0.1',
  port,
  routes: [],
  ...more,
})

export async function relayOf(
  t: TestContext,
  more: Partial<RelayFrontend>,
  options: LocalRelayOptions = {},
): Promise<{ relay: LocalRelay; port: number; frontend: RelayFrontend }> {
  const relay = new LocalRelay(options)
  t.after(() => relay.drain(0))
  const port = await freePort()
  const frontend = frontendOn(port, more)
  deepEqual(await relay.serve([frontend]), [])
  return { relay, port, frontend }
}

/** A client that ends neither side by itself. Who reads it is told of an error; when the test is over nobody is. */
export function client(t: TestContext, port: number): Socket {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {})
  t.after(() => socket.destroy())
  return socket
}

/** What is read until the other side ends. The socket stays, for what is still to be written. */
export const chunksOf = (socket: Socket): AsyncIterable<Buffer> => socket.iterator({ destroyOnReturn: false })

export async function all(socket: Socket): Promise<string> {
  let got = ''
  for await (const chunk of chunksOf(socket)) got += String(chunk)
  return got
}

/** Sends, ends, and answers everything that comes back. */
export function talk(port: number, text = ''): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.end(text)
  return all(socket)
}

/** Looks again, each turn of the loop, until it is so. */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 30_000
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`not in time: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

/** Sockets that this process has open; undefined where the system does not tell. */
export function openSockets(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return undefined
  }
}
