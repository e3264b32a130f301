/** Taken over, run, edited and deleted: the same load balancer at the same address, whoever was killed on the way. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsFault } from '../../../../localstack/aws/fault.ts'
import type { ServiceObject, ServiceSpec } from '../../../../src/model/objects.ts'
import { isTrue } from '../../../conformance/subject.ts'
import { Life } from '../../../support/mortal.ts'
import { carryOut, plan, rig, type Adopting, type Rig } from './rig.ts'
import { seedCcm, seedClassic, seedLbc } from './seeds.ts'

const key = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`

interface Peer {
  readonly name: string
  readonly spec?: ServiceSpec
  readonly annotations: Record<string, string>
  readonly seed: (
    made: Rig,
    service: ServiceObject,
  ) => { arn: string; dns: string; targetGroups: readonly string[] }
}

const peers: readonly Peer[] = [
  {
    name: 'ccm',
    annotations: { [key('type')]: 'nlb' },
    seed: (made, service) => seedCcm(made.cloud, made.bed.cluster, service, { instances: made.instances }),
  },
  {
    name: 'ccm, Classic',
    annotations: { [key('type')]: 'classic' },
    seed: (made, service) =>
      seedClassic(made.cloud, made.bed.cluster, service, { instances: made.instances }),
  },
  {
    name: 'lbc',
    annotations: { [key('type')]: 'external', [key('scheme')]: 'internet-facing' },
    seed: (made, service) => seedLbc(made.cloud, made.bed.cluster, service, { instances: made.instances }),
  },
]

function begin(peer: Peer, options: Parameters<typeof rig>[0] = {}) {
  const made = rig(options)
  const clean = made.cloud.dump()
  const service = made.bed.apply('web', peer.spec ?? {}, peer.annotations)
  return { made, clean, found: peer.seed(made, service) }
}

const arns = ({ cloud }: Rig) => ({
  balancers: [
    ...cloud.world.loadBalancers.list().map(({ arn }) => arn),
    ...cloud.world.classicLoadBalancers.list().map(({ name }) => name),
  ],
  targetGroups: cloud.world.targetGroups.list().map(({ arn }) => arn),
})

const writes = ({ cloud }: Rig): readonly string[] =>
  cloud.log.filter(({ mutating }) => mutating).map(({ action }) => action)

async function settled({ bed }: Rig): Promise<void> {
  await bed.until('the Service is ready', () => isTrue(bed, 'web'))
  await bed.pass(60_000)
  await bed.calm()
}

for (const peer of peers) {
  test(`${peer.name}: taken over, run, edited, deleted: same ARNs and address, nothing left`, async () => {
    const { made, clean, found } = begin(peer)
    const { bed, cloud } = made
    const { plan: planned, adopted, failed } = await carryOut(made)
    assert.deepEqual([adopted, failed], [['shop/web'], []])
    assert.deepEqual(new Set(writes(made)), new Set(['AddTags', 'CreateTags']), 'nothing but tags is written')
    assert.deepEqual(bed.service('web')?.metadata.finalizers, ['service.kubernetes.io/load-balancer-cleanup'])
    cloud.clearLog()
    bed.start()
    await settled(made)
    assert.equal(writes(made).length, planned.later.length, 'no more than the plan said')
    assert.deepEqual(arns(made), { balancers: [found.arn], targetGroups: found.targetGroups })
    assert.equal(bed.address('web'), found.dns.toLowerCase())
    bed.edit('web', { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } })
    await settled(made)
    assert.deepEqual(arns(made), { balancers: [found.arn], targetGroups: found.targetGroups })
    assert.equal(bed.address('web'), found.dns.toLowerCase())
    assert.doesNotMatch(
      JSON.stringify(cloud.world.rules.list().filter((rule) => !rule.egress)),
      /"0\.0\.0\.0\/0"/,
    )
    await bed.stop()
    bed.start()
    await settled(made)
    bed.delete('web')
    await bed.until('the Service is gone', () => bed.service('web') === undefined, 3_600_000)
    await bed.pass(700_000)
    await bed.calm()
    assert.deepEqual(cloud.dump(), clean)
    await bed.stop()
  })

  test(`${peer.name}: adopting again changes nothing`, async () => {
    const { made } = begin(peer)
    await carryOut(made)
    const before = made.cloud.dump()
    made.cloud.clearLog()
    const again = await plan(made)
    assert.deepEqual([again.ready, again.marks], [[], []])
    await carryOut(made)
    assert.deepEqual(writes(made), [])
    assert.deepEqual(made.cloud.dump(), before)
  })

  test(`${peer.name}: the way back of the guide leads back`, async () => {
    const { made } = begin(peer)
    const first = await plan(made)
    await carryOut(made)
    wayBack(made)
    const again = await plan(made)
    assert.deepEqual(
      again.ready.map(({ owner }) => owner.name),
      ['shop/web'],
    )
    assert.deepEqual(
      again.marks.map(({ id }) => id),
      first.marks.map(({ id }) => id),
    )
    made.bed.start()
    await made.bed.pass(120_000)
    await made.bed.calm()
    assert.equal(made.bed.condition('web')?.reason, 'NotClaimed')
    await made.bed.stop()
  })

  test(`${peer.name}: a controller that comes up between two calls of a takeover waits for its end`, async () => {
    const whole = begin(peer)
    await carryOut(whole.made)
    const calls = writes(whole.made).length
    for (let call = 1; call <= calls; call++)
      for (const effect of ['before', 'after'] as const) {
        const { made, found } = begin(peer)
        await killedAt(made, call, effect)
        made.bed.start()
        await made.bed.pass(120_000)
        await made.bed.calm()
        assert.deepEqual(made.bed.condition('web')?.reason, 'NotClaimed')
        assert.deepEqual(arns(made), { balancers: [found.arn], targetGroups: found.targetGroups })
        await made.bed.stop()
        const { failed, adopted } = await carryOut(made)
        assert.deepEqual([failed, adopted], [[], ['shop/web']])
        assert.deepEqual(made.cloud.dump(), whole.made.cloud.dump(), `killed ${effect} call ${call}`)
        assert.deepEqual(unversioned(made), unversioned(whole.made))
      }
  })
}

/** As docs/guide/move-from-another-controller.md says it. */
function wayBack({ bed, cloud }: Rig): void {
  const finalizers = bed.service('web')?.metadata.finalizers ?? []
  bed.edit('web', { metadata: { annotations: { 'lb-controller.io/accepted': null }, finalizers } })
  const TagKeys = ['cluster', 'service-uid', 'service', 'key'].map((name) => `lb-controller.io/${name}`)
  const Tags = TagKeys.map((Key) => ({ Key }))
  const { loadBalancers, listeners, targetGroups, classicLoadBalancers, securityGroups, rules } = cloud.world
  for (const { arn } of [...loadBalancers.list(), ...listeners.list(), ...targetGroups.list()])
    cloud.byHand('elbv2', 'RemoveTags', { ResourceArns: [arn], TagKeys })
  for (const { name } of classicLoadBalancers.list())
    cloud.byHand('elb', 'RemoveTags', { LoadBalancerNames: [name], Tags })
  for (const { id } of [...securityGroups.list(), ...rules.list()])
    cloud.byHand('ec2', 'DeleteTags', { Resources: [id], Tags })
}

