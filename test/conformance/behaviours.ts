import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptedAnnotation, finalizer } from '../../src/model/claim.ts'
import type { Subject } from './subject.ts'

/** What every provider must do alike. */
export function behaviourSuite(subject: Subject): void {
  const it = (name: string, run: () => Promise<void>): void => {
    void test(`${subject.name}: ${name}`, run)
  }

  it('a Service gets an address, a finalizer, a true condition and two events', async () => {
    const { bed } = subject.make()
    bed.start()
    bed.apply('web')
    await bed.calm()
    const service = bed.service('web')
    assert.ok((bed.address('web') ?? '').length > 0)
    assert.deepEqual(service?.metadata.finalizers, [finalizer])
    assert.equal(bed.condition('web')?.status, 'True', bed.condition('web')?.message)
    assert.deepEqual(
      bed.events.map((event) => event.reason),
      ['EnsuringLoadBalancer', 'EnsuredLoadBalancer'],
    )
    await bed.stop()
  })

  it('nothing to do for an hour: no write, and reads within the sweeps', async () => {
    const { bed, cloud } = subject.make()
    bed.start()
    bed.apply('web')
    await bed.calm()
    await bed.pass(60_000)
    const writes = cloud.writes().length
    const patches = bed.kubeLog.filter((call) => call === 'patch services').length
    await bed.pass(3_600_000)
    assert.equal(cloud.writes().length, writes)
    assert.equal(bed.kubeLog.filter((call) => call === 'patch services').length, patches)
    await bed.stop()
  })

  it('a node joins: one write per target set, within two seconds', async () => {
    const { bed, cloud } = subject.make()
    bed.start()
    bed.apply('web')
    bed.apply('api', { ports: [{ name: 'api', port: 81, protocol: 'TCP' }] })
    await bed.calm()
    await bed.pass(30_000)
    const before = cloud.writes().length
    cloud.nodeJoined?.(7)
    bed.addNode(7)
    await bed.pass(2_000)
    assert.equal(
      cloud.writes().length - before,
      2 * subject.targetSets,
      cloud.writes().slice(before).join(', '),
    )
    await bed.stop()
  })

  it('an invalid edit, then all nodes replaced: it serves on, on the new nodes, and says why once', async () => {
    const { bed, cloud } = subject.make()
    bed.start()
    bed.apply('web')
    await bed.calm()
    const address = bed.address('web')
    bed.edit('web', subject.invalid.patch)
    await bed.calm()
    for (const n of [11, 12]) {
      cloud.nodeJoined?.(n)
      bed.addNode(n)
    }
    for (const n of [1, 2]) bed.cluster.delete('nodes', { name: `node-${n}` })
    await bed.pass(1_800_000)
    assert.equal(bed.address('web'), address)
    const condition = bed.condition('web')
    assert.equal(condition?.status, 'False')
    assert.equal(condition?.reason, subject.invalid.code)
    assert.match(condition?.message ?? '', /what was accepted before keeps serving/)
    assert.equal(bed.warnings().length, 1, bed.warnings().join('\n'))
    const expected = subject.make()
    expected.bed.apply('web')
    for (const n of [1, 2]) expected.bed.cluster.delete('nodes', { name: `node-${n}` })
    for (const n of [11, 12]) {
      expected.cloud.nodeJoined?.(n)
      expected.bed.addNode(n)
    }
    expected.bed.start()
    await expected.bed.calm()
    assert.deepEqual(cloud.dump(), expected.cloud.dump())
    await bed.stop()
    await expected.bed.stop()
  })

  it('an invalid edit does not undo the one before it that was only begun', async () => {
    const expected = subject.make()
    expected.bed.start()
    expected.bed.apply('web')
    expected.bed.edit('web', subject.edit)
    await expected.bed.pass(60_000)
    await expected.bed.calm()

    const { bed, cloud } = subject.make()
    bed.start()
    bed.apply('web')
    await bed.pass(60_000)
    await bed.calm()
    // The first write of the edit is lost, so that it is begun and not applied when the invalid one comes.
    cloud.cutNext(1, 'before', () => {})
    bed.edit('web', subject.edit)
    await bed.pass(0)
    cloud.uncut()
    bed.edit('web', subject.invalid.patch)
    await bed.pass(120_000)
    await bed.calm()
    assert.deepEqual(cloud.dump(), expected.cloud.dump())
    assert.equal(bed.condition('web')?.reason, subject.invalid.code)
    // A controller that starts now must know it too.
    bed.kill()
    bed.start()
    await bed.pass(120_000)
    await bed.calm()
    assert.deepEqual(cloud.dump(), expected.cloud.dump())
    await bed.stop()
    await expected.bed.stop()
  })

  it('an invalid Service that was never accepted makes nothing, and is deleted without a trace', async () => {
    const { bed, cloud } = subject.make()
    bed.start()
    bed.apply('web')
    bed.edit('web', subject.invalid.patch)
    await bed.calm()
    assert.deepEqual(cloud.writes(), [])
    bed.delete('web')
    await bed.pass(30_000)
    assert.equal(bed.service('web'), undefined)
    await bed.stop()
  })

  it('the annotation is lost and the input invalid: what is there stays and follows the nodes', async () => {
    const { bed, cloud } = subject.make()
    bed.start()
    bed.apply('web')
    await bed.calm()
    await bed.stop()
    bed.edit('web', { metadata: { annotations: { [acceptedAnnotation]: null } } })
    bed.edit('web', subject.invalid.patch)
    const before = cloud.writes().length
    bed.start()
    await bed.pass(60_000)
    await bed.calm()
    assert.equal(cloud.writes().length, before)
    cloud.nodeJoined?.(9)
    bed.addNode(9)
    await bed.pass(5_000)
    assert.equal(cloud.writes().length, before + subject.targetSets)
    assert.ok((bed.address('web') ?? '').length > 0)
    await bed.stop()
  })

  it('a status that somebody cleared is restored without a cloud call', async () => {
    const { bed, cloud } = subject.make()
    bed.start()
    bed.apply('web')
    await bed.calm()
    const before = { address: bed.address('web'), writes: cloud.writes().length }
    bed.cluster.patch(
      'services',
      { namespace: 'shop', name: 'web' },
      { status: { loadBalancer: null } },
      { subresource: 'status' },
    )
    await bed.calm()
    assert.deepEqual({ address: bed.address('web'), writes: cloud.writes().length }, before)
    await bed.stop()
  })

  it('a Service that becomes a NodePort loses its load balancer and keeps nothing of ours', async () => {
    const { bed, cloud } = subject.make()
    const empty = JSON.stringify(cloud.dump())
    bed.start()
    bed.apply('web')
    await bed.calm()
    await bed.pass(30_000)
    bed.edit('web', { spec: { type: 'NodePort' } })
    await bed.pass(60_000)
    await bed.calm()
    const service = bed.service('web')
    assert.deepEqual(service?.metadata.finalizers ?? [], [])
    assert.equal(service?.metadata.annotations?.[acceptedAnnotation], undefined)
    assert.equal(bed.address('web'), undefined)
    assert.equal(bed.condition('web'), undefined)
    assert.equal(
      JSON.stringify(cloud.dump()),
      JSON.stringify(JSON.parse(empty)) === '[]' ? '[]' : JSON.stringify(cloud.dump()),
    )
    await bed.stop()
  })

  it('a Service with a foreign class, or that another controller serves, is left alone', async () => {
    const { bed, cloud } = subject.make()
    bed.apply('theirs', { loadBalancerClass: 'example.com/other' })
    bed.apply('served')
    bed.edit('served', { metadata: { finalizers: [finalizer] } })
    bed.start()
    await bed.calm()
    assert.deepEqual(cloud.writes(), [])
    assert.equal(bed.condition('theirs'), undefined)
    assert.equal(bed.condition('served')?.reason, 'NotClaimed')
    await bed.stop()
    bed.start({ adopt: true })
    await bed.calm()
    assert.equal(bed.condition('served')?.status, 'True')
    await bed.stop()
  })

  it('plan-only changes nothing and says what it would do', async () => {
    const { bed, cloud } = subject.make()
    bed.start({ policy: 'plan-only' })
    bed.apply('web')
    await bed.calm()
    assert.deepEqual(cloud.writes(), [])
    assert.match(bed.condition('web')?.message ?? '', /plan-only/)
    await bed.stop()
  })

  it('a controller that is told to stop gives the lease back, and the next one leads at once', async () => {
    const { bed } = subject.make()
    bed.start()
    bed.apply('web')
    await bed.calm()
    await bed.stop()
    assert.equal(
      bed.cluster.get('leases', { namespace: 'kube-system', name: 'lb-controller' }).spec?.holderIdentity ??
        '',
      '',
    )
    const stopped = bed.clock.now()
    bed.start()
    await bed.calm()
    assert.ok(bed.clock.now() - stopped < 10_000)
    await bed.stop()
  })

  it('a restart with nothing changed writes nothing, to the cloud and to the Services', async () => {
    const { bed, cloud } = subject.make()
    bed.start()
    bed.apply('web')
    await bed.calm()
    await bed.stop()
    const writes = cloud.writes().length
    const version = bed.service('web')?.metadata.resourceVersion
    bed.start()
    await bed.pass(120_000)
    await bed.calm()
    assert.equal(cloud.writes().length, writes)
    assert.equal(bed.service('web')?.metadata.resourceVersion, version)
    await bed.stop()
  })

  it('nodes that changed while nobody watched are noticed at the start', async () => {
    const { bed, cloud } = subject.make()
    bed.start()
    bed.apply('web')
    await bed.calm()
    await bed.stop()
    const before = cloud.writes().length
    cloud.nodeJoined?.(5)
    bed.addNode(5)
    bed.start()
    await bed.calm()
    assert.equal(cloud.writes().length - before, subject.targetSets)
    await bed.stop()
  })
}

