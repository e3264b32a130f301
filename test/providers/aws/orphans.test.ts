/** What no Service has any more: listed, removed on request by the ordinary plan, or by the controller after a grace. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProvider } from '../../../providers/aws/index.ts'
import { preview, type Hands, type Preview } from '../../../src/controller/preview.ts'
import { leavingOf, onlyOf } from '../../../src/controller/remove-orphans.ts'
import { isTrue } from '../../conformance/subject.ts'
import { clusterApi } from '../../support/cluster-api.ts'
import { inProcess } from './in-process.ts'
import { awsBed } from './subject.ts'

const never = new AbortController().signal

/** Two Services were served; one of them was deleted by force while no controller ran. */
async function left() {
  const { bed, cloud } = awsBed()
  bed.apply('api', { ports: [{ name: 'api', port: 81, protocol: 'TCP', nodePort: 30_081 }] })
  bed.start()
  await bed.until('api serves', () => isTrue(bed, 'api'))
  await bed.pass(30_000)
  await bed.calm()
  const clean = cloud.dump()
  bed.apply('web')
  await bed.until('web serves', () => isTrue(bed, 'web'))
  await bed.pass(30_000)
  await bed.calm()
  await bed.stop()
  bed.edit('web', { metadata: { finalizers: null } })
  bed.delete('web')
  return { bed, cloud, clean }
}

type Left = Awaited<ReturnType<typeof left>>

function see({ bed, cloud }: Left, hands?: Hands): Promise<Preview> {
  const { clock, clusterUid } = bed
  const provider = createProvider({ region: 'us-east-1' }, { api: inProcess(cloud), clock, clusterUid })
  const seen = preview(
    {
      clock,
      provider,
      api: clusterApi(bed.cluster),
      cluster: { uid: clusterUid, name: 'demo' },
      services: bed.cluster.list('services').items,
      nodes: bed.cluster.list('nodes').items,
      settings: { adopt: false, graceMs: 0, serviceWorkers: 4, stackWorkers: 4, cloudConcurrency: 4 },
      trusting: true,
      ...(hands === undefined ? {} : { hands }),
    },
    never,
  )
  let over = false
  void seen.finally(() => (over = true))
  return bed.until('it is seen', () => over).then(() => seen)
}

test('orphans: listed with what is theirs of what all share, and removed without touching the rest', async () => {
  const made = await left()
  const { lost } = await see(made)
  assert.deepEqual(lost.map(({ owner, object }) => `${owner.name} ${object.kind}`).toSorted(), [
    'shop/web load-balancer',
    'shop/web security-group',
    'shop/web target-group',
  ])
  const uids = new Set(lost.map(({ owner }) => owner.uid))
  const { steps } = await see(made, {
    heldUntil: () => Infinity,
    forbids: onlyOf(uids),
    onStep: () => {},
    isOver: (seen) => leavingOf(seen.steps, uids).length === 0,
  })
  assert.deepEqual(leavingOf(steps, uids), [])
  assert.deepEqual(made.cloud.dump(), made.clean)
})

test('orphans: the controller leaves them, unless told otherwise, and then only after the grace', async () => {
  const made = await left()
  const { bed, cloud, clean } = made
  const before = cloud.dump()
  bed.start()
  await bed.pass(7_200_000)
  await bed.calm()
  assert.deepEqual(cloud.dump(), before)
  await bed.stop()
  bed.start({ orphanGraceMs: 3_600_000 })
  await bed.pass(3_000_000)
  await bed.calm()
  assert.deepEqual(cloud.dump(), before)
  await bed.pass(1_800_000)
  await bed.calm()
  assert.deepEqual(cloud.dump(), clean)
  await bed.stop()
})

test('orphans: a Service that is not watched lives all the same', async () => {
  const made = await left()
  const before = made.cloud.dump()
  made.bed.start({ orphanGraceMs: 60_000, watchNamespace: 'other' })
  await made.bed.pass(3_600_000)
  await made.bed.calm()
  assert.deepEqual(made.cloud.dump(), before)
  await made.bed.stop()
})
