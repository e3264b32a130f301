/** What the relay is told: data only, so that it can be handed to other processes as it is. */
export const schedulerNames = [
  'random',
  'round-robin',
  'weighted-round-robin',
  'least-connections',
  'weighted-least-connections',
  'source-hash',
  'destination-hash',
  'shortest-expected-delay',
  'never-queue',
] as const

export type SchedulerName = (typeof schedulerNames)[number]

export interface RelayTarget {
  readonly address: string
  readonly port: number
  /** 0 takes no new connections but keeps those it has. Default 1. */
  readonly weight?: number
}

/** Who may come, and where to. */
export interface RelayRoute {
  /** Canonical ranges. Absent: everybody. */
  readonly sources?: readonly string[]
  /** Empty: the connection is reset. */
  readonly targets: readonly RelayTarget[]
}

export interface RelayTls {
  /** PEM, leaf first. */
  readonly certificate: string
  readonly key: string
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3'
  readonly alpn?: readonly string[]
}

export interface RelayFrontend {
  /** Whoever keeps its id keeps its connections, flows, affinity and socket when all else about it changes. */
  readonly id: string
  readonly protocol: 'TCP' | 'UDP'
  readonly address: string
  readonly port: number
  /** The first whose sources hold the client decides. None does: the connection is reset, the datagram dropped. */
  readonly routes: readonly RelayRoute[]
  readonly scheduler?: SchedulerName
  /** A client address keeps its target for so long after its last new connection. */
  readonly affinitySeconds?: number
  /** TCP. `accept` reads a header of either version from the client, `send` writes one to the target. */
  readonly proxyProtocol?: { readonly accept?: boolean; readonly send?: 'v1' | 'v2' }
  /**
   * Whom targets see: the client itself, which works where its address is one of this machine (as all of 127.0.0.0/8 on
   * Linux), or this address. Where it cannot be had, and by default, the system chooses.
   */
  readonly dialFrom?: 'client' | { readonly address: string }
  /** TCP. Ended here; the target gets plain bytes. */
  readonly tls?: RelayTls
  /** Connections or UDP flows at once; more are shed, and counted. Default: the relay's own limit only. */
  readonly maxConnections?: number
  /** Until the target has answered; then another one is tried. Default 2000. */
  readonly connectTimeoutMs?: number
  /**
   * TCP. So long a client waits where all its targets refuse, or its route has none: targets are tried again, ever more
   * rarely. Default 0: it is reset at once.
   */
  readonly redialMs?: number
  /** TCP. Waits so long before it dials: what a slow machine looks like. Default 0. */
  readonly dialDelayMs?: number
  /** A connection without a byte for so long is closed. Default: TCP 1 h, UDP 60 s. */
  readonly idleTimeoutMs?: number
  /**
   * TCP. How long connections go on after the frontend, their target or their client's route has gone; then they are
   * reset. Default: until they end by themselves.
   */
  readonly drainMs?: number
}

/** Why a frontend is not served. `in-use`: another program listens there. `unavailable`: not an address of this machine. */
export interface FrontendFailure {
  readonly id: string
  readonly reason: 'in-use' | 'unavailable' | 'denied' | 'invalid' | 'other'
  readonly message: string
}

export interface FrontendCounters {
  readonly open: number
  readonly accepted: number
  /** Over a limit, or without a target or route. */
  readonly shed: number
  /** Attempts that found the target dead, each followed by another target while there is one. */
  readonly failedDials: number
  /** Dials that `dialFrom` asked for another source of than they could have. */
  readonly lostSources: number
  readonly bytesIn: number
  readonly bytesOut: number
}

export interface Relay {
  /**
   * Serves exactly these from now on. What stays is not disturbed; what goes stops accepting, and its connections end
   * by themselves or when drained. Answers what could not be served; calling again tries those again.
   */
  serve(frontends: readonly RelayFrontend[]): Promise<readonly FrontendFailure[]>
  /** The same for a few: these are added or replaced, those removed, all others stay. */
  change(put: readonly RelayFrontend[], remove: readonly string[]): Promise<readonly FrontendFailure[]>
  counters(): Promise<ReadonlyMap<string, FrontendCounters>>
  /** Stops accepting, waits for what is open until `graceMs` is over, then ends it. */
  drain(graceMs: number): Promise<void>
}

/** A client address, its target as `ADDRESS PORT`, and how long ago (ms) it came last. */
export type RelayPin = readonly [client: string, target: string, ageMs: number]

/** By frontend id: who has affinity to what, those who came longest ago first. */
export type RelayPins = readonly (readonly [id: string, pins: readonly RelayPin[]])[]

/** A relay whose ports other processes may share. */
export interface SharingRelay extends Relay {
  /**
   * Another process is about to share the ports: the kernel will give it clients of this one, except those whose UDP
   * flows are held here.
   */
  hold(): Promise<void>
  /** For the process that comes after this one. */
  pins(): Promise<RelayPins>
  /** Of the process before: for frontends that begin with the next call of `serve` or `change`. */
  adopt(pins: RelayPins): Promise<void>
}
