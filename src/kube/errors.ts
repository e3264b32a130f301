import { isObject } from '../lib/json.ts'

/** Why there was no answer at all; `code` is 0 then. Answers carry the API server's own reason ("Conflict"). */
export type NoAnswer = 'Timeout' | 'Aborted' | 'Unreachable' | 'Reset' | 'Untrusted' | 'Misconfigured'

/**
 * A request the API server refused or never answered. Decide on `code` and `reason`, never on the message, which is
 * for people: the server's sentence, without headers.
 */
export class KubeError extends Error {
  override readonly name = 'KubeError'
  /** The HTTP status, or 0 when no answer came. */
  readonly code: number
  readonly reason: string
  readonly retryAfterMs?: number

  constructor(
    code: number,
    reason: string,
    message: string,
    more: { retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.code = code
    this.reason = reason
    if (more.retryAfterMs !== undefined) this.retryAfterMs = more.retryAfterMs
  }
}

const longestMessage = 500

/** Reads a `Status` object, or whatever else a proxy in between sent. `retryAfter` is the header, in seconds. */
export function errorOfStatus(code: number, body: unknown, retryAfter?: string): KubeError {
  const status = isObject(body) ? body : {}
  const details = isObject(status.details) ? status.details : {}
  const seconds = Number(retryAfter ?? details.retryAfterSeconds ?? Number.NaN)
  const reason =
    typeof status.reason === 'string' && status.reason !== '' ? status.reason : (reasons[code] ?? 'Unknown')
  const message =
    typeof status.message === 'string' && status.message !== ''
      ? status.message
      : `the API server answered ${code}`
  return new KubeError(
    code,
    reason,
    message.slice(0, longestMessage),
    Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: seconds * 1000 } : {},
  )
}

const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
}

const hasCode =
  (code: number) =>
  (error: unknown): error is KubeError =>
    error instanceof KubeError && error.code === code

export const isForbidden = hasCode(403)
export const isNotFound = hasCode(404)
export const isConflict = hasCode(409)
export const isExpired = hasCode(410)

/** Whether the same request may do better a moment later. */
export const isPassing = (error: unknown): boolean =>
  error instanceof KubeError &&
  (error.code === 429 ||
    error.code >= 500 ||
    (error.code === 0 && ['Timeout', 'Unreachable', 'Reset'].includes(error.reason)))

/** What a socket, TLS or the client library threw, told by its code. Its text may hold what nobody should read. */
export function errorOfThrown(thrown: unknown): KubeError {
  if (thrown instanceof KubeError) return thrown
  const code = codeOf(thrown) ?? 'no code'
  return new KubeError(0, noAnswerOf(code), `no answer from the API server (${code})`)
}

/**
 * Why nobody can say who we are: a file that the kubeconfig or the Pod names, or a program that logs in. What such a program
 * wrote is not repeated: it may hold what nobody should read.
 */
export function errorOfCredentials(thrown: unknown): KubeError {
  if (thrown instanceof KubeError) return thrown
  const code = codeOf(thrown)
  const { path, syscall = '' } = (thrown ?? {}) as { path?: unknown; syscall?: string }
  const none = 'there are no credentials for the API server: '
  if (code === undefined || typeof path !== 'string')
    return new KubeError(
      0,
      'Unreachable',
      `${none}what the kubeconfig names to log in with failed${code === undefined ? '' : ` (${code})`}; "kubectl get ns" shows what it says`,
    )
  const why = syscall.startsWith('spawn')
    ? `the program ${path}, which logs in, cannot be started (${code}): is it installed, and in PATH?`
    : `${path} cannot be read (${code})`
  return new KubeError(0, 'Misconfigured', none + why)
}

function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined
  const { code } = thrown as { code?: unknown }
  return typeof code === 'string' ? code : codeOf(thrown.cause)
}

function noAnswerOf(code: string): NoAnswer {
  if (/CERT|ISSUER|LEAF_SIGNATURE|^ERR_TLS|^ERR_SSL/.test(code)) return 'Untrusted'
  if (/TIMEOUT|TIMEDOUT/.test(code)) return 'Timeout'
  if (['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code))
    return 'Unreachable'
  if (['ENOENT', 'EACCES', 'UND_ERR_INVALID_ARG', 'ERR_INVALID_CHAR'].includes(code)) return 'Misconfigured'
  return 'Reset'
}
