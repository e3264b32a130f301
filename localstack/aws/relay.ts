/**
 * What stands behind the names in a status, on loopback: a port for each port of each load balancer. A new connection is
 * carried to a real server if it would be carried in the cloud at that moment, and reset if not.
 */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Cloud } from './cloud.ts'
import { whyUnreached } from './reaches.ts'

export interface Relay {
  /** The loopback port that stands for this one, whether there is such a load balancer or not. */
  resolve(hostname: string, port: number): Promise<number>
  /** Why connections were reset. */
  readonly refused: readonly string[]
  close(): Promise<void>
}

interface RelayOptions {
  /** Where the server behind all targets listens, on loopback. */
  readonly target: number
  /** The client's address as the cloud sees it. */
  readonly client: string
}

export function startRelay(cloud: Cloud, { target, client }: RelayOptions): Relay {
  const listening = new Map<string, Promise<Server>>()
  const sockets = new Set<Socket>()
  const refused: string[] = []
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('error', () => socket.destroy()).once('close', () => sockets.delete(socket))
  }
  const carry = (socket: Socket, hostname: string, port: number): void => {
    keep(socket)
    const why = whyUnreached(cloud.world, hostname, port, client)
    if (why !== undefined) {
      refused.push(why)
      socket.resetAndDestroy()
      return
    }
    const onward = keep(connect({ port: target, host: '127.0.0.1', allowHalfOpen: true }))
    socket.pipe(onward).pipe(socket)
    socket.once('close', () => onward.destroy())
    onward.once('close', () => socket.destroy())
  }
  const listen = async (hostname: string, port: number): Promise<Server> => {
    const server = createServer({ allowHalfOpen: true }, (socket) => carry(socket, hostname, port)).listen(
      0,
      '127.0.0.1',
    )
    await once(server, 'listening')
    return server
  }
  return {
    refused,
    async resolve(hostname, port) {
      const key = `${hostname}:${port}`
      const server = listening.get(key) ?? listen(hostname, port)
      listening.set(key, server)
      return ((await server).address() as AddressInfo).port
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      for (const server of listening.values()) (await server).close()
    },
  }
}