/** Runs the takeover, which dies at that write. */
async function killedAt(made: Rig, call: number, effect: 'before' | 'after'): Promise<void> {
  const life = new Life()
  let left = call
  const died = Promise.withResolvers<void>()
  const { cloud } = made
  cloud.onCall = ({ mutating }) => {
    if (!mutating || --left > 0) return
    life.kill()
    queueMicrotask(() => setImmediate(died.resolve))
    if (effect === 'before') throw new AwsFault('ServiceUnavailable', 'it never came', 503)
  }
  void carryOut(made, { life } satisfies Adopting).catch(() => {})
  await died.promise
  cloud.onCall = undefined
  cloud.clearLog()
}

const unversioned = ({ bed }: Rig) => {
  const { metadata, status } = bed.service('web') ?? { metadata: { name: '' } }
  return { annotations: metadata.annotations, finalizers: metadata.finalizers, address: status?.loadBalancer }
}

test('deleted in the middle of a takeover: it is finished, then all of it goes', async () => {
  const [peer] = peers
  if (peer === undefined) throw new Error('no peer')
  const { made, clean } = begin(peer)
  const { bed, cloud } = made
  await killedAt(made, 2, 'after')
  bed.delete('web')
  bed.start()
  await bed.pass(120_000)
  assert.notEqual(bed.service('web'), undefined)
  await bed.stop()
  const { adopted } = await carryOut(made)
  assert.deepEqual(adopted, ['shop/web'])
  bed.start()
  await bed.until('the Service is gone', () => bed.service('web') === undefined, 3_600_000)
  await bed.pass(700_000)
  await bed.calm()
  assert.deepEqual(cloud.dump(), clean)
  await bed.stop()
})

test('of several Services one stays with its controller: what names neither of them does too', async () => {
  const made = rig()
  const { bed, cloud, instances } = made
  const annotations = {
    [key('type')]: 'external',
    [key('scheme')]: 'internet-facing',
    [key('disable-nlb-sg')]: 'true',
  }
  for (const name of ['web', 'api'])
    seedLbc(cloud, bed.cluster, bed.apply(name, {}, annotations), { instances, groups: false })
  const rules = async (names?: readonly string[]): Promise<number> =>
    (await plan(made, names === undefined ? {} : { names })).marks.flatMap(({ parts = [] }) => parts).length
  assert.equal(await rules(['web']), 0)
  assert.equal(await rules(), 2)
})
