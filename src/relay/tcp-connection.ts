import { connect, type Socket } from 'node:net'
import type { Clock } from '../lib/clock.ts'
import type { Balancer, Target } from './balancer.ts'
import { plainAddress } from './client-address.ts'
import type { Asked } from './scheduler.ts'
import { pump } from './tcp-pump.ts'

/** What connections of one frontend share. */
export interface Trunk {
  readonly clock: Clock
  readonly balancer: Balancer
  readonly connectTimeoutMs: number
  shed: number
  failedDials: number
  bytesIn: number
  bytesOut: number
}

/** Codes that blame this process, not the target: another target would meet the same. */
const ours = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'])

/** A client from its arrival, unread, until both sides are closed. */
export class TcpConnection {
  readonly #client: Socket
  readonly #trunk: Trunk
  readonly #closed: (connection: TcpConnection) => void
  #dialled: Socket | undefined
  #target: Target | undefined
  #failed: Set<Target> | undefined
  #moved = true
  #idleSince = 0

  constructor(client: Socket, trunk: Trunk, closed: (connection: TcpConnection) => void) {
    this.#client = client
    this.#trunk = trunk
    this.#closed = closed
    client.on('error', () => {})
    client.on('close', () => this.#leave())
  }

  start(): void {
    this.#dial({ client: plainAddress(this.#client.remoteAddress ?? ''), destination: '' })
  }

  /** Ends both sides, now. */
  reset(): void {
    this.#client.resetAndDestroy()
    this.#dialled?.resetAndDestroy()
  }

  /** True once nothing has moved for so long. */
  isIdle(now: number, idleMs: number): boolean {
    if (this.#moved) {
      this.#moved = false
      this.#idleSince = now
    }
    return now - this.#idleSince >= idleMs
  }

  #dial(asked: Asked): void {
    const { balancer, clock, connectTimeoutMs } = this.#trunk
    const target = balancer.choose(asked, this.#failed)
    if (target === undefined) {
      this.#trunk.shed++
      this.reset()
      return
    }
    this.#target = target
    const socket = connect({
      host: target.address,
      port: target.port,
      allowHalfOpen: true,
      noDelay: true,
      autoSelectFamily: false,
    })
    this.#dialled = socket
    const cancel = clock.after(connectTimeoutMs, () => socket.destroy(new Error('no answer in time')))
    const failed = (error: Error) => {
      cancel()
      balancer.release(target)
      this.#target = undefined
      if (this.#client.destroyed) return
      if (ours.has((error as { code?: string }).code ?? '')) {
        this.#trunk.shed++
        this.reset()
        return
      }
      this.#trunk.failedDials++
      this.#failed = (this.#failed ?? new Set()).add(target)
      this.#dial(asked)
    }
    socket.on('error', failed)
    socket.on('connect', () => {
      cancel()
      socket.off('error', failed)
      socket.on('error', () => {})
      this.#join(socket)
    })
  }

  #join(target: Socket): void {
    if (this.#client.destroyed) {
      target.resetAndDestroy()
      return
    }
    const trunk = this.#trunk
    pump(this.#client, target, {
      sent: (bytes) => {
        this.#moved = true
        trunk.bytesIn += bytes
      },
      received: (bytes) => {
        this.#moved = true
        trunk.bytesOut += bytes
      },
    })
    this.#client.resume()
  }

  #leave(): void {
    if (this.#target !== undefined) this.#trunk.balancer.release(this.#target)
    this.#target = undefined
    this.#closed(this)
  }
}
