import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { ec2Actions } from '../../../localstack/aws/ec2/actions.ts'
import { elbActions } from '../../../localstack/aws/elb/actions.ts'
import { elbv2Actions } from '../../../localstack/aws/elbv2/actions.ts'
import { modelOfSdk } from '../../../localstack/aws/wire/model-of-sdk.ts'

const file = new URL('../../../localstack/aws/wire/model.json', import.meta.url)

test('what the server takes and answers is what the SDK says (UPDATE=1 writes it)', () => {
  const text = `${JSON.stringify(
    modelOfSdk({
      ec2: Object.keys(ec2Actions).toSorted(),
      elbv2: Object.keys(elbv2Actions).toSorted(),
      elb: Object.keys(elbActions).toSorted(),
    }),
  )}\n`
  if (process.env.UPDATE === '1') writeFileSync(file, text)
  assert.equal(readFileSync(file, 'utf8'), text)
})
