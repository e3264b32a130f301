import type { Socket } from 'node:dgram'
import { Balancer, type Target } from './balancer.ts'
import { plainAddress } from './client-address.ts'
import { checkDialFrom, dialSource, LostSources } from './dial-source.ts'
import { FlowTable } from './flow-table.ts'
import type { FrontendCounters, RelayFrontend, RelayPin } from './frontend.ts'
import { ListenRefused, refusedBind, type Listening, type RelayParts } from './listening.ts'
import { Flow, type FlowOwner } from './udp-flow.ts'
import { listenAt, type Place } from './udp-socket.ts'

const defaultIdleMs = 60_000

/** Bytes that may wait for the system to take them, per socket; more are dropped, as a full interface would. */
const mostWaiting = 4 * 1024 * 1024

/** Flows that outlive their frontend's socket; older kernels look through all of them for each datagram. */
const mostHeld = 4096

/**
 * A UDP frontend that is served. A client address and port has one target until it is idle, or the target goes or
 * refuses. Bound to an address, all replies come from it. Bound to all addresses (`0.0.0.0`, `::`), a reply comes from
 * the address that the machine would take for the way to the client: right on a machine with one address, and where
 * clients send to another one they must be given a frontend of its own.
 */
export async function listenUdp(frontend: RelayFrontend, parts: RelayParts): Promise<Listening> {
  const listening = new UdpListening(parts, frontend)
  await listening.update(frontend)
  return listening
}

class UdpListening implements Listening, FlowOwner {
  readonly #parts: RelayParts
  readonly #balancer: Balancer
  readonly #table: FlowTable
  #frontend: RelayFrontend
  #socket: Socket | undefined
  #closed = false
  readonly #waitingForEnd: (() => void)[] = []
  readonly #lostSources: LostSources
  readonly #count = { accepted: 0, shed: 0, failedDials: 0, bytesIn: 0, bytesOut: 0 }

  constructor(parts: RelayParts, frontend: RelayFrontend) {
    this.#parts = parts
    this.#frontend = frontend
    this.#lostSources = new LostSources(parts.log, frontend.id)
    this.#balancer = new Balancer(parts.clock, parts.random, parts.adopted(frontend.id))
    this.#table = new FlowTable(parts.clock, defaultIdleMs, (flow) => this.#end(flow))
  }

  async update(frontend: RelayFrontend): Promise<void> {
    const { address, port } = this.#frontend
    checkDialFrom(frontend)
    const stays = this.#socket !== undefined && frontend.address === address && frontend.port === port
    const socket = stays ? this.#socket : await this.#bind(frontend)
    const updated = this.#balancer.update(frontend)
    if (!updated.ok) {
      if (!stays) socket?.close()
      throw new ListenRefused('invalid', updated.error)
    }
    // A client would not know an answer from elsewhere as the answer to what it sent.
    if (!stays) this.#endAll(() => true)
    if (!stays) this.#socket?.close()
    this.#socket = socket
    this.#frontend = frontend
    this.#table.timeoutMs = frontend.idleTimeoutMs ?? defaultIdleMs
    this.#endAll(({ client, target }) => !this.#balancer.allows(plainAddress(client.address), target))
  }

