import assert from 'node:assert/strict'
import { test } from 'node:test'
import { localBed } from './subject.ts'

const inUse = 'another program listens on TCP 127.14.240.1:80'
const told =
  /^LoadBalancerNotAsAsked: LB_LOCAL_NOT_SERVED at spec\.ports\[0\]\.port: port 80 is not served: another program listens.*Hint: free the port/

test('a port that cannot be served is told once, across an hour and a restart, and again when it comes again', async () => {
  const { bed, refusal } = localBed()
  refusal.failure = inUse
  bed.start()
  bed.apply('web')
  await bed.pass(3_600_000)
  assert.match(bed.warnings().join('\n'), told)
  assert.equal(bed.warnings().length, 1, bed.warnings().join('\n'))
  assert.match(bed.condition('web')?.message ?? '', /not served: another program/)

  await bed.stop()
  bed.start()
  await bed.pass(600_000)
  assert.equal(bed.warnings().length, 1, 'the condition of the first instance tells of it')

  refusal.failure = 'the system refuses the port'
  await bed.pass(600_000)
  assert.equal(bed.warnings().length, 1, 'for another reason it is no more served than before')

  delete refusal.failure
  await bed.pass(600_000)
  assert.match(bed.condition('web')?.message ?? '', /in place$/)
  refusal.failure = inUse
  await bed.pass(600_000)
  assert.equal(bed.warnings().length, 2, bed.warnings().join('\n'))
  await bed.stop()
})

test('an annotation that nobody knows is told with the edit that brought it, and with no other one', async () => {
  const { bed } = localBed()
  bed.start()
  bed.apply('web')
  await bed.calm()
  assert.deepEqual(bed.warnings(), [])
  bed.edit('web', { metadata: { annotations: { 'lb-controller.io/zzz-colour': 'blue' } } })
  await bed.calm()
  bed.edit('web', { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } })
  await bed.calm()
  assert.equal(bed.warnings().length, 1, bed.warnings().join('\n'))
  assert.match(bed.warnings()[0] ?? '', /^LoadBalancerNotAsAsked: LB_ANNOTATION_UNKNOWN .*zzz-colour/)
  await bed.stop()
})
