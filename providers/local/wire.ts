/**
 * `LocalApi` over HTTP on a unix socket: `POST /v1/CALL` with the arguments of the call, all but the signal, as a JSON
 * array. A missing cursor is `null`. The answer is 200 and a `LocalAnswer`, or one of `refusalStatus` and a
 * `LocalRefused`; any other status is a fault of the server, with a `LocalRefused` of reason `invalid` where the request
 * itself was none.
 */
import type { LocalApi, LocalRefusal } from './api.ts'

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

/** Its arguments, without the signal. */
export type LocalArguments<Call extends LocalCall> =
  Parameters<LocalApi[Call]> extends [...infer Arguments, AbortSignal] ? Arguments : never

export type LocalValue<Call extends LocalCall> = Awaited<ReturnType<LocalApi[Call]>>

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
