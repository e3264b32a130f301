import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptedAnnotation } from '../../../src/model/claim.ts'
import type { Bed } from '../../support/bed.ts'
import { awsBed } from './subject.ts'

const key = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`
const edge = { 'lb-controller.io/group': 'edge' }
const port = (n: number, nodePort = 30_000 + n) =>
  ({ name: `p${n}`, port: n, protocol: 'TCP', nodePort }) as const

type Made = ReturnType<typeof awsBed>

const begun = async (): Promise<Made> => {
  const made = awsBed()
  made.bed.start()
  await made.bed.pass(30_000)
  return made
}

const isTrue = (bed: Bed, name: string): void =>
  assert.equal(bed.condition(name)?.status, 'True', `${name}: ${bed.condition(name)?.message}`)

/** `80 shop/a` for each listener there is. */
const listeners = ({ cloud }: Made): readonly string[] =>
  cloud.world.listeners
    .list()
    .map((one) => `${one.port} ${one.tags['lb-controller.io/service']}`)
    .toSorted()

/** Ports of the nodes that clients may connect to, with the range. */
const opened = ({ cloud }: Made): readonly string[] => {
  const { SecurityGroupRules: rules } = cloud.byHand('ec2', 'DescribeSecurityGroupRules', {}) as {
    readonly SecurityGroupRules: readonly { Description?: string; FromPort: number; CidrIpv4?: string }[]
  }
  return rules
    .filter(({ Description: said = '' }) => said.startsWith('kubernetes.io/rule/nlb/client='))
    .map(({ FromPort, CidrIpv4 }) => `${FromPort} ${CidrIpv4}`)
    .toSorted()
}

const left = ({ cloud }: Made): readonly number[] => [
  cloud.world.loadBalancers.list().length,
  cloud.world.listeners.list().length,
  cloud.world.targetGroups.list().length,
]

test('aws groups: two Services share one load balancer, which the last one takes along', async () => {
  const made = await begun()
  const { bed } = made
  bed.apply('a', { ports: [port(80)] }, edge)
  await bed.pass(30_000)
  const first = bed.address('a')
  bed.apply('b', { ports: [port(81)] }, edge)
  await bed.pass(30_000)
  for (const name of ['a', 'b']) {
    isTrue(bed, name)
    assert.equal(bed.address(name), first)
  }
  assert.deepEqual(left(made), [1, 2, 2])
  assert.deepEqual(listeners(made), ['80 shop/a', '81 shop/b'])
  const calls = made.cloud.log.length
  await bed.pass(200_000)
  assert.equal(made.cloud.log.length, calls, 'nothing to do costs nothing')
  bed.delete('a')
  await bed.pass(30_000)
  assert.equal(bed.service('a'), undefined)
  assert.deepEqual(listeners(made), ['81 shop/b'])
  bed.delete('b')
  await bed.until('b is gone', () => bed.service('b') === undefined)
  assert.deepEqual(left(made), [0, 0, 0])
  await bed.stop()
})

test('aws groups: the finalizer of the last member holds until the load balancer is gone, also after a restart', async () => {
  const made = await begun()
  const { bed, cloud } = made
  bed.apply('a', { ports: [port(80)] }, edge)
  bed.apply('b', { ports: [port(81)] }, edge)
  await bed.pass(30_000)
  await bed.stop()
  bed.delete('a')
  bed.delete('b')
  bed.start()
  let atLast: readonly number[] | undefined
  await bed.until('both are gone', () => {
    if (bed.service('a') === undefined && bed.service('b') === undefined) atLast ??= left(made)
    return atLast !== undefined
  })
  assert.deepEqual(atLast, [0, 0, 0])
  assert.ok(cloud.log.filter(({ action }) => action === 'DeleteLoadBalancer').length === 1)
  await bed.stop()
})

test('aws groups: a member that goes while no controller runs is gone from the shared load balancer too', async () => {
  const made = await begun()
  const { bed } = made
  bed.apply('a', { ports: [port(80)] }, edge)
  bed.apply('b', { ports: [port(81)] }, edge)
  await bed.pass(30_000)
  bed.kill()
  bed.delete('a')
  bed.start()
  await bed.until('a is gone', () => bed.service('a') === undefined)
  assert.deepEqual([listeners(made), left(made)], [['81 shop/b'], [1, 1, 1]])
  isTrue(bed, 'b')
  await bed.stop()
})

test('aws groups: who holds a port keeps it; the other is told, brings nothing for it, and takes over untouched', async () => {
  const made = await begun()
  const { bed } = made
  bed.apply('a', { ports: [port(80)], loadBalancerSourceRanges: ['10.0.0.0/8'] }, edge)
  await bed.pass(30_000)
  bed.apply('b', { ports: [port(80, 31_080), port(81)] }, edge)
  await bed.pass(30_000)
  isTrue(bed, 'a')
  const { reason, message = '' } = bed.condition('b') ?? {}
  assert.equal(reason, 'LB_PART_TAKEN', message)
  assert.match(message, /spec\.ports\[0\]\.port: .* held by shop\/a/)
  assert.equal(bed.address('b'), bed.address('a'), 'its other port serves')
  assert.deepEqual(listeners(made), ['80 shop/a', '81 shop/b'])
  assert.deepEqual(opened(made), ['30080 10.0.0.0/8', '30081 0.0.0.0/0'])
  assert.deepEqual(left(made), [1, 2, 2])
  assert.equal(bed.warnings().length, 1)
  await bed.stop()
  bed.start()
  await bed.pass(60_000)
  assert.deepEqual(listeners(made), ['80 shop/a', '81 shop/b'], 'also after a restart')
  bed.delete('a')
  await bed.pass(60_000)
  assert.equal(bed.service('a'), undefined)
  isTrue(bed, 'b')
  assert.deepEqual(listeners(made), ['80 shop/b', '81 shop/b'])
  assert.deepEqual(opened(made), ['30081 0.0.0.0/0', '31080 0.0.0.0/0'])
  assert.deepEqual(left(made), [1, 2, 2])
  await bed.stop()
})

test('aws groups: a member whose ports are all held by others is told, and gets no address', async () => {
  const made = await begun()
  const { bed } = made
  bed.apply('a', { ports: [port(80)] }, edge)
  await bed.pass(30_000)
  bed.apply('b', { ports: [port(80, 31_080)] }, edge)
  await bed.pass(30_000)
  assert.equal(bed.condition('b')?.reason, 'LB_PART_TAKEN')
  assert.equal(bed.address('b'), undefined)
  assert.deepEqual(left(made), [1, 1, 1])
  bed.delete('b')
  await bed.until('b is gone', () => bed.service('b') === undefined)
  isTrue(bed, 'a')
  await bed.stop()
})

test('aws groups: what only a member that leaves had named of the load balancer returns to its default', async () => {
  for (const restarts of [false, true]) {
    const made = await begun()
    const { bed, cloud } = made
    const named = {
      [key('cross-zone-load-balancing-enabled')]: 'true',
      [key('additional-resource-tags')]: 'team=web',
    }
    bed.apply('a', { ports: [port(80)] }, { ...edge, ...named })
    bed.apply('b', { ports: [port(81)] }, edge)
    await bed.pass(30_000)
    const balancer = () => cloud.world.loadBalancers.list()[0]
    const crossZone = () => balancer()?.attributes['load_balancing.cross_zone.enabled']
    assert.deepEqual([crossZone(), balancer()?.tags['team']], ['true', 'web'])
    if (restarts) bed.kill()
    bed.delete('a')
    if (restarts) bed.start()
    await bed.until('a is gone', () => bed.service('a') === undefined)
    assert.deepEqual([crossZone(), balancer()?.tags['team']], ['false', undefined])
    isTrue(bed, 'b')
    await bed.stop()
  }
})

const crossZone = (value: string) => ({ ...edge, [key('cross-zone-load-balancing-enabled')]: value })

test('aws groups: settings of the load balancer that differ: who has it keeps it, and the other is told', async () => {
  const made = await begun()
  const { bed, cloud } = made
  bed.apply('b', { ports: [port(81)] }, crossZone('true'))
  await bed.pass(30_000)
  bed.apply('a', { ports: [port(80)] }, crossZone('false'))
  await bed.pass(30_000)
  isTrue(bed, 'b')
  assert.equal(bed.condition('a')?.reason, 'LB_FIELD_TAKEN')
  assert.equal(bed.address('a'), bed.address('b'))
  assert.equal(cloud.world.loadBalancers.list()[0]?.attributes['load_balancing.cross_zone.enabled'], 'true')
  await bed.stop()
})

test('aws groups: from a load balancer of its own to that of a group and back, the old one stays for the grace', async () => {
  const made = awsBed({ settings: { graceMs: 60_000 } })
  const { bed } = made
  bed.start()
  bed.apply('a', { ports: [port(80)] })
  bed.apply('b', { ports: [port(81)] }, edge)
  await bed.pass(60_000)
  const shared = bed.address('b')
  bed.edit('a', { metadata: { annotations: edge } })
  await bed.pass(40_000)
  assert.equal(bed.address('a'), shared)
  assert.deepEqual(left(made), [2, 3, 3], 'the old one stays')
  await bed.pass(90_000)
  assert.deepEqual(
    [listeners(made), left(made)],
    [
      ['80 shop/a', '81 shop/b'],
      [1, 2, 2],
    ],
  )
  bed.edit('a', { metadata: { annotations: { 'lb-controller.io/group': null } } })
  await bed.pass(150_000)
  assert.notEqual(bed.address('a'), shared)
  assert.deepEqual(left(made), [2, 2, 2])
  isTrue(bed, 'a')
  isTrue(bed, 'b')
  await bed.stop()
})

test('aws groups: a member that cannot be read keeps what it has, and holds nobody up', async () => {
  const made = await begun()
  const { bed, cloud } = made
  bed.apply('a', { ports: [port(80)] }, edge)
  bed.apply('b', { ports: [port(81)] }, edge)
  bed.apply('c', { ports: [port(82)] }, edge)
  await bed.pass(30_000)
  await bed.stop()
  bed.edit('a', {
    metadata: { annotations: { [acceptedAnnotation]: null, [key('healthcheck-interval')]: '7000' } },
  })
  bed.start()
  await bed.pass(60_000)
  bed.delete('b')
  bed.edit('c', { metadata: { annotations: { [key('cross-zone-load-balancing-enabled')]: 'true' } } })
  await bed.until('b is gone', () => bed.service('b') === undefined)
  await bed.pass(30_000)
  assert.deepEqual(listeners(made), ['80 shop/a', '82 shop/c'])
  isTrue(bed, 'c')
  assert.equal(cloud.world.loadBalancers.list()[0]?.attributes['load_balancing.cross_zone.enabled'], 'true')
  bed.delete('c')
  await bed.until('c is gone', () => bed.service('c') === undefined)
  assert.deepEqual(listeners(made), ['80 shop/a'], 'the load balancer stays for the one that cannot be read')
  assert.ok((bed.address('a') ?? '').length > 0)
  await bed.stop()
})

test('aws groups: law 1: what may be an unknown member’s keeps the load balancer', async () => {
  const made = await begun()
  const { bed } = made
  bed.apply('a', { ports: [port(80)] }, edge)
  bed.apply('b', { ports: [port(81)] }, edge)
  await bed.pass(30_000)
  bed.kill()
  bed.delete('a')
  bed.edit('a', { metadata: { finalizers: null } })
  bed.start()
  await bed.pass(60_000)
  bed.delete('b')
  await bed.until('b is gone', () => bed.service('b') === undefined)
  await bed.pass(60_000)
  assert.deepEqual(listeners(made), ['80 shop/a'])
  await bed.stop()
})

test('aws groups: with type external the group of clients is shared too, and goes with the last member', async () => {
  const made = await begun()
  const { bed, cloud } = made
  const external = { ...edge, [key('type')]: 'external' }
  const clients = () =>
    cloud.world.securityGroups.list().filter(({ name }) => name.endsWith('-clients')).length
  bed.apply('a', { ports: [port(80)], loadBalancerSourceRanges: ['10.0.0.0/8'] }, external)
  bed.apply('b', { ports: [port(81)] }, external)
  await bed.pass(60_000)
  for (const name of ['a', 'b']) isTrue(bed, name)
  assert.deepEqual([...left(made), clients()], [1, 2, 2, 1])
  bed.delete('a')
  await bed.until('a is gone', () => bed.service('a') === undefined)
  isTrue(bed, 'b')
  assert.deepEqual([...left(made), clients()], [1, 1, 1, 1])
  await bed.stop()
  bed.delete('b')
  bed.start()
  await bed.until('b is gone', () => bed.service('b') === undefined)
  assert.deepEqual([...left(made), clients()], [0, 0, 0, 0])
  await bed.stop()
})
