import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptedAnnotation } from '../../src/model/claim.ts'
import { ProviderError } from '../../src/provider/errors.ts'
import { toyError } from './cloud.ts'
import { toyBed } from './subject.ts'

const port = (n: number, nodePort = 30_000 + n) =>
  ({ name: `p${n}`, port: n, protocol: 'TCP', nodePort }) as const

const kindsOf = (cloud: ReturnType<typeof toyBed>['cloud']): string =>
  [...cloud.objects.values()]
    .map((object) => object.name)
    .toSorted()
    .join(' ')

test('law 1: what carries the uid of a Service that nobody knows stays, and is told', async () => {
  const { bed, cloud } = toyBed()
  const told: string[] = []
  cloud.make({
    kind: 'balancer',
    key: 'tcp',
    stack: 'ffffffff-0000-4000-8000-000000000000',
    name: 'left-over',
    uids: ['ffffffff-0000-4000-8000-000000000000'],
    spec: { Name: 'left-over' },
    parts: {},
  })
  bed.start()
  bed.apply('web')
  await bed.pass(700_000)
  for (const [, report] of bed.manager.term?.runner.reports() ?? [])
    told.push(...report.orphans.map((orphan) => orphan.id))
  bed.delete('web')
  await bed.pass(60_000)
  assert.equal(kindsOf(cloud), 'left-over')
  assert.deepEqual(told, ['toy-1'])
  await bed.stop()
})

test('law 1: a Service whose finalizer was stripped was seen to vanish, so its objects go', async () => {
  const { bed, cloud } = toyBed()
  bed.start()
  bed.apply('web')
  await bed.pass(30_000)
  bed.delete('web')
  bed.edit('web', { metadata: { finalizers: null } })
  await bed.pass(30_000)
  assert.equal(kindsOf(cloud), '')
  await bed.stop()
})

test('law 1: nothing shared goes while a Service was not looked at yet', async () => {
  const { bed, cloud } = toyBed({ settings: { serviceWorkers: 1 } })
  bed.start()
  bed.apply('a', { ports: [port(80)] })
  await bed.pass(10_000)
  for (let n = 0; n < 10; n++) bed.apply(`between-${n}`, { ports: [port(100 + n)] })
  bed.apply('b', { ports: [port(80, 31_000)] })
  await bed.pass(30_000)
  await bed.stop()
  bed.delete('a')
  const writes = cloud.writes.length
  bed.start()
  await bed.pass(60_000)
  assert.deepEqual(
    cloud.writes.slice(writes).filter((op) => op.startsWith('update fence')),
    ['update fence fence'],
    'the rule passes to b in one write, and is never taken away',
  )
  assert.deepEqual([...cloud.objects.values()].find((o) => o.kind === 'fence')?.parts['80/0.0.0.0/0']?.uids, [
    bed.service('b')?.metadata.uid,
  ])
  await bed.stop()
})

test('law 2: while the input is invalid, a port that went is not kept, and one that stays is', async () => {
  const { bed, cloud } = toyBed()
  bed.start()
  bed.apply('web', { ports: [port(80), port(81)] })
  await bed.pass(30_000)
  bed.edit('web', { spec: { ports: [port(80)], loadBalancerSourceRanges: ['10.0.0.0/8', '2001:db8::/32'] } })
  await bed.pass(30_000)
  assert.equal(bed.condition('web')?.status, 'False')
  const [balancer, fence] = [...cloud.objects.values()]
  assert.deepEqual(balancer?.spec['Ports'], [80])
  assert.deepEqual(Object.keys(fence?.parts ?? {}), ['80/0.0.0.0/0'])
  await bed.stop()
})

test('law 2: of an unreadable Service nothing goes, and what it may share with one that leaves stays too', async () => {
  const { bed, cloud } = toyBed()
  bed.start()
  bed.apply('a', { ports: [port(80)] })
  bed.apply('b', { ports: [port(80, 31_000)] })
  await bed.pass(30_000)
  await bed.stop()
  bed.edit('b', { metadata: { annotations: { [acceptedAnnotation]: null } } })
  bed.edit('b', { spec: { loadBalancerSourceRanges: ['10.0.0.0/8', '2001:db8::/32'] } })
  bed.start()
  await bed.pass(30_000)
  bed.delete('a')
  await bed.pass(60_000)
  assert.equal(bed.service('a'), undefined, 'nobody waits for it')
  assert.equal(kindsOf(cloud), 'b-tcp fence')
  const fence = [...cloud.objects.values()].find((object) => object.kind === 'fence')
  assert.deepEqual(fence?.parts['80/0.0.0.0/0']?.uids, [bed.service('b')?.metadata.uid])
  assert.ok((bed.address('b') ?? '').length > 0)
  await bed.stop()
})

