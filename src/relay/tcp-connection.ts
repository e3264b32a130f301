import type { Socket } from 'node:net'
import type { Clock } from '../lib/clock.ts'
import type { Balancer, Target } from './balancer.ts'
import { plainAddress } from './client-address.ts'
import { dialSource, mostPortsTried, nextSourcePort, sourceFault, type LostSources } from './dial-source.ts'
import type { RelayFrontend } from './frontend.ts'
import { proxyHeader, type Ends } from './proxy-header.ts'
import { dial } from './tcp-dial.ts'
import { readProxyHeader } from './tcp-greeting.ts'
import { Intake } from './tcp-intake.ts'
import { pump } from './tcp-pump.ts'
import { reset, resetTls } from './tcp-reset.ts'
import { unwrapTls, type TlsTerms } from './tls-terms.ts'

/** What the connections of one frontend share, and count. */
export interface Trunk {
  readonly clock: Clock
  readonly balancer: Balancer
  readonly lostSources: LostSources
  /** What is asked of a connection that begins now. */
  terms: Terms
  shed: number
  failedDials: number
  bytesIn: number
  bytesOut: number
}

export interface Terms {
  readonly connectTimeoutMs: number
  readonly redialMs: number
  /** For a PROXY header and for a TLS handshake, each. */
  readonly greetingTimeoutMs: number
  readonly acceptHeader: boolean
  readonly sendHeader?: 'v1' | 'v2'
  readonly tls?: TlsTerms
  readonly dialFrom?: RelayFrontend['dialFrom']
  readonly dialDelayMs?: number
}

/** Codes that blame this process, not the target: another target would meet the same. */
const ours = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'])
const nothing = () => {}
/** Until targets are tried again for the first time. */
const firstRedialMs = 5

/** A client from its arrival, unread, until both sides are closed. */
export class TcpConnection {
  readonly #outer: Socket
  readonly #trunk: Trunk
  readonly #terms: Terms
  readonly #closed: (connection: TcpConnection) => void
  /** Where the client's own bytes come from: the socket, or what TLS makes of it. */
  #client: Socket
  #ends: Ends | undefined
  #dialled: Socket | undefined
  #target: Target | undefined
  #failed: Set<Target> | undefined
  /** For a target. */
  #waitedMs = 0
  #moved = true
  #still = 0

  constructor(socket: Socket, trunk: Trunk, closed: (connection: TcpConnection) => void) {
    this.#outer = socket
    this.#client = socket
    this.#trunk = trunk
    this.#terms = trunk.terms
    this.#closed = closed
    socket.on('error', nothing)
    socket.on('close', this.#leave)
  }

  start(): void {
    if (this.#terms.acceptHeader) this.#readHeader()
    else this.#secure()
  }

  /** Ends both sides, now. */
  reset(): void {
    this.#resetClient()
    if (this.#dialled !== undefined) reset(this.#dialled)
  }

  /**
   * Asked at even intervals: whether nothing has moved in so many of them. They are counted, not timed, so that a
   * clock that is set forward makes nobody idle.
   */
  isIdle(intervals: number, whenHalfOpen: number): boolean {
    this.#still = this.#moved ? 0 : this.#still + 1
    this.#moved = false
    const half = this.#client.readableEnded || this.#dialled?.readableEnded === true
    return this.#still >= (half ? Math.min(intervals, whenHalfOpen) : intervals)
  }

  /** Whether its frontend no longer names its target, or no longer for this client. */
  get isLeft(): boolean {
    return this.#target !== undefined && !this.#trunk.balancer.allows(this.client, this.#target)
  }

  readonly #resetClient = (): void => {
    if (this.#client === this.#outer) reset(this.#outer)
    else resetTls(this.#outer, this.#client)
  }

  #shed(): void {
    this.#trunk.shed++
    this.reset()
  }

  #readHeader(): void {
    const inTime = this.#limitGreeting()
    readProxyHeader(this.#outer, (greeting) => {
      inTime()
      if (this.#outer.destroyed) return
      if ('wrong' in greeting) return this.#shed()
      this.#ends = greeting.ends
      this.#secure()
    })
  }

  #secure(): void {
    const { tls } = this.#terms
    if (tls === undefined) return this.#begin()
    const inTime = this.#limitGreeting()
    const inner = unwrapTls(this.#outer, tls)
    this.#client = inner
    inner.on('error', nothing)
    inner.once('secure', () => {
      inTime()
      this.#begin()
    })
    // Before there is a target, its end is the connection's; afterwards the pump looks to it.
    inner.once('close', () => {
      inTime()
      this.#outer.destroy()
    })
    inner.pause()
  }

  /** The answer calls the limit off. */
  #limitGreeting(): () => void {
    return this.#trunk.clock.after(this.#terms.greetingTimeoutMs, () => this.#shed())
  }

  #begin(): void {
    const { dialDelayMs } = this.#terms
    if (dialDelayMs === undefined) return this.#dial()
    this.#trunk.clock.after(dialDelayMs, () => this.#outer.destroyed || this.#dial())
  }

