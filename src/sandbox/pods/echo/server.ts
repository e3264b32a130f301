import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { createServer, type Server, type Socket } from 'node:net'
import type { Clock } from '../../../lib/clock.ts'
import { reset } from '../../../relay/tcp-reset.ts'
import { LaunchFailure, portRefusal, type Place, type Workload, type WorkloadEnd } from '../workload.ts'
import { echoLine, type EchoIdentity } from './answer.ts'
import type { EchoHouse, EchoVisit } from './house.ts'

export interface EchoWish {
  readonly who: EchoIdentity
  readonly address: string
  readonly ports: readonly { readonly port: number; readonly protocol: 'TCP' | 'UDP' }[]
  readonly log: (line: string) => void
}

export interface EchoTools {
  readonly house: EchoHouse
  readonly clock: Clock
  readonly place: Place
  /** From SIGTERM until it takes no more connections: others learn meanwhile that it goes. */
  readonly lingerMs: number
}

const killed: WorkloadEnd = { exitCode: 137, signal: 9 }

/** An echo server of a pod: on TCP it speaks HTTP or echoes bytes, on UDP it echoes datagrams. */
export async function startEcho(wish: EchoWish, tools: EchoTools): Promise<Workload> {
  const echo = new Echo(wish, tools)
  try {
    await Promise.all(wish.ports.map(({ port, protocol }) => echo.listen(port, protocol)))
  } catch (error) {
    echo.kill()
    throw error
  }
  return echo
}

class Echo implements Workload {
  readonly ended: Promise<WorkloadEnd>
  readonly #wish: EchoWish
  readonly #tools: EchoTools
  readonly #listeners: (Server | UdpSocket)[] = []
  readonly #sockets = new Set<Socket>()
  #end: (end: WorkloadEnd) => void = () => {}
  #ending = false
  #closed = false

  constructor(wish: EchoWish, tools: EchoTools) {
    this.#wish = wish
    this.#tools = tools
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  listen(port: number, protocol: 'TCP' | 'UDP'): Promise<void> {
    const { address } = this.#wish
    const at = this.#tools.place(address, port)
    return new Promise((resolve, reject) => {
      const refuse = (error: Error) =>
        reject(new LaunchFailure('RunContainerError', portRefusal(error, address, port)))
      if (protocol === 'UDP') {
        const socket = this.#datagrams(port)
        this.#listeners.push(socket)
        socket.once('error', refuse)
        socket.bind({ ...at, exclusive: true }, () => {
          socket.off('error', refuse).on('error', () => {})
          resolve()
        })
        return
      }
      const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
        this.#take(socket, port),
      )
      this.#listeners.push(server)
      server.once('error', refuse)
      server.listen({ host: at.address, port: at.port, exclusive: true, backlog: 511 }, () => {
        server.off('error', refuse).on('error', () => {})
        resolve()
      })
    })
  }

  /** Connections go on until they fall idle; new ones are taken for a little while. */
  stop(): void {
    if (this.#ending) return
    this.#ending = true
    this.#tools.clock.after(this.#tools.lingerMs, () => {
      this.#close()
      for (const socket of this.#sockets) if (!this.#tools.house.isBusy(socket)) socket.end()
      this.#endWhenEmpty()
    })
  }

  kill(): void {
    this.#ending = true
    this.#close()
    for (const socket of this.#sockets) reset(socket)
    this.#end(killed)
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const listener of this.#listeners) {
      try {
        listener.close()
      } catch {
        // It never came to listen.
      }
    }
  }

  #endWhenEmpty(): void {
    if (this.#closed && this.#sockets.size === 0) this.#end({ exitCode: 0 })
  }

  #take(socket: Socket, port: number): void {
    this.#sockets.add(socket)
    socket.once('close', () => {
      this.#sockets.delete(socket)
      if (this.#ending) this.#endWhenEmpty()
    })
    this.#tools.house.welcome(socket, this.#visit(port))
  }

  #visit(port: number): EchoVisit {
    const { who, address, log } = this.#wish
    return { who, local: { address, port }, log, ending: () => this.#ending }
  }

  #datagrams(port: number): UdpSocket {
    const { who, address, log } = this.#wish
    const socket = createSocket('udp4')
    socket.on('message', (bytes, client) => {
      const line = echoLine(who, { client, local: { address, port } })
      log(line.trimEnd())
      socket.send(Buffer.concat([Buffer.from(line), bytes]), client.port, client.address)
    })
    return socket
  }
}
