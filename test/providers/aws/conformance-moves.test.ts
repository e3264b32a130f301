import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cloud } from '../../../localstack/aws/cloud.ts'
import { instanceId, type Bed } from '../../support/bed.ts'
import { certificate } from './stories.ts'
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
  const moved = bed.events.filter(({ reason }) => reason === 'LoadBalancerMoved')
  assert.equal(moved.length, 1)
  assert.match(moved[0]?.message ?? '', /^The address is \S+ now; \S+ serves until 2026-01-01T00:1\S+$/)
  await bed.pass(6 * minute)
  assert.equal(schemes(cloud), 'internal internet-facing', 'kept for the grace')
  await bed.pass(5 * minute)
  assert.equal(schemes(cloud), 'internal')
  assert.equal(cloud.world.targetGroups.list().length, 1)
  assert.doesNotMatch(bed.condition('web')?.message ?? '', /stays until/)
  await bed.stop()
})

/** Makes targets of the load balancer of this scheme fail their checks there, and nowhere else. */
function fails(cloud: Cloud, scheme: string, nodes: readonly number[], failing = true): void {
  for (const group of cloud.world.targetGroups.list())
    if (group.tags['lb-controller.io/key']?.startsWith(`${scheme}/`) === true)
      for (const n of nodes) cloud.setUnhealthy(instanceId(n), failing, group.arn)
}

async function flipTo({ bed, cloud }: Awaited<ReturnType<typeof served>>, failing: readonly number[]) {
  cloud.switches.healthyMs = 40_000
  flip(bed)
  await bed.pass(10_000)
  fails(cloud, 'internal', failing)
}

test('aws: while the successor does not serve, the old one stays published, whatever is edited in between', async () => {
  const made = await served()
  const { bed, cloud } = made
  await flipTo(made, [1, 2])
  await bed.pass(5 * minute)
  bed.edit('web', { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } })
  await bed.pass(6 * minute)
  assert.equal(published(made), 'internet-facing')
  assert.equal(schemes(cloud), 'internal internet-facing')
  await bed.stop()
})

test('aws: a move waits for every zone in which the old one has a target that answers', async () => {
  const made = await served()
  const { bed, cloud } = made
  await flipTo(made, [1])
  await bed.pass(3 * minute)
  assert.equal(published(made), 'internet-facing')
  assert.match(bed.condition('web')?.message ?? '', /port 80 has none in us-east-1b/)
  fails(cloud, 'internet-facing', [1])
  await bed.pass(minute)
  assert.equal(published(made), 'internal', 'a zone in which the old one has none either does not count')
  await bed.stop()
})

test('aws: an application that is down does not hold up its move', async () => {
  const made = await served()
  const { bed, cloud } = made
  for (const n of [1, 2]) cloud.setUnhealthy(instanceId(n))
  flip(bed)
  await bed.pass(minute)
  assert.equal(published(made), 'internal')
  await bed.stop()
})

test('aws: a move that takes ten minutes says so once, keeps both, and ends when the new one serves', async () => {
  const made = await served()
  const { bed, cloud } = made
  await flipTo(made, [1, 2])
  await bed.pass(9 * minute)
  assert.equal(bed.condition('web')?.reason, 'Moving')
  await bed.pass(2 * minute)
  assert.equal(bed.condition('web')?.reason, 'LB_MOVE_STALLED')
  assert.match(
    bed.condition('web')?.message ?? '',
    /no|none in us-east-1b, us-east-1c.*Hint: take the edit back/,
  )
  assert.equal(schemes(cloud), 'internal internet-facing')
  const reads = cloud.log.length
  await bed.pass(60 * minute)
  assert.ok(cloud.log.length - reads < 60 * 14, 'looked at once a minute')
  assert.deepEqual(
    bed.events.filter((event) => event.reason === 'LoadBalancerMoveStalled').map((event) => event.type),
    ['Warning'],
  )
  fails(cloud, 'internal', [1, 2], false)
  await bed.pass(3 * minute)
  assert.equal(published(made), 'internal')
  assert.equal(bed.condition('web')?.status, 'True')
  await bed.pass(12 * minute)
  assert.equal(schemes(cloud), 'internal')
  await bed.stop()
})

test('aws: a move that stalled and is taken back leaves what was there', async () => {
  const made = await served()
  const { bed, cloud } = made
  const before = cloud.dump()
  await flipTo(made, [1, 2])
  await bed.pass(12 * minute)
  bed.edit('web', { metadata: { annotations: { [schemeKey]: null } } })
  await bed.pass(2 * minute)
  assert.deepEqual(cloud.dump(), before)
  assert.equal(bed.condition('web')?.status, 'True')
  await bed.stop()
})

test('aws: the ten minutes of a move go on over a restart', async () => {
  const made = await served()
  const { bed } = made
  await flipTo(made, [1, 2])
  await bed.pass(6 * minute)
  bed.kill()
  bed.start()
  await bed.pass(5 * minute)
  assert.equal(bed.condition('web')?.reason, 'LB_MOVE_STALLED')
  await bed.stop()
})

test('aws: a move does not end where another Service has one of the ports', async () => {
  const made = await served()
  const { bed, cloud } = made
  const group = { [key('type')]: 'external', 'lb-controller.io/group': 'edge' }
  const ports = [80, 81].map((port) => ({ name: `p${port}`, port, protocol: 'TCP' as const }))
  bed.edit('web', { spec: { ports } })
  bed.apply('holder', { ports: ports.slice(1) }, group)
  await bed.pass(2 * minute)
  const before = bed.address('web')
  bed.edit('web', { metadata: { annotations: group } })
  await bed.pass(5 * minute)
  assert.equal(bed.condition('web')?.reason, 'LB_PART_TAKEN')
  assert.equal(bed.address('web'), before)
  assert.equal(cloud.world.loadBalancers.list().length, 2)
  bed.kill()
  bed.start()
  await bed.pass(5 * minute)
  assert.equal(bed.address('web'), before, 'also after a restart')
  bed.delete('holder')
  await bed.pass(3 * minute)
  assert.notEqual(bed.address('web'), before)
  assert.equal(bed.condition('web')?.status, 'True')
  await bed.stop()
})

