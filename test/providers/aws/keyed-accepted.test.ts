import assert from 'node:assert/strict'
import { test } from 'node:test'
import { awsBed } from './subject.ts'

const key = (name: string) => `service.beta.kubernetes.io/aws-load-balancer-${name}`
const attributes = key('target-group-attributes.80')

test('aws: a key of a family is remembered: it serves on beside a typo, and returns to the default when it goes', async () => {
  const { bed, cloud } = awsBed()
  bed.start()
  await bed.pass(30_000)
  bed.apply('web', {}, { [attributes]: 'deregistration_delay.timeout_seconds=60' })
  await bed.pass(20_000)
  const delay = () => cloud.world.targetGroups.list()[0]?.attributes['deregistration_delay.timeout_seconds']
  assert.equal(delay(), '60')
  bed.edit('web', { metadata: { annotations: { [key('healthcheck-interval')]: '7000' } } })
  await bed.pass(20_000)
  assert.equal(bed.condition('web')?.status, 'False')
  await bed.stop()
  bed.start()
  await bed.pass(4_000_000)
  assert.equal(delay(), '60')
  bed.edit('web', { metadata: { annotations: { [key('healthcheck-interval')]: null, [attributes]: null } } })
  await bed.pass(20_000)
  assert.equal(bed.condition('web')?.status, 'True')
  assert.equal(delay(), '300')
  await bed.stop()
})
