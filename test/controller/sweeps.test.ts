import assert from 'node:assert/strict'
import { test } from 'node:test'
import { finalizer } from '../../src/model/claim.ts'
import { awsBed } from '../providers/aws/subject.ts'

test('while the cloud may not be listed, every Service is told which action is missing, and each new reason once', async () => {
  const { bed, cloud } = awsBed()
  cloud.deny('DescribeTargetGroups')
  bed.apply('web')
  bed.apply('theirs')
  bed.edit('theirs', { metadata: { finalizers: [finalizer] } })
  bed.start()
  await bed.pass(60_000)
  assert.equal(bed.condition('web')?.reason, 'CloudError')
  assert.match(bed.condition('web')?.message ?? '', /elasticloadbalancing:DescribeTargetGroups.*AccessDenied/)
  assert.equal(bed.condition('theirs'), undefined, 'whose it is may show only when it is known what exists')
  assert.equal(bed.warnings().length, 1, bed.warnings().join('\n'))

  cloud.allow('DescribeTargetGroups')
  cloud.switches.failureShare = 1
  await bed.pass(60_000)
  assert.match(bed.condition('web')?.message ?? '', /ServiceUnavailable/)
  assert.equal(bed.warnings().length, 2)
  assert.equal(
    cloud.log.some((call) => call.mutating),
    false,
    'nothing is made before it is known what exists',
  )

  cloud.switches.failureShare = 0
  await bed.pass(30_000)
  await bed.calm()
  assert.equal(bed.condition('web')?.status, 'True', bed.condition('web')?.message)
  assert.equal(bed.condition('theirs')?.reason, 'NotClaimed')
  await bed.stop()
})

const quiet = () => {}

test('an object whose Service nobody knows is told once, however often it is listed', async () => {
  const told: string[] = []
  const note = (message: string) => void told.push(message)
  const log = { debug: quiet, info: quiet, warn: note, error: note, child: () => log }
  const { bed } = awsBed({ log })
  bed.start()
  bed.apply('web')
  await bed.calm()
  await bed.stop()
  bed.edit('web', { metadata: { finalizers: null } })
  bed.delete('web')
  bed.start()
  await bed.pass(1_800_000)
  const orphans = told.filter((message) => message === 'an object of ours has no Service')
  // The load balancer, its listener and its target group.
  assert.equal(orphans.length, 3, told.join('\n'))
  await bed.stop()
})
