import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Bed } from '../support/bed.ts'
import { ToyCloud } from './cloud.ts'
import { toyProvider } from './provider.ts'

function toyBed() {
  let cloud: ToyCloud | undefined
  const bed = new Bed({ provider: (clock) => toyProvider((cloud ??= new ToyCloud(clock)), clock) })
  return { bed, cloud: () => cloud as ToyCloud }
}

test('a Service gets its objects, an address and a true condition', async () => {
  const { bed, cloud } = toyBed()
  bed.start()
  bed.apply('web')
  await bed.calm()
  assert.equal(bed.address('web'), 'address-of-web-tcp')
  assert.equal(bed.condition('web')?.status, 'True')
  assert.deepEqual(cloud().writes, [
    'create balancer tcp',
    'create fence fence',
    'update balancer tcp',
    'update fence fence',
  ])
  await bed.stop()
})
