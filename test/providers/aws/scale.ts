import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Cloud } from '../../../localstack/aws/cloud.ts'
import { awsBed } from './subject.ts'

const nameOf = (n: number): string => `s${String(n).padStart(5, '0')}`

/** A bed whose cloud has room for as many Services as are asked for, all of them converged and at rest. */
export async function manyServices(count: number, nodes = 2) {
  const room = count * 4 + 100
  const made = awsBed(
    { nodes },
    {
      limits: {
        networkLoadBalancers: room,
        targetGroups: room,
        rulesPerSecurityGroup: room,
        targetsPerLoadBalancer: 10_000,
      },
    },
  )
  const { bed } = made
  for (let n = 0; n < count; n++)
    bed.apply(nameOf(n), {
      ports: [{ name: 'web', port: 80, protocol: 'TCP', nodePort: 30_000 + (n % 2768) }],
    })
  bed.start()
  await bed.until('all converge', () => ready(made.bed, count), 3_600_000)
  await bed.pass(30_000)
  return made
}

const ready = (bed: Awaited<ReturnType<typeof awsBed>>['bed'], count: number): boolean => {
  for (let n = count - 1; n >= 0; n--) if (bed.condition(nameOf(n))?.status !== 'True') return false
  return bed.manager.term?.idle === true
}

const mutating = (cloud: Cloud): readonly string[] =>
  cloud.log.filter((call) => call.mutating).map((call) => call.action)

/** The bars of the main job, counted, at any number of Services; one after the other on one bed. */
export async function scaleBars(t: TestContext, count: number): Promise<void> {
  const { bed, cloud, joined } = await manyServices(count)

  await t.test('at rest for an hour: no write, and reads within the sweeps', async (inner) => {
    cloud.clearLog()
    await bed.pass(3_600_000)
    assert.deepEqual(mutating(cloud), [])
    inner.diagnostic(`reads in an hour: ${JSON.stringify(cloud.counts())}`)
    const sweeps = 3_600_000 / 300_000
    const lists = sweeps * (2 * Math.ceil(count / 400) + 2 * Math.ceil((count * 4) / 1000))
    // A load balancer is read in seven calls (itself, tags, attributes, capacity, listeners, their tags and attributes),
    // a target group in four.
    const deep = (count + 10) * (7 + 4)
    const facts = (sweeps + 1) * 6
    const reads = cloud.log.length
    assert.ok(reads <= lists + deep + facts, `${reads} reads, ${lists + deep + facts} allowed`)
  })

  await t.test('a node joins: one registration for each target group, within two seconds', async () => {
    cloud.clearLog()
    const began = bed.clock.now()
    joined(77)
    bed.addNode(77)
    await bed.pass(2_000)
    const writes = cloud.log.filter((call) => call.mutating)
    assert.deepEqual([...new Set(writes.map((call) => call.action))], ['RegisterTargets'])
    assert.equal(writes.length, count)
    assert.ok(writes.every((call) => call.at - began <= 2_000))
    await bed.pass(60_000)
    assert.equal(mutating(cloud).length, count, 'and nothing after it')
  })

  await t.test('one is narrowed: its own rules, and nobody else is touched', async () => {
    cloud.clearLog()
    bed.edit(nameOf(Math.floor(count / 2)), { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } })
    await bed.pass(10_000)
    assert.deepEqual(mutating(cloud), ['AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress'])
  })

  await t.test(
    'a restart: nothing is written, and every list is read once and once more to settle',
    async () => {
      await bed.stop()
      cloud.clearLog()
      const patches = () => bed.kubeLog.filter((call) => call === 'patch services').length
      const before = patches()
      bed.start()
      await bed.calm()
      await bed.pass(15_000)
      await bed.calm()
      assert.deepEqual(mutating(cloud), [])
      assert.equal(patches(), before)
      const pages = Map.groupBy(
        cloud.log.filter((call) => call.action === 'DescribeLoadBalancers' && 'PageSize' in call.input),
        (call) => call.service,
      )
      assert.equal(pages.get('elbv2')?.length, 2 * Math.ceil(count / 400))
      assert.equal(pages.get('elb')?.length, 2)
      await bed.stop()
    },
  )
}

/** As AWS grants them: registrations and deregistrations share one bucket. */
const granted = {
  'elbv2:targets': { rate: 4, burst: 20 },
  'elbv2:write': { rate: 10, burst: 20 },
  'elbv2:read': { rate: 10, burst: 40 },
  'ec2:write': { rate: 5, burst: 50 },
  'ec2:read': { rate: 20, burst: 100 },
}

/** One node is replaced by another: registered with all, then the old one leaves, at the pace that AWS grants. */
export async function nodeReplaced(t: TestContext, count: number, nodes: number): Promise<void> {
  const { bed, cloud, joined } = await manyServices(count, nodes)
  cloud.clearLog()
  cloud.switches.throttle = granted
  cloud.switches.latencyMs = { min: 20, max: 60 }
  const began = bed.clock.now()
  joined(nodes + 1)
  bed.addNode(nodes + 1)
  bed.cluster.delete('nodes', { name: 'node-1' })
  await bed.pass(5_000)
  const edited = bed.clock.now()
  bed.edit(nameOf(7), { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } })
  const done = () =>
    cloud.log.some(({ action, outcome }) => outcome === 'ok' && action === 'RevokeSecurityGroupIngress')
  await bed.until('the edit is carried out', done)
  const editMs = bed.clock.now() - edited
  const ok = (action: string) =>
    cloud.log.filter((call) => call.action === action && call.outcome === 'ok').length
  await bed.until('every group has its new set', () => ok('DeregisterTargets') >= count, 3_600_000)
  const tookMs = bed.clock.now() - began
  const sent = cloud.log.filter(({ action }) => /^(Register|Deregister)Targets$/.test(action)).length
  const least = (2 * count - granted['elbv2:targets'].burst) / granted['elbv2:targets'].rate
  t.diagnostic(
    `${count} Services, ${nodes} nodes, one replaced: ${2 * count} calls granted in ${(tookMs / 1_000).toFixed(0)} s ` +
      `(${least.toFixed(0)} s at the rate granted), ${sent - 2 * count} of ${sent} refused; an edit meanwhile took ${(editMs / 1_000).toFixed(2)} s`,
  )
  assert.deepEqual([ok('RegisterTargets'), ok('DeregisterTargets')], [count, count])
  assert.ok(editMs < 2_000, `${editMs} ms`)
  await bed.stop()
}
