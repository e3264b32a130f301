import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertHere } from '../../src/sandbox/aws-cloud.ts'
import { awsNode } from '../../src/sandbox/aws-node.ts'
import { CloudNames } from '../../src/sandbox/cloud-names.ts'
import { nodeLayout } from '../../src/sandbox/layout.ts'

const endpoints: readonly { name: string; endpoint: string | undefined; here: boolean }[] = [
  { name: 'an address of the sandbox', endpoint: 'http://127.71.0.1:6743', here: true },
  { name: 'none: the SDK would ask AWS', endpoint: undefined, here: false },
  { name: 'a name, which may lead anywhere', endpoint: 'http://localhost:6743', here: false },
  { name: 'AWS', endpoint: 'https://ec2.us-east-1.amazonaws.com', here: false },
  { name: 'a name that begins as an address', endpoint: 'http://127.0.0.1.example.com', here: false },
  { name: 'an address behind a user', endpoint: 'http://127.0.0.1@192.0.2.1', here: false },
  { name: 'no URL', endpoint: '127.0.0.1', here: false },
]

for (const { name, endpoint, here } of endpoints)
  test(`aws of a sandbox, ${name}: ${here ? 'asked' : 'refused'}`, () => {
    if (here) assertHere(endpoint)
    else assert.throws(() => assertHere(endpoint), /the AWS of a sandbox is on this machine/)
  })

test('aws of a sandbox: nodes are instances, in zones of its region', () => {
  assert.deepEqual(
    [1, 11].map((number) => awsNode(nodeLayout(71, number))),
    [
      { providerID: 'aws:///us-east-1a/i-00000000000000001', zone: 'us-east-1a' },
      { providerID: 'aws:///us-east-1b/i-0000000000000000b', zone: 'us-east-1b' },
    ],
  )
})

test('names of a cloud: asked again when they may be old, once for all; kept while it does not answer', async () => {
  let [now, asked] = [0, 0]
  let known: Readonly<Record<string, readonly string[]>> | undefined = { 'lb.test': ['127.0.0.9'] }
  const names = new CloudNames(
    async () => {
      asked += 1
      if (known === undefined) throw new Error('away')
      return known
    },
    () => now,
  )
  assert.equal(names.of('lb.test'), undefined)
  await Promise.all([names.refresh(), names.refresh()])
  assert.deepEqual([names.of('LB.test'), asked], [['127.0.0.9'], 1])
  await names.refresh()
  assert.equal(asked, 1)
  now += 1_000
  known = undefined
  await names.refresh()
  assert.deepEqual([names.of('lb.test'), asked], [['127.0.0.9'], 2])
  now += 1_000
  known = {}
  await names.refresh()
  assert.equal(names.of('lb.test'), undefined)
  assert.equal(names.of('toString'), undefined)
})
