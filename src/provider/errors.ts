/** What went wrong, in the only words the engine decides by. Never match on text. */
export type ErrorKind =
  | 'invalid'
  | 'denied'
  | 'quota'
  | 'exists'
  | 'stale'
  | 'busy'
  | 'inUse'
  | 'taken'
  | 'notFound'
  | 'throttled'
  | 'transient'
  | 'unknown'

export class ProviderError extends Error {
  readonly kind: ErrorKind
  /** The cloud's own code, for people. */
  readonly code: string
  /** The call that failed, as permissions name it: `elasticloadbalancing:CreateLoadBalancer`. */
  readonly op: string
  /** `maybe`: the request may have taken effect, so whatever it touched is in doubt until read. */
  readonly sent: 'no' | 'maybe'
  readonly retryAfterMs?: number
  /** Of `inUse`: what holds the object, for people, where the kind looked. */
  readonly heldBy?: string

  constructor(what: {
    kind: ErrorKind
    code: string
    op: string
    sent: 'no' | 'maybe'
    message: string
    retryAfterMs?: number
    heldBy?: string
    cause?: unknown
  }) {
    super(what.message, { cause: what.cause })
    this.name = 'ProviderError'
    this.kind = what.kind
    this.code = what.code
    this.op = what.op
    this.sent = what.sent
    if (what.heldBy !== undefined) this.heldBy = what.heldBy
    if (what.retryAfterMs !== undefined) this.retryAfterMs = what.retryAfterMs
  }
}
