import { createServer, type Server, type Socket } from 'node:net'
import type { Result } from '../lib/result.ts'
import { Balancer } from './balancer.ts'
import { checkDialFrom, LostSources } from './dial-source.ts'
import { closeWhenQuiet } from './quiet-close.ts'
import type { FrontendCounters, RelayFrontend, RelayPin } from './frontend.ts'
import { ListenRefused, refusedBind, type Listening, type RelayParts } from './listening.ts'
import { TcpConnection, type Terms, type Trunk } from './tcp-connection.ts'
import { tlsTerms, type TlsTerms } from './tls-terms.ts'

const hourMs = 3_600_000
/** Of a client that owes a PROXY header or a TLS handshake. */
const greetingTimeoutMs = 10_000

/** A TCP frontend that is served. */
export async function listenTcp(frontend: RelayFrontend, parts: RelayParts): Promise<Listening> {
  const listening = new TcpListening(parts, frontend.id)
  await listening.update(frontend)
  return listening
}

class TcpListening implements Listening {
  readonly #parts: RelayParts
  readonly #balancer: Balancer
  readonly #connections = new Set<TcpConnection>()
  readonly #trunk: Trunk
  #server: Server | undefined
  #frontend: RelayFrontend | undefined
  #accepted = 0
  #sweep: (() => void) | undefined
  /** How each end that is due is called off. */
  readonly #endings = new Set<() => void>()
  #drained: (() => void) | undefined
  /** Until it is over somebody may still be accepted. */
  #closing: Promise<void> | undefined

  constructor(parts: RelayParts, id: string) {
    this.#parts = parts
    this.#balancer = new Balancer(parts.clock, parts.random, parts.adopted(id))
    this.#trunk = {
      clock: parts.clock,
      balancer: this.#balancer,
      lostSources: new LostSources(parts.log, id),
      terms: { connectTimeoutMs: 2000, redialMs: 0, greetingTimeoutMs, acceptHeader: false },
      shed: 0,
      failedDials: 0,
      bytesIn: 0,
      bytesOut: 0,
    }
  }

  async update(frontend: RelayFrontend): Promise<void> {
    const before = this.#frontend
    const moved = before?.address !== frontend.address || before.port !== frontend.port
    const terms = this.#termsOf(frontend)
    const server = moved ? await this.#bind(frontend) : this.#server
    const updated = this.#balancer.update(frontend)
    if (!updated.ok) {
      if (moved) server?.close()
      throw new ListenRefused('invalid', updated.error)
    }
    if (moved) this.#server?.close()
    this.#server = server
    this.#frontend = frontend
    this.#trunk.terms = terms
    if (frontend.drainMs !== undefined) this.#endLeft(frontend.drainMs)
  }

  counters(): FrontendCounters {
    const { shed, failedDials, bytesIn, bytesOut, lostSources } = this.#trunk
    return {
      open: this.#connections.size,
      accepted: this.#accepted,
      shed,
      failedDials,
      lostSources: lostSources.count,
      bytesIn,
      bytesOut,
    }
  }

  pins(): readonly RelayPin[] {
    return this.#balancer.pins
  }

  async close(how?: 'quietly' | 'draining'): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (how === undefined || server === undefined) server?.close()
    else await (this.#closing = closeWhenQuiet(server))
  }

  async drained(): Promise<void> {
    await this.#closing
    await this.#empty()
  }

  #empty(): Promise<void> {
    if (this.#connections.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const others = this.#drained
      this.#drained = () => {
        others?.()
        resolve()
      }
    })
  }

  end(): void {
    for (const connection of this.#connections) connection.reset()
  }

  /** Those whose target or route has just gone, once their time is over and it has not come back. */
  #endLeft(drainMs: number): void {
    const left = [...this.#connections].filter((connection) => connection.isLeft)
    if (left.length === 0) return
    const cancel = this.#parts.clock.after(drainMs, () => {
      this.#endings.delete(cancel)
      for (const connection of left) if (connection.isLeft) connection.reset()
    })
    this.#endings.add(cancel)
  }

  #termsOf(frontend: RelayFrontend): Terms {
    const {
      tls: asked,
      proxyProtocol,
      connectTimeoutMs = 2000,
      dialFrom,
      dialDelayMs,
      redialMs = 0,
    } = frontend
    checkDialFrom(frontend)
    const tls: Result<TlsTerms, string> | undefined =
      asked === undefined ? undefined : tlsTerms(asked, this.#trunk.terms.tls)
    if (tls?.ok === false) throw new ListenRefused('invalid', tls.error)
    return {
      connectTimeoutMs,
      redialMs,
      ...(dialDelayMs === undefined ? {} : { dialDelayMs }),
      greetingTimeoutMs,
      acceptHeader: proxyProtocol?.accept ?? false,
      ...(proxyProtocol?.send === undefined ? {} : { sendHeader: proxyProtocol.send }),
      ...(tls === undefined ? {} : { tls: tls.value }),
      ...(dialFrom === undefined ? {} : { dialFrom }),
    }
  }

  #bind(frontend: RelayFrontend): Promise<Server> {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (client) =>
      this.#accept(client),
    )
    return new Promise((resolve, reject) => {
      const refused = (error: Error) => reject(refusedBind(frontend, error))
      server.once('error', refused)
      server.listen(
        {
          host: frontend.address,
          port: frontend.port,
          backlog: 4096,
          // Else all IPv6 addresses would take all IPv4 ones too, and their port from another frontend.
          ipv6Only: frontend.address.includes(':'),
          reusePort: this.#parts.sharePorts,
          exclusive: true,
        },
        () => {
          server.off('error', refused)
          // Such as having no descriptor left for a client, who then was turned away: the next one may be let in.
          server.on('error', () => this.#trunk.shed++)
          resolve(server)
        },
      )
    })
  }

  #accept(client: Socket): void {
    const { maxConnections } = this.#frontend ?? {}
    const full = maxConnections !== undefined && this.#connections.size >= maxConnections
    if (full || !this.#parts.room.enter()) {
      this.#trunk.shed++
      client.on('error', () => {})
      client.resetAndDestroy()
      return
    }
    this.#accepted++
    const connection = new TcpConnection(client, this.#trunk, () => this.#forget(connection))
    this.#connections.add(connection)
    connection.start()
    this.#sweep ??= this.#sweepLater()
  }

  #forget(connection: TcpConnection): void {
    this.#connections.delete(connection)
    this.#parts.room.leave()
    if (this.#connections.size > 0) return
    this.#sweep?.()
    this.#sweep = undefined
    for (const cancel of this.#endings) cancel()
    this.#endings.clear()
    this.#drained?.()
    this.#drained = undefined
  }

  /** Looks for the idle now and then, which costs a connection nothing while it carries. */
  #sweepLater(): () => void {
    const { clock, halfOpenTimeoutMs } = this.#parts
    const idleMs = this.#frontend?.idleTimeoutMs ?? hourMs
    const everyMs = Math.max(10, Math.min(idleMs, halfOpenTimeoutMs) / 8)
    return clock.after(everyMs, () => {
      for (const connection of this.#connections)
        if (connection.isIdle(idleMs / everyMs, halfOpenTimeoutMs / everyMs)) connection.reset()
      this.#sweep = this.#connections.size > 0 ? this.#sweepLater() : undefined
    })
  }
}
