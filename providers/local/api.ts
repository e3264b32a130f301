/**
 * What we need of the balancer on this machine, in our own types. The server that keeps the objects and carries the
 * traffic answers it over a socket; tests answer it in process. All reads see all writes that were answered.
 */
export interface LocalApi {
  listAddresses(cursor: string | undefined, signal: AbortSignal): Promise<LocalPage<LocalAddress>>
  /** Undefined: there is none. So for all reads. */
  readAddress(id: string, signal: AbortSignal): Promise<LocalAddress | undefined>
  /** Idempotent by `name`: what exists with the same wish is answered. */
  createAddress(wish: LocalAddressWish, signal: AbortSignal): Promise<LocalAddress>
  updateAddress(id: string, change: LocalChange<'tags'>, signal: AbortSignal): Promise<LocalAddress>
  /** Refused (`inUse`) while it has listeners. */
  deleteAddress(id: string, signal: AbortSignal): Promise<void>

  listListeners(cursor: string | undefined, signal: AbortSignal): Promise<LocalPage<LocalListener>>
  readListener(id: string, signal: AbortSignal): Promise<LocalListener | undefined>
  createListener(wish: LocalListenerWish, signal: AbortSignal): Promise<LocalListener>
  updateListener(
    id: string,
    change: LocalChange<keyof Omit<LocalListenerWish, 'addressId' | 'protocol' | 'port'>>,
    signal: AbortSignal,
  ): Promise<LocalListener>
  deleteListener(id: string, signal: AbortSignal): Promise<void>

  listCertificates(cursor: string | undefined, signal: AbortSignal): Promise<LocalPage<LocalCertificate>>
  readCertificate(id: string, signal: AbortSignal): Promise<LocalCertificate | undefined>
  createCertificate(wish: LocalCertificateWish, signal: AbortSignal): Promise<LocalCertificate>
  /** Refused (`inUse`) while a listener has it. */
  deleteCertificate(id: string, signal: AbortSignal): Promise<void>

  /** How targets are, by `ADDRESS:PORT`. */
  targetHealth(listenerId: string, signal: AbortSignal): Promise<Readonly<Record<string, LocalTargetHealth>>>
  /** Pools, and who holds what of them. */
  pools(signal: AbortSignal): Promise<readonly LocalPool[]>
}

export interface LocalPage<T> {
  readonly items: readonly T[]
  readonly next?: string
}

export type LocalTags = Readonly<Record<string, string>>

interface Stored {
  readonly id: string
  /** Another one after each write. */
  readonly etag: string
}

/** An address of this machine, out of a pool, that listeners share. */
export interface LocalAddressWish {
  /** Unique. Refusals name the holder of an address by it, so it tells a person whose the address is. */
  readonly name: string
  /** Absent: the pool that has `address`, else the first pool that has a free one. */
  readonly pool?: string
  /** Absent: the lowest free one. One that a name already holds is refused (`taken`). */
  readonly address?: string
  readonly tags: LocalTags
}

export interface LocalAddress extends LocalAddressWish, Stored {
  readonly pool: string
  readonly address: string
}

/** A port of an address with all that decides on its traffic. Two may not have the same protocol and port (`taken`). */
export interface LocalListenerWish {
  readonly addressId: string
  readonly protocol: 'TCP' | 'UDP'
  readonly port: number
  readonly targets: readonly LocalTarget[]
  /** Absent: targets are trusted. */
  readonly healthCheck?: LocalHealthCheck
  /** Canonical ranges. Absent: everybody. Empty: nobody. */
  readonly sources?: readonly string[]
  readonly scheduler: string
  readonly affinitySeconds?: number
  readonly proxyProtocol?: 'v1' | 'v2'
  /** TLS ends here: the id of a certificate. */
  readonly certificateId?: string
  readonly minTlsVersion?: 'TLSv1.2' | 'TLSv1.3'
  readonly maxConnections?: number
  readonly connectTimeoutMs?: number
  readonly idleTimeoutMs?: number
  /** How long open connections may go on after the listener or a target has gone. */
  readonly drainMs?: number
  readonly tags: LocalTags
}

export interface LocalListener extends LocalListenerWish, Stored {
  /** What keeps it from being served: another program has the port, the system refuses it. */
  readonly failure?: string
  /** Where it listens, when that is not its address and port: see the sandbox's address modes. */
  readonly reachedAt?: { readonly address: string; readonly port: number }
  /**
   * The targets that new connections go to now, as `ADDRESS:PORT`; without a health check all of them. The etag does not
   * change with it.
   */
  readonly healthy: readonly string[]
}

export interface LocalTarget {
  readonly address: string
  readonly port: number
  readonly weight?: number
}

export interface LocalHealthCheck {
  readonly protocol: 'TCP' | 'HTTP'
  /** Absent: the target's own. */
  readonly port?: number
  readonly path?: string
  readonly intervalMs: number
  readonly timeoutMs: number
  /** In a row. */
  readonly healthyThreshold: number
  readonly unhealthyThreshold: number
}

export interface LocalTargetHealth {
  readonly healthy: boolean
  /** One word, in camel case. */
  readonly reason: string
  readonly message: string
}

/** The key goes in and never comes out. */
export interface LocalCertificateWish {
  /** Unique. */
  readonly name: string
  /** PEM, leaf first. */
  readonly certificate: string
  readonly key: string
  readonly tags: LocalTags
}

export interface LocalCertificate extends Stored {
  readonly name: string
  /** `fingerprintOf` certificate and key: tells whether it is still the same. */
  readonly fingerprint: string
  /** Of the leaf, as the certificate has them. */
  readonly subject: string
  readonly notAfter: string
  readonly tags: LocalTags
}

/** Only these fields change; `null` takes one away. Refused (`stale`) when the object has another etag. */
export interface LocalChange<Fields extends string> {
  readonly etag: string
  readonly set: Readonly<Partial<Record<Fields, unknown>>>
}

export interface LocalPool {
  readonly name: string
  readonly ranges: readonly string[]
  /** Address names by address. */
  readonly held: Readonly<Record<string, string>>
}

/** Everything that the server refuses, before an adapter turns it into a `ProviderError`. */
export class LocalRefusal extends Error {
  override readonly name = 'LocalRefusal'
  readonly reason: 'invalid' | 'exists' | 'taken' | 'inUse' | 'notFound' | 'stale' | 'exhausted'
  /** The field that is at fault, where it is one. */
  readonly field: string | undefined

  constructor(reason: LocalRefusal['reason'], message: string, field?: string) {
    super(message)
    this.reason = reason
    this.field = field
  }
}
