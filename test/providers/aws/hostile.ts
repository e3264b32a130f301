import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { awsBed } from './subject.ts'

const external = {
  'service.beta.kubernetes.io/aws-load-balancer-type': 'external',
  'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'instance',
}

/** Annotations of the n-th Service. */
export const layouts: Readonly<Record<string, (n: number) => Readonly<Record<string, string>>>> = {
  nlb: () => ({}),
  external: () => external,
  'external, ten on one': (n) => ({ ...external, 'lb-controller.io/group': `g${Math.floor(n / 10)}` }),
}

const nodesBefore = 2
const joining = [71, 72, 73]
const withinMs = 300_000
const nameOf = (n: number): string => `s${String(n).padStart(5, '0')}`

interface Outcome {
  /** Until every target group has every node, ms. */
  readonly doneMs: number
  /** Until then, and in the whole of five minutes. */
  readonly callsTillDone: number
  readonly calls: number
  /** Of the Service that was warned most. */
  readonly warnings: number
  readonly taken: readonly string[]
}

/** Three nodes join while so many Services are at rest, with trouble on the way or without. */
async function nodesJoin(layout: string, services: number, trouble: boolean): Promise<Outcome> {
  const room = services * 6 + 100
  const limits = {
    networkLoadBalancers: room,
    targetGroups: room,
    securityGroups: room,
    rulesPerSecurityGroup: layout === 'nlb' ? room : 60,
  }
  const { bed, cloud, joined } = awsBed({ nodes: nodesBefore }, { limits })
  for (let n = 0; n < services; n++)
    bed.apply(
      nameOf(n),
      { ports: [{ name: 'web', port: 80 + (n % 10), protocol: 'TCP', nodePort: 30_000 + n }] },
      layouts[layout]?.(n),
    )
  bed.start()
  const ready = () => {
    for (let n = 0; n < services; n++) if (bed.condition(nameOf(n))?.status !== 'True') return false
    return bed.manager.term?.idle === true
  }
  await bed.until('all converge', ready, 3_600_000)
  await bed.pass(30_000)
  cloud.clearLog()
  bed.events.length = 0
  cloud.switches.latencyMs = { min: 20, max: 200 }
  if (trouble) Object.assign(cloud.switches, { throttleShare: 0.3, failureShare: 0.05, listLag: 5_000 })
  const began = bed.clock.now()
  for (const n of joining) {
    joined(n)
    bed.addNode(n)
  }
  const nodes = nodesBefore + joining.length
  const full = () =>
    cloud.world.targetGroups.list().every(({ arn }) => cloud.world.targets.get(arn)?.size === nodes)
  await bed.until('every target group has every node', full, withinMs)
  const doneMs = bed.clock.now() - began
  const callsTillDone = cloud.log.length
  await bed.pass(withinMs - doneMs)
  const warned = Map.groupBy(
    bed.events.filter(({ type }) => type === 'Warning'),
    ({ about }) => about,
  )
  const taken = cloud.log
    .filter(({ action, outcome }) => outcome === 'ok' && /^(Deregister|Delete|Revoke)/.test(action))
    .map(({ action }) => action)
  const calls = cloud.log.length
  await bed.stop()
  const warnings = Math.max(0, ...[...warned.values()].map(({ length }) => length))
  return { doneMs, callsTillDone, calls, warnings, taken }
}

/**
 * 30 % of all calls throttled, 5 % answered 5xx, lists five seconds late: a call alone must be sent 1.5 times on average,
 * so hardly anything may be asked or done twice.
 */
export async function hostileBar(t: TestContext, layout: string, services: number): Promise<void> {
  const calm = await nodesJoin(layout, services, false)
  const hostile = await nodesJoin(layout, services, true)
  const ratio = hostile.calls / calm.calls
  t.diagnostic(
    `${services} Services (${layout}), 3 nodes join: ${calm.calls} calls undisturbed, ${hostile.calls} (x ${ratio.toFixed(2)}) ` +
      `in five hostile minutes; done in ${(calm.doneMs / 1_000).toFixed(1)} s after ${calm.callsTillDone} calls and ` +
      `${(hostile.doneMs / 1_000).toFixed(1)} s after ${hostile.callsTillDone}; at most ${hostile.warnings} Warning per Service`,
  )
  assert.deepEqual(hostile.taken, [], 'nothing that serves is taken away')
  assert.ok(ratio <= 1.6, `${ratio.toFixed(2)} times the calls`)
  assert.ok(hostile.warnings <= 1, `${hostile.warnings} Warnings about one Service`)
}