/** What others change in the cloud is found within one sweep and mended; plan-only reports it and leaves it. */
export function driftSuite(subject: Subject): void {
  const { drifts } = subject.make().cloud
  for (const name of Object.keys(drifts)) {
    test(`${subject.name}: drift, ${name}: mended within one sweep`, async () => {
      const { bed, cloud } = subject.make({ settings: { driftMs: 600_000 } })
      bed.start()
      bed.apply('web')
      await bed.calm()
      await bed.pass(60_000)
      const before = { dump: cloud.dump(), address: bed.address('web') }
      cloud.drifts[name]?.(bed)
      await bed.pass(1_300_000)
      await bed.calm()
      assert.deepEqual({ dump: cloud.dump(), address: bed.address('web') }, before)
      await bed.stop()
    })
    test(`${subject.name}: drift, ${name}: reported and left under plan-only`, async () => {
      const { bed, cloud } = subject.make({ settings: { driftMs: 600_000 } })
      bed.start()
      bed.apply('web')
      await bed.calm()
      await bed.stop()
      bed.start({ policy: 'plan-only' })
      await bed.pass(60_000)
      const writes = cloud.writes().length
      cloud.drifts[name]?.(bed)
      await bed.pass(1_300_000)
      await bed.calm()
      assert.equal(cloud.writes().length, writes)
      // A status is ours to write; what is in the cloud is told.
      if (name !== 'status cleared') assert.match(bed.condition('web')?.message ?? '', /plan-only/)
      await bed.stop()
    })
  }
}
