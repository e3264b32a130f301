/** Deletion protection: what may not be deleted stays whole, until its user takes the protection back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keysBed, servicePorts } from './keys-world.ts'

const key = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`
const protectedBy = { [key('attributes')]: 'deletion_protection.enabled=true' }
/** Rules on the groups of the nodes, which go before the load balancer when nothing holds them. */
const network = { [key('type')]: 'nlb' }
const group = { [key('type')]: 'external', 'lb-controller.io/group': 'edge' }
const application = { [key('backend-protocol')]: 'http' }

type Made = ReturnType<typeof keysBed>

const writes = ({ cloud }: Made): readonly string[] =>
  cloud.log.flatMap(({ mutating, action }) => (mutating ? [action] : []))

const ready = ({ bed }: Made) => bed.until('ready', () => bed.condition('web')?.status === 'True')

async function standing(annotations: Record<string, string>): Promise<Made> {
  const made = keysBed()
  made.bed.start()
  made.bed.apply('web', { ports: servicePorts }, { ...annotations, ...protectedBy })
  await ready(made)
  await made.bed.calm()
  made.cloud.clearLog()
  return made
}

/** As somebody does in AWS's console. */
const byHand = ({ cloud }: Made, value: 'true' | 'false') =>
  cloud.byHand('elbv2', 'ModifyLoadBalancerAttributes', {
    LoadBalancerArn: cloud.world.loadBalancers.list()[0]?.arn,
    Attributes: [{ Key: 'deletion_protection.enabled', Value: value }],
  })

const gone = ({ bed, cloud }: Made) =>
  bed.until('gone', () => bed.service('web') === undefined && cloud.world.loadBalancers.list().length === 0)

const kinds: readonly (readonly [string, Record<string, string>])[] = [
  ['a network load balancer', network],
  ['one with groups of its own', { [key('type')]: 'external' }],
  ['that of a group', group],
  ['an application load balancer', application],
]

for (const [name, annotations] of kinds) {
  test(`${name} that is protected waits whole, without calls, and goes when AWS lets it`, async () => {
    const made = await standing(annotations)
    const { bed, cloud } = made
    const before = JSON.stringify(cloud.dump())
    bed.delete('web')
    await bed.pass(1_500_000)
    assert.deepEqual(writes(made), [])
    assert.equal(JSON.stringify(cloud.dump()), before)
    const told = bed.condition('web')
    assert.equal(told?.reason, 'Deleting')
    assert.match(told?.message ?? '', /deletion_protection\.enabled=true.*aws-load-balancer-attributes/)
    assert.equal(bed.warnings().length, 1)
    // One look a minute, of a few reads.
    assert.ok(cloud.log.length < 25 * 12, `${cloud.log.length} calls`)

    bed.kill()
    bed.start()
    await bed.pass(120_000)
    assert.deepEqual(writes(made), [])
    byHand(made, 'false')
    await gone(made)
    assert.deepEqual(cloud.world.targetGroups.list(), [])
  })

  test(`${name} goes when the annotation takes its protection back`, async () => {
    const made = await standing(annotations)
    made.bed.delete('web')
    await made.bed.pass(120_000)
    made.bed.edit('web', {
      metadata: { annotations: { [key('attributes')]: 'deletion_protection.enabled=false' } },
    })
    await gone(made)
    assert.deepEqual(made.cloud.world.targetGroups.list(), [])
  })
}

test('nodes follow while it waits', async () => {
  const made = await standing(network)
  made.bed.delete('web')
  await made.bed.pass(60_000)
  const [, second] = made.bed.cluster.list('nodes').items
  made.bed.cluster.delete('nodes', { name: second?.metadata.name ?? '' })
  await made.bed.pass(60_000)
  assert.deepEqual(writes(made), ['DeregisterTargets'])
})

test('protection that somebody turned on in AWS is found when the delete is refused', async () => {
  const made = keysBed()
  made.bed.start()
  made.bed.apply('web', { ports: servicePorts }, network)
  await ready(made)
  await made.bed.calm()
  const rules = () => made.cloud.world.rules.list().length
  const before = rules()
  byHand(made, 'true')
  made.bed.delete('web')
  await made.bed.pass(1_500_000)
  assert.equal(made.cloud.log.filter(({ action }) => action === 'DeleteLoadBalancer').length, 1)
  assert.match(made.bed.condition('web')?.message ?? '', /deletion_protection/)
  assert.equal(made.bed.warnings().length, 1)
  assert.equal(rules(), before)
  byHand(made, 'false')
  await gone(made)
})

test('a Service that is no load balancer any more waits in the same way', async () => {
  const made = await standing(network)
  made.bed.edit('web', { spec: { type: 'NodePort' } })
  await made.bed.pass(300_000)
  assert.deepEqual(writes(made), [])
  assert.match(made.bed.condition('web')?.message ?? '', /deletion_protection/)
  byHand(made, 'false')
  await made.bed.until('gone', () => made.cloud.world.loadBalancers.list().length === 0)
})

test('one whose finalizer was stripped is not tried again and again', async () => {
  const made = await standing(network)
  made.bed.edit('web', { metadata: { finalizers: null } })
  made.bed.delete('web')
  await made.bed.pass(1_500_000)
  assert.equal(made.bed.service('web'), undefined)
  assert.ok(made.cloud.log.length < 25 * 12, `${made.cloud.log.length} calls`)
  assert.ok(!writes(made).includes('DeleteLoadBalancer'))
  byHand(made, 'false')
  await made.bed.until('gone', () => made.cloud.world.loadBalancers.list().length === 0)
})