test('law 6: one bad part of many is found and parked, the others go on, and an edit releases it', async () => {
  const { bed, cloud } = toyBed()
  cloud.refuse = (op, parts) =>
    op.startsWith('update fence') && parts.includes('83/0.0.0.0/0')
      ? toyError('invalid', 'BadPart', 'update')
      : undefined
  for (const n of [80, 81, 82, 83, 84]) bed.apply(`s${n}`, { ports: [port(n)] })
  bed.start()
  await bed.pass(60_000)
  for (const n of [80, 81, 82, 84]) assert.equal(bed.condition(`s${n}`)?.status, 'True', `s${n}`)
  assert.equal(bed.condition('s83')?.reason, 'LB_CLOUD_INVALID')
  assert.equal(bed.address('s83'), undefined)
  bed.edit('s83', { spec: { ports: [port(93)] } })
  await bed.pass(5_000)
  assert.equal(bed.condition('s83')?.status, 'True', bed.condition('s83')?.message)
  assert.equal(bed.warnings().length, 1)
  await bed.stop()
})

test('law 6: an owner keeps what it has while what replaces it is refused', async () => {
  const { bed, cloud } = toyBed()
  bed.start()
  bed.apply('web', { ports: [port(80)] })
  bed.apply('api', { ports: [port(81)] })
  await bed.pass(30_000)
  cloud.refuse = (_op, parts) =>
    parts.includes('80/10.0.0.0/8') ? toyError('quota', 'Full', 'update') : undefined
  bed.edit('web', { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } })
  await bed.pass(10_000)
  bed.edit('api', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } })
  await bed.pass(10_000)
  const fence = [...cloud.objects.values()].find((object) => object.kind === 'fence')
  assert.deepEqual(Object.keys(fence?.parts ?? {}).toSorted(), ['80/0.0.0.0/0', '81/192.0.2.0/24'])
  assert.equal(bed.condition('api')?.status, 'True')
  await bed.stop()
})

test('law 7: of two that claim one balancer field or part the older has it, the newer hears who holds it', async () => {
  const { bed, cloud } = toyBed({ contested: true })
  bed.apply('older', { ports: [port(80)] })
  await bed.pass(2_000)
  bed.apply('newer', { ports: [port(80, 31_000), port(90)] })
  bed.start()
  await bed.pass(60_000)
  assert.equal(bed.condition('older')?.status, 'True', bed.condition('older')?.message)
  assert.equal(bed.condition('newer')?.reason, 'LB_PART_TAKEN')
  assert.match(bed.condition('newer')?.message ?? '', /held by shop\/older/)
  assert.ok((bed.address('newer') ?? '').length > 0, 'its other port serves')
  const fence = [...cloud.objects.values()].find((object) => object.kind === 'fence')
  assert.deepEqual(Object.keys(fence?.parts ?? {}).toSorted(), ['80/0.0.0.0/0', '90/0.0.0.0/0'])
  bed.delete('older')
  await bed.pass(30_000)
  assert.equal(bed.condition('newer')?.status, 'True', bed.condition('newer')?.message)
  await bed.stop()
})

test('law 9: a create without an answer, and a delete right after it, leave nothing', async () => {
  for (const call of [1, 2, 3, 4]) {
    const { bed, cloud } = toyBed()
    bed.start()
    await bed.pass(30_000)
    cloud.cutNext({ call, effect: 'after' })
    bed.apply('web')
    await bed.pass(0)
    bed.delete('web')
    await bed.pass(60_000)
    assert.equal(bed.service('web'), undefined)
    assert.equal(kindsOf(cloud), '', `call ${call}`)
    await bed.stop()
  }
})

test('law 9: a Service that goes before its finalizer is written costs nothing', async () => {
  const { bed, cloud } = toyBed()
  bed.start()
  await bed.pass(0)
  bed.apply('web')
  bed.delete('web')
  await bed.pass(60_000)
  assert.deepEqual(cloud.writes, [])
  await bed.stop()
})