  counters(): FrontendCounters {
    return { open: this.#table.flows.size, lostSources: this.#lostSources.count, ...this.#count }
  }

  pins(): readonly RelayPin[] {
    return this.#balancer.pins
  }

  hold(): void {
    const { address, port } = this.#frontend
    let held = 0
    for (const flow of this.#table.flows.values()) if (++held <= mostHeld) flow.holdOn({ address, port })
  }

  close(how?: 'quietly' | 'draining'): Promise<void> {
    this.#closed = true
    if (how !== 'draining') this.#endAll(() => true)
    else if (this.#parts.sharePorts) this.#leavePort()
    if (this.#table.flows.size === 0) this.#finish()
    return Promise.resolve()
  }

  drained(): Promise<void> {
    if (this.#closed && this.#table.flows.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.#waitingForEnd.push(resolve))
  }

  end(): void {
    this.#endAll(() => true)
  }

  heard(datagram: Buffer, client: Place): void {
    const key = `${client.address} ${client.port}`
    const flow = this.#table.flows.get(key)
    if (flow === undefined) this.#open(key, client, datagram)
    else this.#forward(flow, datagram)
  }

  reply(flow: Flow, datagram: Buffer): void {
    this.#table.touch(flow)
    const own = flow.own
    const socket = own ?? this.#socket
    if (socket === undefined) return
    if (socket.getSendQueueSize() > mostWaiting) {
      this.#count.shed++
      return
    }
    this.#count.bytesOut += datagram.length
    if (own !== undefined) own.send(datagram)
    else socket.send(datagram, flow.client.port, flow.client.address)
  }

  refused(flow: Flow, unsent: Buffer | undefined): void {
    this.#count.failedDials++
    this.#table.refuse(flow)
    this.#end(flow)
    if (unsent === undefined) return
    this.#count.bytesIn -= unsent.length
    this.#open(flow.key, flow.client, unsent)
  }

  #forward(flow: Flow, datagram: Buffer): void {
    this.#table.touch(flow)
    if (flow.waiting > mostWaiting) {
      this.#count.shed++
      return
    }
    this.#count.bytesIn += datagram.length
    flow.send(datagram)
  }

  #open(key: string, client: Place, datagram: Buffer): void {
    const full = this.#table.flows.size >= (this.#frontend.maxConnections ?? Infinity)
    if (this.#closed || full || !this.#parts.room.enter()) {
      this.#count.shed++
      return
    }
    const flow = this.#dial(key, client)
    if (flow === undefined) {
      this.#parts.room.leave()
      this.#count.shed++
      return
    }
    this.#count.accepted++
    this.#table.add(flow)
    this.#forward(flow, datagram)
  }

  /** The first target, of those that have not refused this client, that the system has a way to. */
  #dial(key: string, client: Place): Flow | undefined {
    const asked = { client: plainAddress(client.address), destination: this.#frontend.address }
    const failed = new Set<Target>()
    const source = dialSource(this.#frontend.dialFrom, asked)
    const refusing = this.#table.refusedBy(key) ?? new Set<Target>()
    for (;;) {
      let target = this.#balancer.choose(asked, new Set([...failed, ...refusing]))
      // All have refused: one may have come back.
      if (target === undefined && refusing.size > 0) target = this.#balancer.choose(asked, failed)
      if (target === undefined) return undefined
      const flow = Flow.open(key, client, target, this, source)
      if (flow !== undefined) return flow
      const elsewhere = source === undefined ? undefined : Flow.open(key, client, target, this)
      if (source !== undefined && elsewhere !== undefined) {
        this.#lostSources.note(source, target.key)
        return elsewhere
      }
      this.#balancer.release(target)
      this.#count.failedDials++
      failed.add(target)
    }
  }

  #bind(frontend: RelayFrontend): Promise<Socket> {
    return listenAt(frontend, this.#parts.sharePorts).then(
      (socket) => {
        socket.on('message', (datagram, from) => this.heard(datagram, from))
        socket.on('error', (error) =>
          this.#parts.log.warn('a UDP frontend could not receive', { id: frontend.id, error }),
        )
        return socket
      },
      (error: unknown) => {
        throw refusedBind(frontend, error)
      },
    )
  }

  /** Those who share the port get what is new, and each flow goes on at a socket that only its client reaches. */
  #leavePort(): void {
    this.hold()
    this.#endAll(({ own }) => own === undefined)
    this.#socket?.close()
    this.#socket = undefined
  }

  #endAll(which: (flow: Flow) => boolean): void {
    for (const flow of this.#table.flows.values()) if (which(flow)) this.#end(flow)
  }

  #end(flow: Flow): void {
    if (!this.#table.remove(flow)) return
    flow.end()
    this.#balancer.release(flow.target)
    this.#parts.room.leave()
    if (this.#closed && this.#table.flows.size === 0) this.#finish()
  }

  #finish(): void {
    this.#table.stop()
    this.#socket?.close()
    this.#socket = undefined
    for (const resolve of this.#waitingForEnd.splice(0)) resolve()
  }
}