test('aws: what pods replace stays until its connections had their time, and no longer', async () => {
  const made = awsBed()
  const { bed, cloud } = made
  bed.start()
  bed.apply('web', {}, { [key('type')]: 'external', [key('ssl-cert')]: certificate })
  await bed.until('it serves', () => bed.condition('web')?.status === 'True')
  await bed.pass(30_000)
  const protocols = () => cloud.world.targetGroups.list().map((group) => group.protocol)
  const weights = () =>
    cloud.world.listeners.list().flatMap(({ forwards }) => forwards.map((forward) => forward.weight))
  cloud.switches.healthyMs = 60_000
  bed.edit('web', {
    metadata: {
      annotations: {
        [key('backend-protocol')]: 'ssl',
        [key('target-group-attributes')]: 'deregistration_delay.timeout_seconds=120',
      },
    },
  })
  await bed.pass(30_000)
  assert.deepEqual(weights(), [1, 0])
  assert.equal(bed.condition('web')?.reason, 'Moving')
  await bed.pass(60_000)
  assert.deepEqual(weights(), [1])
  assert.deepEqual(protocols().toSorted(), ['TCP', 'TLS'])
  assert.match(bed.condition('web')?.message ?? '', /what it replaced stays until/)
  await bed.pass(6 * minute)
  assert.deepEqual(protocols(), ['TLS'])
  assert.equal(bed.condition('web')?.message, 'everything that was asked for is in place')
  await bed.stop()
})

test('aws: a target type that is taken back before the switch leaves only what was there', async () => {
  const made = awsBed()
  const { bed, cloud } = made
  bed.start()
  bed.apply('web', {}, { [key('type')]: 'external', [key('ssl-cert')]: certificate })
  await bed.until('it serves', () => bed.condition('web')?.status === 'True')
  await bed.pass(30_000)
  const before = cloud.dump()
  cloud.switches.healthyMs = 10 * minute
  bed.edit('web', { metadata: { annotations: { [key('backend-protocol')]: 'ssl' } } })
  await bed.pass(minute)
  assert.equal(cloud.world.targetGroups.list().length, 2)
  bed.edit('web', { metadata: { annotations: { [key('backend-protocol')]: null } } })
  await bed.pass(2 * minute)
  assert.deepEqual(cloud.dump(), before)
  await bed.stop()
})

const clientRanges = (cloud: Cloud): readonly string[] =>
  [
    ...new Set(
      cloud.world.rules
        .list()
        .filter((rule) => rule.description?.startsWith('kubernetes.io/rule/nlb/client=') === true)
        .map(({ peer }) => (peer.kind === 'ipv4' ? peer.cidr : peer.kind)),
    ),
  ].toSorted()

test('aws: ranges that are narrowed in a move hold for what it replaces too, before and in the grace', async () => {
  const made = await served()
  const { bed, cloud } = made
  await flipTo(made, [1, 2])
  bed.edit('web', { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } })
  await bed.pass(minute)
  assert.equal(published(made), 'internet-facing')
  assert.deepEqual(clientRanges(cloud), ['10.0.0.0/8'])
  fails(cloud, 'internal', [1, 2], false)
  await bed.pass(2 * minute)
  assert.equal(published(made), 'internal')
  assert.equal(schemes(cloud), 'internal internet-facing')
  assert.deepEqual(clientRanges(cloud), ['10.0.0.0/8'])
  bed.edit('web', { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } })
  await bed.pass(minute)
  assert.deepEqual(clientRanges(cloud), ['192.0.2.0/24'], 'in the grace as well')
  await bed.stop()
})

test('aws: a second move within the grace keeps what both replaced', async () => {
  const made = await served()
  const { bed, cloud } = made
  flip(bed)
  await bed.pass(2 * minute)
  bed.edit('web', { metadata: { annotations: { [key('security-groups')]: 'sg-0default' } } })
  await bed.pass(2 * minute)
  assert.equal(balancers(cloud).length, 3)
  bed.kill()
  bed.start()
  await bed.pass(5 * minute)
  assert.equal(balancers(cloud).length, 3, 'also after a restart')
  await bed.pass(2 * minute)
  assert.deepEqual(schemes(cloud), 'internal internal', 'the first one goes when its own grace is over')
  await bed.pass(4 * minute)
  assert.deepEqual(schemes(cloud), 'internal')
  await bed.stop()
})

test('aws: targets and node ports of what is replaced follow the cluster', async () => {
  const made = await served()
  const { bed, cloud, joined } = made
  flip(bed)
  await bed.pass(2 * minute)
  joined(3)
  bed.addNode(3)
  bed.edit('web', { spec: { ports: [{ name: 'web', port: 80, protocol: 'TCP', nodePort: 31_000 }] } })
  await bed.pass(2 * minute)
  assert.deepEqual(
    cloud.world.targetGroups.list().map(({ port, arn }) => [port, cloud.world.targets.get(arn)?.size]),
    [
      [31_000, 3],
      [31_000, 3],
    ],
  )
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

test('aws: a move that keeps the address keeps nothing for the grace, and never empties the status', async () => {
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
  await bed.pass(6 * minute)
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
