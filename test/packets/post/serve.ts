import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { createServer, type Server } from 'node:net'
import type { Serve } from '../orders.ts'

const open = new Map<string, (Server | UdpSocket)[]>()

/** A pod: TCP and UDP, each answered with its name and the address it saw. */
export async function serve({ pod, address, port }: Serve): Promise<void> {
  const say = (seen: string | undefined) => `${pod} ${seen}\n`
  const tcp = createServer({ allowHalfOpen: false }, (socket) => {
    // Clients cut as they like: that is theirs to report.
    socket.on('error', () => socket.destroy())
    const text = say(socket.remoteAddress)
    socket.on('data', () => socket.write(text))
    socket.write(text)
  })
  const udp = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', recvBufferSize: 1 << 20 })
  udp.on('message', (_, from) => udp.send(say(from.address), from.port, from.address, () => {}))
  await Promise.all([
    new Promise<void>((resolve, reject) => {
      tcp.once('error', reject)
      tcp.listen({ port, host: address, backlog: 4096 }, resolve)
    }),
    new Promise<void>((resolve, reject) => {
      udp.once('error', reject)
      udp.bind(port, address, resolve)
    }),
  ])
  open.set(pod, [...(open.get(pod) ?? []), tcp, udp])
}

/** The pod dies: its sockets are gone. */
export function silence(pod: string): void {
  for (const server of open.get(pod) ?? []) server.close()
  open.delete(pod)
}
