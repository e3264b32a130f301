import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manyServices, nodeReplaced, scaleBars } from './scale.ts'
import { awsBed } from './subject.ts'

const key = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`

const creates = async (annotations: Record<string, string>): Promise<readonly string[]> => {
  const { bed, cloud } = awsBed()
  bed.start()
  bed.apply('web', {}, annotations)
  await bed.pass(30_000)
  await bed.stop()
  return cloud.log.filter((call) => call.mutating).map((call) => call.action)
}

test('aws: a Service with one port takes five calls', async () => {
  assert.deepEqual((await creates({})).toSorted(), [
    'AuthorizeSecurityGroupIngress',
    'CreateListener',
    'CreateLoadBalancer',
    'CreateTargetGroup',
    'RegisterTargets',
  ])
})

test('aws: attributes of both kinds take one call each', async () => {
  const calls = await creates({
    [key('cross-zone-load-balancing-enabled')]: 'true',
    [key('target-group-attributes')]: 'deregistration_delay.timeout_seconds=60',
  })
  assert.equal(calls.length, 7, calls.join())
})

test('aws: 100 Services', (t) => scaleBars(t, 100))

test('aws: 60 Services, a node replaced', (t) => nodeReplaced(t, 60, 10))

test('aws: 20 Services wait under throttling, and a user edit goes first', async () => {
  const { bed, cloud } = await manyServices(20)
  cloud.switches.throttle = { 'elbv2:targets': { rate: 1, burst: 1 }, 'elbv2:write': { rate: 4, burst: 4 } }
  for (const n of [1, 2]) bed.cluster.delete('nodes', { name: `node-${n}` })
  await bed.pass(1_000)
  cloud.clearLog()
  bed.edit('s00007', { metadata: { annotations: { [key('healthcheck-interval')]: '20' } } })
  await bed.pass(8_000)
  const done = cloud.log.filter((call) => call.outcome === 'ok' && call.mutating)
  const at = done.findIndex((call) => call.action === 'ModifyTargetGroup')
  assert.ok(at >= 0 && at <= 8, done.map((call) => call.action).join())
  await bed.stop()
})