test('law 8: a finalizer stays until lists must show what was made a moment ago', async () => {
  const { bed, cloud } = toyBed()
  bed.start()
  await bed.pass(30_000)
  bed.apply('web')
  await bed.calm()
  await bed.stop()
  cloud.listLagMs = 4_000
  bed.delete('web')
  bed.start()
  await bed.pass(60_000)
  assert.equal(bed.service('web'), undefined)
  assert.equal(kindsOf(cloud), '')
  await bed.stop()
})

test('law 10: whoever was paused past its lease writes nothing when it wakes', async () => {
  const { bed, cloud } = toyBed()
  bed.start()
  bed.apply('web')
  await bed.pass(30_000)
  const writes = cloud.writes.length
  const other = bed.cluster.get('leases', { namespace: 'kube-system', name: 'lb-controller' })
  const renewTime = new Date(bed.clock.now() + 20_000).toISOString().replace('Z', '000Z')
  bed.cluster.update('leases', {
    ...other,
    spec: { ...other.spec, holderIdentity: 'another', renewTime, leaseTransitions: 1 },
  })
  bed.edit('web', { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } })
  bed.addNode(9)
  await bed.pass(12_000)
  const late = cloud.log.filter((call) => call.write).slice(writes)
  assert.ok(
    late.every((call) => call.at < bed.clock.now() - 4_000),
    'no write after the lease was seen to be gone',
  )
  assert.equal(bed.manager.term, undefined)
  await bed.stop()
})

test('law 10: nothing is written in the last seconds of a lease that cannot be renewed', async () => {
  const { bed, cloud } = toyBed()
  bed.start()
  bed.apply('web')
  await bed.pass(30_000)
  const update = bed.cluster.update.bind(bed.cluster)
  const refusing = (resource: never, object: never) => {
    if (resource === 'leases') throw new Error('the API server does not answer')
    return update(resource, object)
  }
  bed.cluster.update = refusing
  await bed.pass(23_000)
  const writes = cloud.writes.length
  bed.addNode(9)
  await bed.pass(900)
  assert.ok(bed.manager.term !== undefined, 'it still leads')
  assert.deepEqual(cloud.writes.slice(writes), [])
  bed.kill()
})

test('law 12: a locked root takes one write, then the next when a read shows it ready', async () => {
  const { bed, cloud } = toyBed({ busyMs: 3_000 })
  bed.start()
  await bed.pass(30_000)
  bed.apply('web')
  await bed.pass(15_000)
  assert.equal(bed.condition('web')?.status, 'True', bed.condition('web')?.message)
  const writes = cloud.log.filter((call) => call.write && call.op.includes('balancer'))
  for (const [n, write] of writes.entries())
    assert.ok(n === 0 || write.at - (writes[n - 1]?.at ?? 0) >= 3_000, 'written while busy')
  assert.ok(writes.length >= 2)
  await bed.stop()
})

test('law 12: what failed is made anew', async () => {
  const { bed, cloud } = toyBed()
  bed.start()
  bed.apply('web')
  await bed.pass(30_000)
  for (const object of cloud.objects.values()) if (object.kind === 'balancer') cloud.failed.add(object.id)
  await bed.pass(700_000)
  assert.equal(cloud.writes.filter((op) => op.startsWith('create balancer')).length, 2)
  assert.equal(bed.condition('web')?.status, 'True')
  await bed.stop()
})

test('law 13: a failure is tried again later and later, one Warning for all of it', async () => {
  const { bed, cloud } = toyBed()
  const tries: number[] = []
  cloud.refuse = (op) => {
    if (!op.startsWith('create balancer')) return undefined
    tries.push(bed.clock.now())
    return new ProviderError({ kind: 'transient', code: 'Down', op, sent: 'no', message: 'down' })
  }
  bed.start()
  bed.apply('web')
  await bed.pass(1_200_000)
  const gaps = tries.slice(1).map((at, n) => Math.round((at - (tries[n] ?? 0)) / 1000))
  assert.deepEqual(gaps.slice(0, 6), [5, 9, 18, 36, 72, 144])
  assert.ok(
    gaps.slice(6).every((gap) => gap <= 300),
    gaps.join(),
  )
  assert.equal(bed.warnings().length, 1)
  await bed.stop()
})
