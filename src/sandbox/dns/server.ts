import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { reply } from './message.ts'
import type { Names } from './names.ts'

export interface DnsPlace {
  readonly address: string
  readonly port: number
}

export interface DnsServer extends DnsPlace {
  close(): Promise<void>
}

/** A client that asks over TCP and says no more is sent away. */
const idleMs = 10_000
const mostClients = 256

/**
 * Answers at an address and port, over UDP and TCP. Rejects with the system's error when it cannot be had. `refresh`, which
 * never rejects, is awaited before each answer.
 */
export async function serveDns(
  at: DnsPlace,
  names: Names,
  refresh?: () => Promise<void>,
): Promise<DnsServer> {
  const answered = async (message: Buffer, via: 'udp' | 'tcp') => {
    await refresh?.()
    return reply(message, via, names)
  }
  let open = true
  const clients = new Set<Socket>()
  const tcp = createServer((client) => {
    clients.add(client)
    client.once('close', () => clients.delete(client))
    answerStream(client, (message) => answered(message, 'tcp'))
  })
  tcp.maxConnections = mostClients
  await bindTcp(tcp, at)
  const { port } = tcp.address() as { port: number }
  const udp = createSocket('udp4')
  udp.on('message', (message, { address, port: from }) => {
    void answered(message, 'udp').then((told) => {
      if (told !== undefined && open) udp.send(told, from, address)
    })
  })
  try {
    await bindUdp(udp, { address: at.address, port })
  } catch (error) {
    udp.close()
    tcp.close()
    throw error
  }
  // What a single client fails at is that client's matter.
  for (const server of [tcp, udp]) server.on('error', () => {})
  return {
    address: at.address,
    port,
    async close() {
      open = false
      const closed = Promise.all([once(tcp, 'close'), once(udp, 'close')])
      udp.close()
      tcp.close()
      for (const client of clients) client.destroy()
      await closed
    },
  }
}

/** Each message comes with its length before it, and so does each answer. */
function answerStream(client: Socket, answered: (message: Buffer) => Promise<Buffer | undefined>): void {
  const send = (told: Buffer | undefined): void => {
    if (told === undefined || client.destroyed) return void client.destroy()
    const length = Buffer.alloc(2)
    length.writeUInt16BE(told.length)
    if (!client.write(Buffer.concat([length, told]))) client.pause()
  }
  let had: Buffer = Buffer.alloc(0)
  client.setTimeout(idleMs, () => client.destroy())
  client.on('error', () => {})
  client.on('data', (chunk: Buffer) => {
    had = had.length === 0 ? chunk : Buffer.concat([had, chunk])
    while (had.length >= 2 && had.length >= 2 + had.readUInt16BE(0)) {
      const end = 2 + had.readUInt16BE(0)
      void answered(had.subarray(2, end)).then(send)
      had = had.subarray(end)
    }
  })
  client.on('drain', () => client.resume())
}

const bindTcp = (server: Server, { address, port }: DnsPlace): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port, exclusive: true }, () => {
      server.off('error', reject)
      resolve()
    })
  })

const bindUdp = (socket: UdpSocket, { address, port }: DnsPlace): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', reject)
      resolve()
    })
  })
