import { ProviderError, type ErrorKind } from '../../src/provider/errors.ts'
import { actions, type Action } from './api.ts'

/** Codes by kind, first match wins. A code is AWS's own, without the `Exception` that the SDK's class names end in. */
const table: readonly (readonly [RegExp, ErrorKind])[] = [
  [/Throttl|^RequestLimitExceeded$|^TooManyRequests$|^SlowDown$/, 'throttled'],
  [/^(Unavailable|ServiceUnavailable|InternalFailure|InternalError|RequestTimeout)$/, 'transient'],
  [/^RegionMissing$/, 'denied'],
  [/^CredentialsProviderError$|^ExpiredToken$|^Request(Expired|TimeTooSkewed)$/, 'denied'],
  [/^(AccessDenied|UnauthorizedOperation|AuthFailure|OptInRequired|NotAuthorized)$/, 'denied'],
  [/^(InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|MissingAuthenticationToken)$/, 'denied'],
  [/^TooMany|LimitExceeded$|^AddressLimitExceeded$|^InsufficientCapacity$/, 'quota'],
  [
    /^Duplicate(LoadBalancerName|AccessPointName|TargetGroupName|Listener|PolicyName)$|\.Duplicate$/,
    'exists',
  ],
  [/^(ResourceInUse|DependencyViolation|InvalidGroup\.InUse)$/, 'inUse'],
  [/^(IncorrectState|IncorrectInstanceState|OperationInProgress)$/, 'busy'],
  [/^(CapacityReservationPending|PriorRequestNotComplete)$/, 'busy'],
  [/^(LoadBalancer|AccessPoint|TargetGroup|Listener|Policy)NotFound$/, 'notFound'],
  [/^Invalid(Permission|SecurityGroupRuleId|Group)\.NotFound$/, 'notFound'],
  // What ELB says of a group that does not exist, or does not show yet.
  [/^InvalidSecurityGroup$/, 'notFound'],
  [/NotFound$|^Invalid|^Unsupported|^Validation|^Incompatible|^Missing|^Unknown/, 'invalid'],
  [/^(OperationNotPermitted|DuplicateTagKeys|InsufficientFreeAddressesInSubnet)$/, 'invalid'],
  [/NotSupported$/, 'invalid'],
]

/** Codes of requests that never reached AWS, and of those of which nobody can tell. */
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])
const noAnswer = new Set([
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'TimeoutError',
  'AbortError',
  'ERR_SOCKET_CLOSED',
])

interface Thrown {
  readonly name?: string
  readonly code?: string
  readonly Code?: string
  readonly message?: string
  readonly status?: number
  readonly $metadata?: { readonly httpStatusCode?: number }
}

/** Calls that name elastic addresses: one of those is in use. */
const namesAddresses: readonly Action[] = ['CreateLoadBalancer', 'SetSubnets']

function kindOf(action: Action, code: string, status: number | undefined): ErrorKind {
  if (code === 'ResourceInUse' && namesAddresses.includes(action)) return 'taken'
  // The load balancer is protected, and we did not know.
  if (code === 'OperationNotPermitted' && action === 'DeleteLoadBalancer') return 'stale'
  const found = table.find(([pattern]) => pattern.test(code))?.[1]
  return found ?? (status !== undefined && status >= 500 ? 'transient' : 'unknown')
}

function sentence(kind: ErrorKind, code: string, op: string, message: string): string {
  if (code === 'CredentialsProviderError')
    return `${op} was not sent: no AWS credentials were found (${message}); give the controller a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`
  if (code === 'RegionMissing')
    return `${op} was not sent: no AWS region is known; set AWS_REGION, or aws.region in the configuration`
  return kind === 'denied' ? `${op} is not allowed for this controller: ${message}` : `${op}: ${message}`
}

/** What the engine decides by, out of whatever the SDK or the network threw. */
export function toProviderError(action: Action, thrown: unknown): ProviderError {
  if (thrown instanceof ProviderError) return thrown
  const error = (thrown ?? {}) as Thrown
  const op = actions[action].iam[0]
  const code = (error.Code ?? error.code ?? error.name ?? 'unknown').replace(/Exception$/, '')
  const status = error.$metadata?.httpStatusCode ?? error.status
  const message = error.message ?? String(thrown)
  const lost = noAnswer.has(code) || noAnswer.has(error.name ?? '')
  if (lost || neverSent.has(code))
    return new ProviderError({
      kind: 'transient',
      code,
      op,
      sent: lost ? 'maybe' : 'no',
      message: `${op}: no answer from AWS (${message})`,
      cause: thrown,
    })
  const kind = kindOf(action, code, status)
  const answered = kind !== 'transient' && kind !== 'unknown'
  return new ProviderError({
    kind,
    code,
    op,
    sent: answered ? 'no' : 'maybe',
    message: sentence(kind, code, op, message),
    cause: thrown,
  })
}
