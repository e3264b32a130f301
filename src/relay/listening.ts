import type { Clock } from '../lib/clock.ts'
import type { Log } from '../observe/log.ts'
import type { FrontendCounters, FrontendFailure, RelayFrontend, RelayPin } from './frontend.ts'

/** What all frontends of a relay share. */
export interface RelayParts {
  readonly clock: Clock
  readonly log: Log
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** Other processes may listen at the same address and port; the kernel spreads what comes among them. */
  readonly sharePorts: boolean
  /** TCP: a connection that one side has ended, and that has not moved for so long, is closed. */
  readonly halfOpenTimeoutMs: number
  /** Connections and flows of all frontends together. */
  readonly room: Room
  /** Who was pinned, in the process before, to a target of the frontend that begins here. */
  readonly adopted: (id: string) => readonly RelayPin[]
}

/** A count with a limit. Who was let in leaves once. */
export interface Room {
  /** False: it is full. */
  enter(): boolean
  leave(): void
}

/** One frontend that is served. */
export interface Listening {
  /**
   * The same id, otherwise changed: connections, flows and affinity stay, the socket too unless address or port
   * differ. Rejects with `ListenRefused`, and then serves what it served.
   */
  update(frontend: RelayFrontend): Promise<void>
  counters(): FrontendCounters
  /** Who has affinity. */
  pins(): readonly RelayPin[]
  /** UDP: each open flow goes on here although others come to share the port. */
  hold?(): void
  /**
   * Takes nothing new from now on, and gives the port free; open connections go on. `quietly`, TCP: whoever has come
   * already is let in first. UDP flows need the port to be answered from: they end, unless the whole relay is `draining`,
   * when they hold on to it; TCP then closes quietly. Resolves when nobody comes in any more.
   */
  close(how?: 'quietly' | 'draining'): Promise<void>
  /** After `close`: resolves when nothing is open any more. */
  drained(): Promise<void>
  /** After `close`: ends what is open, at once. */
  end(): void
}

/** Resolves when clients can reach it. Rejects with `ListenRefused`. */
export type Listen = (frontend: RelayFrontend, parts: RelayParts) => Promise<Listening>

/** Why a frontend cannot be served. */
export class ListenRefused extends Error {
  override readonly name = 'ListenRefused'
  readonly reason: FrontendFailure['reason']

  constructor(reason: FrontendFailure['reason'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

const reasons: Readonly<Record<string, FrontendFailure['reason']>> = {
  EADDRINUSE: 'in-use',
  EADDRNOTAVAIL: 'unavailable',
  EAFNOSUPPORT: 'unavailable',
  EACCES: 'denied',
  EPERM: 'denied',
  EINVAL: 'invalid',
}

/** From what the system said when a socket was bound. */
export function refusedBind(frontend: RelayFrontend, error: unknown): ListenRefused {
  const code = (error as { code?: unknown }).code
  const reason = (typeof code === 'string' ? reasons[code] : undefined) ?? 'other'
  const place = frontend.address.includes(':') ? `[${frontend.address}]` : frontend.address
  const where = `${frontend.protocol} ${place}:${frontend.port}`
  const message = {
    'in-use': `another program listens on ${where}; stop it or choose another port`,
    unavailable: `${where}: the address is not one of this machine`,
    denied: `may not listen on ${where}; ports below 1024 need CAP_NET_BIND_SERVICE`,
    invalid: `cannot listen on ${where}: the system calls the address invalid`,
    other: `cannot listen on ${where}: ${error instanceof Error ? error.message : String(error)}`,
  }[reason]
  return new ListenRefused(reason, message, { cause: error })
}
