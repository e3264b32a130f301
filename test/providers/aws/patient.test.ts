import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AwsApi } from '../../../providers/aws/api.ts'
import { patient } from '../../../providers/aws/patient.ts'
import { VirtualClock } from '../../../src/lib/clock.ts'
import { type ErrorKind, ProviderError } from '../../../src/provider/errors.ts'
import { never } from './world.ts'

const refusal = (kind: ErrorKind) =>
  new ProviderError({ kind, code: 'Refused', op: 'op', sent: 'no', message: 'refused' })

/** Refuses as many calls as it is given errors, then answers. */
function busyFor(errors: readonly ErrorKind[]): { readonly api: AwsApi; readonly calls: () => number } {
  let calls = 0
  const api = {
    call() {
      const kind = errors[calls++]
      return kind === undefined ? Promise.resolve({}) : Promise.reject(refusal(kind))
    },
  } as unknown as AwsApi
  return { api, calls: () => calls }
}

const rows: readonly {
  readonly name: string
  readonly action: 'DescribeTargetHealth' | 'DeregisterTargets'
  readonly errors: readonly ErrorKind[]
  readonly calls: number
  readonly fails?: ErrorKind
}[] = [
  { name: 'a read that was throttled', action: 'DescribeTargetHealth', errors: ['throttled'], calls: 2 },
  {
    name: 'and failed after that',
    action: 'DescribeTargetHealth',
    errors: ['throttled', 'transient'],
    calls: 3,
  },
  {
    name: 'but not for ever',
    action: 'DescribeTargetHealth',
    errors: ['throttled', 'throttled', 'throttled'],
    calls: 3,
    fails: 'throttled',
  },
  {
    name: 'not what is forbidden',
    action: 'DescribeTargetHealth',
    errors: ['denied'],
    calls: 1,
    fails: 'denied',
  },
  {
    name: 'not what changes something',
    action: 'DeregisterTargets',
    errors: ['throttled'],
    calls: 1,
    fails: 'throttled',
  },
]

for (const { name, action, errors, calls, fails } of rows)
  test(`aws: asked again: ${name}`, async () => {
    const clock = new VirtualClock()
    const busy = busyFor(errors)
    const asked = patient(busy.api, clock)
      .call(action, { TargetGroupArn: 'arn' }, never)
      .then(
        () => undefined,
        (error: ProviderError) => error.kind,
      )
    await clock.advance(5_000)
    assert.equal(await asked, fails)
    assert.equal(busy.calls(), calls)
  })
