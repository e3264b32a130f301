import type { Socket } from 'node:dgram'
import type { Target } from './balancer.ts'
import { connectTo, holdOn, type Place } from './udp-socket.ts'

/** What a flow tells its frontend. */
export interface FlowOwner {
  /** From the target. */
  reply(flow: Flow, datagram: Buffer): void
  /** From the client, past the frontend's own socket. */
  heard(datagram: Buffer, client: Place): void
  /** Nobody listens at the target. What could not be sent is told, if it is known. */
  refused(flow: Flow, unsent: Buffer | undefined): void
}

/** These are about one datagram. */
const oneDatagram: ReadonlySet<string> = new Set(['EMSGSIZE', 'EAGAIN', 'ENOBUFS', 'EINVAL'])

/** What one client address and port has with one target. */
export class Flow {
  readonly key: string
  readonly client: Place
  readonly target: Target
  /** The turn of the sweep in which it carried something last. */
  turn = 0
  readonly #owner: FlowOwner
  readonly #socket: Socket
  readonly #sent: (error: Error | null) => void
  #last: Buffer | undefined
  /** Stands in for the frontend's socket once that has been left to others. */
  #own: Socket | undefined
  #over = false

  /** Undefined: the system has no way to the target, or not from this address. */
  static open(key: string, client: Place, target: Target, owner: FlowOwner, from?: string): Flow | undefined {
    const socket = connectTo(target, from)
    return socket === undefined ? undefined : new Flow(key, client, target, owner, socket)
  }

  private constructor(key: string, client: Place, target: Target, owner: FlowOwner, socket: Socket) {
    this.key = key
    this.client = client
    this.target = target
    this.#owner = owner
    this.#socket = socket
    // Called before the next datagram is looked at: `#last` is the one it is about.
    this.#sent = (error) => {
      const unsent = this.#last
      this.#last = undefined
      if (error !== null) this.#failed(error, unsent)
    }
    socket.on('message', (datagram) => owner.reply(this, datagram))
    socket.on('error', (error) => this.#failed(error, undefined))
  }

  /** Bytes that wait in this process because the system takes no more. */
  get waiting(): number {
    return this.#socket.getSendQueueSize()
  }

  /** The socket that answers the client, if it is not the frontend's. */
  get own(): Socket | undefined {
    return this.#own
  }

  send(datagram: Buffer): void {
    this.#last = datagram
    this.#socket.send(datagram, this.#sent)
  }

  /** Goes on at the frontend's place without the frontend's socket, unless the system refuses. */
  holdOn(place: Place): void {
    if (this.#own !== undefined) return
    const own = holdOn(place, this.client)
    if (own === undefined) return
    this.#own = own
    own.on('message', (datagram, from) => this.#owner.heard(datagram, from))
    // The client has closed its port; it may open it again, and if not, the flow is idle soon.
    own.on('error', () => {})
  }

  end(): void {
    if (this.#over) return
    this.#over = true
    this.#socket.close()
    this.#own?.close()
  }

  #failed(error: Error, unsent: Buffer | undefined): void {
    if (this.#over || oneDatagram.has((error as NodeJS.ErrnoException).code ?? '')) return
    this.#owner.refused(this, unsent)
  }
}
