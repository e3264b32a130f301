import { ProviderError, type ErrorKind } from '../../src/provider/errors.ts'
import { LocalRefusal } from './api.ts'
import type { LocalCall } from './wire.ts'

const kinds: Readonly<Record<LocalRefusal['reason'], ErrorKind>> = {
  invalid: 'invalid',
  exists: 'exists',
  taken: 'taken',
  inUse: 'inUse',
  notFound: 'notFound',
  stale: 'stale',
  exhausted: 'quota',
}

export const opOf = (call: LocalCall): string => `local:${call}`

/** What the engine decides by, out of whatever the server or the socket said. */
export function toProviderError(call: LocalCall, thrown: unknown): ProviderError {
  if (thrown instanceof ProviderError) return thrown
  const op = opOf(call)
  if (thrown instanceof LocalRefusal) {
    const { reason, field } = thrown
    const message = thrown.message.replaceAll(/@[0-9a-f]{10}\b/g, '')
    return new ProviderError({
      kind: kindOf(call, reason),
      code: reason,
      op,
      sent: 'no',
      message: field === undefined ? message : `${field}: ${message}`,
      cause: thrown,
    })
  }
  const error = (thrown ?? {}) as { readonly code?: unknown; readonly message?: unknown }
  const code = typeof error.code === 'string' ? error.code : 'unknown'
  const never = neverSent.has(code)
  return new ProviderError({
    kind: 'transient',
    code,
    op,
    sent: never ? 'no' : 'maybe',
    message: never
      ? `the local balancer does not run here (${code}): start it with lb-controller local-balancer`
      : `no answer from the local balancer (${typeof error.message === 'string' ? error.message : String(thrown)})`,
    cause: thrown,
  })
}

/** The socket is not there, is nobody's, or not for us. */
const neverSent = new Set(['ENOENT', 'ECONNREFUSED', 'EACCES', 'ENOTSOCK'])

/** A port that is taken on an address may be taken by what we made ourselves: whoever has it is looked at. */
const kindOf = (call: LocalCall, reason: LocalRefusal['reason']): ErrorKind =>
  reason === 'taken' && call === 'createListener' ? 'exists' : kinds[reason]
