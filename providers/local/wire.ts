/**
 * `LocalApi` over HTTP on a unix socket: `POST /v1/CALL` with the arguments of the call, all but the signal, as a JSON
 * array. A missing cursor is `null`. The answer is 200 and a `LocalAnswer`, or one of `refusalStatus` and a
 * `LocalRefused`; any other status is a fault of the server, with a `LocalRefused` of reason `invalid` where the request
 * itself was none.
 */
import type { LocalApi, LocalRefusal, LocalTags, LocalTargetHealth } from './api.ts'

export const localCalls = [
  'listAddresses',
  'readAddress',
  'createAddress',
  'updateAddress',
  'deleteAddress',
  'listListeners',
  'readListener',
  'createListener',
  'updateListener',
  'deleteListener',
  'listCertificates',
  'readCertificate',
  'createCertificate',
  'deleteCertificate',
  'targetHealth',
  'pools',
] as const satisfies readonly (keyof LocalApi)[]

export type LocalCall = (typeof localCalls)[number]

export const pathOf = (call: LocalCall): string => `/v1/${call}`

type LocalValue<Call extends LocalCall> = Awaited<ReturnType<LocalApi[Call]>>

/** `value` is absent where there is none: an object that does not exist, a delete that was carried out. */
export interface LocalAnswer<Call extends LocalCall = LocalCall> {
  readonly value?: LocalValue<Call>
}

/** A `LocalRefusal` as data. */
export interface LocalRefused {
  readonly reason: LocalRefusal['reason']
  readonly message: string
  readonly field?: string
}

export const refusalStatus: Readonly<Record<LocalRefusal['reason'], number>> = {
  invalid: 400,
  notFound: 404,
  exists: 409,
  taken: 409,
  inUse: 409,
  stale: 412,
  exhausted: 507,
}

/** Where a `LocalTraffic` is answered, to GET. */
export const trafficPath = '/v1/traffic'

/** What passes through all listeners, counted since the server began. */
export interface LocalTraffic {
  readonly listeners: readonly LocalListenerTraffic[]
}

export interface LocalListenerTraffic {
  readonly id: string
  readonly address: string
  readonly port: number
  readonly protocol: 'TCP' | 'UDP'
  readonly tags: LocalTags
  readonly failure?: string
  /** Where it listens, when that is not its address and port. */
  readonly reachedAt?: { readonly address: string; readonly port: number }
  /** Absent while it is not served. */
  readonly counters?: LocalCounters
  /** By `ADDRESS:PORT`. */
  readonly targets: Readonly<Record<string, LocalTargetHealth>>
}

interface LocalCounters {
  readonly open: number
  readonly accepted: number
  /** Over a limit, or without a target or route. */
  readonly shed: number
  readonly failedDials: number
  readonly bytesIn: number
  readonly bytesOut: number
}