  #dial(): void {
    const { balancer } = this.#trunk
    const target = balancer.choose(this, this.#failed)
    if (target === undefined) return balancer.admits(this) ? this.#dialLater() : this.#shed()
    this.#target = target
    this.#dialTarget(target, dialSource(this.#terms.dialFrom, this), mostPortsTried)
  }

  /** There is no target, or all refused. Each wait is as long as those before it together. */
  #dialLater(): void {
    const waitMs = Math.min(Math.max(firstRedialMs, this.#waitedMs), this.#terms.redialMs - this.#waitedMs)
    if (waitMs <= 0) return this.#shed()
    this.#waitedMs += waitMs
    this.#trunk.clock.after(waitMs, () => {
      if (this.#outer.destroyed) return
      this.#failed?.clear()
      this.#dial()
    })
  }

  #dialTarget(target: Target, source: string | undefined, tries: number): void {
    const { clock, lostSources } = this.#trunk
    const onread = new Intake(this.#client, this.#received)
    const from = source === undefined ? {} : { from: { localAddress: source, localPort: nextSourcePort() } }
    const asked = { target, onread, clock, timeoutMs: this.#terms.connectTimeoutMs, ...from }
    this.#dialled = dial(asked, (socket, error) => {
      if (error === undefined) return this.#join(socket, onread)
      const fault = source === undefined || this.#outer.destroyed ? 'none' : sourceFault(error)
      if (source !== undefined && fault !== 'none') {
        if (fault === 'port' && tries > 1) return this.#dialTarget(target, source, tries - 1)
        lostSources.note(source, target.key, error)
        return this.#dialTarget(target, undefined, 0)
      }
      this.#free()
      if (this.#outer.destroyed) return
      if (ours.has((error as NodeJS.ErrnoException).code ?? '')) return this.#shed()
      this.#trunk.failedDials++
      this.#failed = (this.#failed ?? new Set()).add(target)
      this.#dial()
    })
  }

  #join(target: Socket, intake: Intake): void {
    if (this.#outer.destroyed) {
      reset(target)
      return
    }
    const { sendHeader } = this.#terms
    if (sendHeader !== undefined) target.write(proxyHeader(sendHeader, this.#ends ?? this.#socketEnds()))
    pump({ client: this.#client, target, intake, sent: this.#sent, reset: this.#resetClient })
  }

  /** For the balancer, which asks only where it needs to know: each costs a call into the system. */
  get client(): string {
    return this.#ends?.source.address ?? plainAddress(this.#outer.remoteAddress ?? '')
  }

  get destination(): string {
    return this.#ends?.destination.address ?? plainAddress(this.#outer.localAddress ?? '')
  }

  #socketEnds(): Ends {
    return {
      source: { address: this.client, port: this.#outer.remotePort ?? 0 },
      destination: { address: this.destination, port: this.#outer.localPort ?? 0 },
    }
  }

  readonly #sent = (bytes: number): void => {
    this.#moved = true
    this.#trunk.bytesIn += bytes
  }

  readonly #received = (bytes: number): void => {
    this.#moved = true
    this.#trunk.bytesOut += bytes
  }

  #free(): void {
    if (this.#target !== undefined) this.#trunk.balancer.release(this.#target)
    this.#target = undefined
  }

  readonly #leave = (): void => {
    this.#free()
    if (this.#dialled?.connecting === true) this.#dialled.destroy()
    this.#closed(this)
  }
}
