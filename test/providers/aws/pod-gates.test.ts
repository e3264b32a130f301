import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setContainersReady } from '../../../localstack/kubernetes/workloads.ts'
import { bindingGateIsFor } from '../../../providers/aws/pod-gates.ts'
import { ofPods, podBed, podGate, podSpec, targetOf } from './pod-bed.ts'

type Made = ReturnType<typeof podBed>

const condition = ({ podNow }: Made, n: number, type: string) =>
  podNow(n)?.status?.conditions?.find((one) => one.type === type)

/** Targets of the only group that are healthy at this moment. */
function healthy({ cloud }: Made): number {
  const [group] = cloud.world.targetGroups.list()
  if (group === undefined) return 0
  const input = { TargetGroupArn: group.arn }
  const { TargetHealthDescriptions } = cloud.byHand('elbv2', 'DescribeTargetHealth', input) as {
    TargetHealthDescriptions: { TargetHealth: { State: string } }[]
  }
  return TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth.State === 'healthy').length
}

/** What a Deployment with maxSurge 1 and maxUnavailable 0 does; answers with the fewest healthy targets meanwhile. */
async function rollOut(made: Made, gates: readonly string[], limitMs = 600_000): Promise<number> {
  const { bed, pod, drop } = made
  let fewest = Number.POSITIVE_INFINITY
  for (const n of [1, 2, 3]) {
    pod(n + 3, { gates })
    const ready = () => condition(made, n + 3, 'Ready')?.status === 'True'
    for (let waited = 0; !ready(); waited += 500) {
      assert.ok(waited < limitMs, `pod ${n + 3} is ready in time`)
      await bed.pass(500)
      fewest = Math.min(fewest, healthy(made))
    }
    drop(n)
    await bed.pass(500)
    fewest = Math.min(fewest, healthy(made))
  }
  await bed.pass(10_000)
  return Math.min(fewest, healthy(made))
}

async function served(gates: readonly string[], before: (made: Made) => void = () => {}): Promise<Made> {
  const made = podBed({}, { switches: { healthByChecks: true } })
  const { bed, pod } = made
  before(made)
  for (const n of [1, 2, 3]) pod(n, { gates })
  bed.start()
  bed.apply('web', podSpec, ofPods)
  await made.served()
  await bed.until('all are healthy', () => healthy(made) === 3)
  await bed.pass(30_000)
  return made
}

test('with a readiness gate a rollout always leaves healthy targets, without one it does not', async () => {
  const gated = await served([podGate])
  assert.equal(condition(gated, 1, 'Ready')?.status, 'True')
  assert.equal(await rollOut(gated, [podGate]), 3)
  await gated.bed.stop()
  const bare = await served([])
  assert.equal(await rollOut(bare, []), 0)
  await bare.bed.stop()
})

test('gates that the AWS Load Balancer Controller left in pods are kept', async () => {
  const binding = 'target-health.elbv2.k8s.aws/k8s-shop-web-0123456789'
  const made = await served([binding])
  assert.equal(await rollOut(made, [binding]), 3)
  await made.bed.stop()
})

const bindingGate = (rest: string) => `target-health.elbv2.k8s.aws/${rest}`

test('which binding belongs to which Service', () => {
  assert.ok(bindingGateIsFor(bindingGate('k8s-payments-checkout-00ff00ff00'), 'payments-eu', 'check-out-v2'))
  assert.ok(!bindingGateIsFor(bindingGate('k8s-payments-checkout-00ff00ff00'), 'payments-eu', 'other'))
  assert.ok(!bindingGateIsFor(bindingGate('my-own-binding'), 'my', 'own'))
})

test('a gate says why it is not passed yet, with one call for all pods, and nothing once all have', async () => {
  const made = await served([podGate])
  const { bed, pod, cloud, calls } = made
  cloud.clearLog()
  for (const n of [4, 5, 6, 7]) pod(n, { gates: [podGate] })
  await bed.pass(15_000)
  assert.equal(condition(made, 4, podGate)?.status, 'False')
  assert.equal(condition(made, 4, podGate)?.reason, 'Initial')
  const looks = calls('DescribeTargetHealth')
  assert.ok(looks >= 2 && looks <= 4, `${looks} looks in 15 s`)
  await bed.until('all pass', () => [4, 5, 6, 7].every((n) => condition(made, n, podGate)?.status === 'True'))
  await bed.pass(20_000)
  cloud.clearLog()
  await bed.pass(600_000)
  assert.equal(calls('DescribeTargetHealth'), 0)
  await bed.stop()
})

test('a pod whose containers are not ready is no target, gate or not', async () => {
  const made = await served([podGate])
  const { bed, pod, targets } = made
  pod(4, { gates: [podGate], containersReady: false })
  await bed.pass(30_000)
  assert.ok(!targets().includes(targetOf(4)))
  setContainersReady(bed.cluster, { namespace: 'shop', name: 'web-4' }, true)
  await bed.until('ready', () => condition(made, 4, 'Ready')?.status === 'True')
  assert.ok(targets().includes(targetOf(4)))
  await bed.stop()
})

test('a gate that was passed stays passed: through a restart, a throttled cloud and a sick target', async () => {
  const made = await served([podGate])
  const { bed, cloud, targets } = made
  const watched = new Set<string>()
  bed.cluster.watch('pods', { resourceVersion: bed.cluster.resourceVersion }, () => {
    for (const n of [1, 2, 3]) watched.add(condition(made, n, podGate)?.status ?? 'none')
  })
  bed.kill()
  cloud.switches.throttle = { 'elbv2:read': { rate: 0.2, burst: 1 } }
  for (const n of [1, 2, 3]) cloud.setUnhealthy(targetOf(n).split(':')[0] ?? '')
  bed.start()
  await bed.pass(120_000)
  assert.deepEqual([...watched], [])
  assert.equal(targets().length, 3)
  await bed.stop()
})

test('a controller that dies while a pod waits is followed by one that lets it pass', async () => {
  const made = await served([podGate])
  const { bed, pod, targets } = made
  pod(4, { gates: [podGate] })
  await bed.pass(5_000)
  assert.ok(targets().includes(targetOf(4)))
  bed.kill()
  bed.start()
  await bed.pass(1_000)
  assert.ok(targets().includes(targetOf(4)), 'what waits is not taken for a pod that is not ready')
  await bed.until('ready', () => condition(made, 4, 'Ready')?.status === 'True')
  await bed.stop()
})
