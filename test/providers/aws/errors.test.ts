import assert from 'node:assert/strict'
import test from 'node:test'
import type { Action } from '../../../providers/aws/api.ts'
import { toProviderError } from '../../../providers/aws/errors.ts'
import type { ErrorKind } from '../../../src/provider/errors.ts'

/** A code or class name as it is thrown, the status of the answer if there was one, and what we make of it. */
const rows: readonly (readonly [string, number | undefined, ErrorKind, 'no' | 'maybe'])[] = [
  ['Throttling', 400, 'throttled', 'no'],
  ['ThrottlingException', 400, 'throttled', 'no'],
  ['RequestLimitExceeded', 503, 'throttled', 'no'],
  ['TooManyRequestsException', 429, 'throttled', 'no'],
  ['TooManyLoadBalancersException', 400, 'quota', 'no'],
  ['TooManyTargetsException', 400, 'quota', 'no'],
  ['TooManyListeners', 400, 'quota', 'no'],
  ['RulesPerSecurityGroupLimitExceeded', 400, 'quota', 'no'],
  ['DuplicateLoadBalancerNameException', 400, 'exists', 'no'],
  ['DuplicateTargetGroupName', 400, 'exists', 'no'],
  ['DuplicateListenerException', 400, 'exists', 'no'],
  ['InvalidPermission.Duplicate', 400, 'exists', 'no'],
  ['DuplicateTagKeysException', 400, 'invalid', 'no'],
  ['ResourceInUseException', 400, 'inUse', 'no'],
  ['DependencyViolation', 400, 'inUse', 'no'],
  ['IncorrectState', 400, 'busy', 'no'],
  ['LoadBalancerNotFoundException', 400, 'notFound', 'no'],
  ['TargetGroupNotFound', 400, 'notFound', 'no'],
  ['ListenerNotFoundException', 400, 'notFound', 'no'],
  ['InvalidGroup.NotFound', 400, 'notFound', 'no'],
  ['InvalidSecurityGroupRuleId.NotFound', 400, 'notFound', 'no'],
  ['InvalidPermission.NotFound', 400, 'notFound', 'no'],
  ['CertificateNotFoundException', 400, 'invalid', 'no'],
  ['SubnetNotFoundException', 400, 'invalid', 'no'],
  ['SSLPolicyNotFoundException', 400, 'invalid', 'no'],
  ['UnsupportedCertificate', 400, 'invalid', 'no'],
  ['InvalidTargetException', 400, 'invalid', 'no'],
  ['InvalidConfigurationRequestException', 400, 'invalid', 'no'],
  ['ValidationError', 400, 'invalid', 'no'],
  ['OperationNotPermittedException', 400, 'invalid', 'no'],
  ['AvailabilityZoneNotSupportedException', 400, 'invalid', 'no'],
  ['AccessDenied', 403, 'denied', 'no'],
  ['AccessDeniedException', 403, 'denied', 'no'],
  ['UnauthorizedOperation', 403, 'denied', 'no'],
  ['InvalidClientTokenId', 403, 'denied', 'no'],
  ['AuthFailure', 401, 'denied', 'no'],
  ['CredentialsProviderError', undefined, 'denied', 'no'],
  ['InternalFailure', 500, 'transient', 'maybe'],
  ['ServiceUnavailable', 503, 'transient', 'maybe'],
  ['SomethingNew', 502, 'transient', 'maybe'],
  ['SomethingNew', 400, 'unknown', 'maybe'],
  ['ECONNRESET', undefined, 'transient', 'maybe'],
  ['TimeoutError', undefined, 'transient', 'maybe'],
  ['AbortError', undefined, 'transient', 'maybe'],
  ['ECONNREFUSED', undefined, 'transient', 'no'],
  ['ENOTFOUND', undefined, 'transient', 'no'],
]

for (const [name, status, kind, sent] of rows) {
  test(`error: ${name} ${status ?? ''} is ${kind}`, () => {
    const thrown = Object.assign(new Error('why'), {
      name,
      ...(status === undefined ? {} : { $metadata: { httpStatusCode: status } }),
    })
    const error = toProviderError('CreateListener', thrown)
    assert.equal(error.kind, kind)
    assert.equal(error.sent, sent)
    assert.equal(error.op, 'elasticloadbalancing:CreateListener')
    assert.equal(error.cause, thrown)
  })
}

const denied: readonly (readonly [Action, RegExp])[] = [
  ['AuthorizeSecurityGroupIngress', /ec2:AuthorizeSecurityGroupIngress is not allowed/],
  ['CreateLoadBalancer', /elasticloadbalancing:CreateLoadBalancer is not allowed/],
]
for (const [action, message] of denied)
  test(`error: a refusal names its action, ${action}`, () => {
    const thrown = Object.assign(new Error('no'), { code: 'AccessDenied', status: 403 })
    assert.match(toProviderError(action, thrown).message, message)
  })

test('error: where a call names elastic addresses, one of those is in use', () => {
  const thrown = Object.assign(new Error('no'), { name: 'ResourceInUseException' })
  assert.equal(toProviderError('CreateLoadBalancer', thrown).kind, 'taken')
  assert.equal(toProviderError('DeleteTargetGroup', thrown).kind, 'inUse')
})

test('error: the wire code outranks the class', () => {
  const thrown = Object.assign(new Error('x'), { name: 'Error', Code: 'TargetGroupNotFound' })
  assert.equal(toProviderError('DeleteTargetGroup', thrown).code, 'TargetGroupNotFound')
})
