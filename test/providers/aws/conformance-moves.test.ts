import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cloud } from '../../../localstack/aws/cloud.ts'
import type { Bed } from '../../support/bed.ts'
import { awsBed } from './subject.ts'

const key = (name: string) => `service.beta.kubernetes.io/aws-load-balancer-${name}`
const schemeKey = key('scheme')
const minute = 60_000

interface Shown {
  readonly name: string
  readonly scheme: string
}

const balancers = (cloud: Cloud): readonly Shown[] =>
  cloud.world.loadBalancers
    .list()
    .map(({ name, scheme }) => ({ name, scheme }))
    .toSorted((a, b) => (a.scheme < b.scheme ? -1 : 1))

const schemes = (cloud: Cloud): string =>
  balancers(cloud)
    .map((one) => one.scheme)
    .join(' ')

/** The scheme of the load balancer that the status points at. */
function published({ bed, cloud }: { bed: Bed; cloud: Cloud }): string | undefined {
  const address = bed.address('web')
  return cloud.world.loadBalancers.list().find((one) => address?.includes(one.name) === true)?.scheme
}

const flip = (bed: Bed) => bed.edit('web', { metadata: { annotations: { [schemeKey]: 'internal' } } })

async function served() {
  const made = awsBed()
  made.bed.start()
  made.bed.apply('web')
  await made.bed.calm()
  await made.bed.pass(30_000)
  return made
}

test('aws: a scheme flip builds beside, waits until the new one serves, switches once, and goes after the grace', async () => {
  const made = await served()
  const { bed, cloud } = made
  const ingress: string[] = []
  cloud.switches.healthyMs = 45_000
  cloud.switches.provisioningMs = 30_000
  flip(bed)
  for (let second = 0; second < 180; second++) {
    await bed.pass(1_000)
    const now = published(made)
    if (now !== undefined && ingress.at(-1) !== now) ingress.push(now)
    if (second === 20) {
      assert.equal(schemes(cloud), 'internal internet-facing')
      assert.equal(bed.condition('web')?.reason, 'Moving')
      assert.match(bed.condition('web')?.message ?? '', /does not serve yet/)
    }
  }
  assert.deepEqual(ingress, ['internet-facing', 'internal'], 'one switch')
  assert.equal(bed.condition('web')?.status, 'True')
  assert.match(bed.condition('web')?.message ?? '', /what it replaced stays until 2026-01-01T00:1/)
  await bed.pass(6 * minute)
  assert.equal(schemes(cloud), 'internal internet-facing', 'kept for the grace')
  await bed.pass(5 * minute)
  assert.equal(schemes(cloud), 'internal')
  assert.equal(cloud.world.targetGroups.list().length, 1)
  assert.doesNotMatch(bed.condition('web')?.message ?? '', /stays until/)
  await bed.stop()
})

test('aws: while the successor does not serve, the old one stays published, whatever is edited in between', async () => {
  const made = await served()
  const { bed, cloud } = made
  for (const n of [1, 2]) cloud.setUnhealthy(`i-${n.toString(16).padStart(17, '0')}`)
  flip(bed)
  await bed.pass(5 * minute)
  bed.edit('web', { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } })
  await bed.pass(6 * minute)
  assert.equal(published(made), 'internet-facing')
  assert.equal(schemes(cloud), 'internal internet-facing')
  await bed.stop()
})

test('aws: a successor that fails its checks in the grace does not turn the status back', async () => {
  const made = await served()
  const { bed, cloud } = made
  flip(bed)
  await bed.pass(2 * minute)
  assert.equal(published(made), 'internal')
  for (const n of [1, 2]) cloud.setUnhealthy(`i-${n.toString(16).padStart(17, '0')}`)
  bed.edit('web', { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } })
  await bed.pass(5 * minute)
  assert.equal(published(made), 'internal')
  await bed.stop()
})

test('aws: an edit taken back before the switch leaves only what was there', async () => {
  const made = await served()
  const { bed, cloud } = made
  const before = cloud.dump()
  cloud.switches.healthyMs = 10 * minute
  flip(bed)
  await bed.pass(minute)
  assert.equal(schemes(cloud), 'internal internet-facing')
  bed.edit('web', { metadata: { annotations: { [schemeKey]: null } } })
  await bed.pass(2 * minute)
  assert.deepEqual(cloud.dump(), before)
  await bed.stop()
})

test('aws: a move that keeps the address keeps nothing for a grace, and never empties the status', async () => {
  const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/11111111-1111-4111-8111-111111111111'
  const made = awsBed()
  const { bed, cloud } = made
  cloud.addCertificate(certificate)
  bed.start()
  bed.apply('web', {}, { [key('ssl-cert')]: certificate })
  await bed.calm()
  await bed.pass(30_000)
  const address = bed.address('web')
  cloud.switches.healthyMs = 40_000
  bed.edit('web', { metadata: { annotations: { [key('backend-protocol')]: 'ssl' } } })
  for (let second = 0; second < 90; second++) {
    await bed.pass(1_000)
    assert.equal(bed.address('web'), address)
  }
  await bed.pass(minute)
  assert.deepEqual(
    cloud.world.targetGroups.list().map((group) => group.protocol),
    ['TLS'],
  )
  await bed.stop()
})

test('aws: deleted in the middle of a move, both go', async () => {
  const made = await served()
  const { bed, cloud } = made
  flip(bed)
  await bed.pass(2 * minute)
  bed.delete('web')
  await bed.pass(minute)
  assert.equal(bed.service('web'), undefined)
  assert.equal(schemes(cloud), '')
  assert.equal(cloud.world.targetGroups.list().length, 0)
  await bed.stop()
})
