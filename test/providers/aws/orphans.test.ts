/** What no Service has any more: listed, removed on request by the ordinary plan, or by the controller after a grace. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProvider } from '../../../providers/aws/index.ts'
import { Look } from '../../../src/controller/look.ts'
import { orphansIn } from '../../../src/controller/orphans.ts'
import { onlyOf, removeOrphans } from '../../../src/controller/remove-orphans.ts'
import { isTrue } from '../../conformance/subject.ts'
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

async function lookAt(
  { bed, cloud }: Left,
  uids: () => ReadonlySet<string> = () => new Set(),
): Promise<Look> {
  const { clock, clusterUid } = bed
  const provider = createProvider({ region: 'us-east-1' }, { api: inProcess(cloud), clock, clusterUid })
  const look: Look = new Look({
    clock,
    provider,
    cluster: { uid: clusterUid, name: 'demo' },
    concurrency: 4,
    heldUntil: () => Infinity,
    forbids: (step) => onlyOf(uids(), () => look.inventory)(step),
  })
  await look.list(never)
  look.nodes = bed.cluster.list('nodes').items
  await look.take(bed.cluster.list('services').items, never)
  return look
}

test('orphans: listed with what is theirs of what all share, and removed without touching the rest', async () => {
  const made = await left()
  let uids = new Set<string>()
  const look = await lookAt(made, () => uids)
  await look.walk(never)
  const found = orphansIn(look.inventory, look.owners)
  assert.deepEqual(found.map(({ owner, object }) => `${owner.name} ${object.kind}`).toSorted(), [
    'shop/web load-balancer',
    'shop/web security-group',
    'shop/web target-group',
  ])
  uids = new Set(found.map(({ owner }) => owner.uid))
  let over = false
  const { clock } = made.bed
  const removal = removeOrphans({ look, clock, uids, limitMs: 600_000 }, never).finally(() => (over = true))
  await made.bed.until('it is removed', () => over)
  assert.deepEqual((await removal).steps, [])
  look.stop()
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
