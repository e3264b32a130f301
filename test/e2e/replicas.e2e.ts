/**
 * Two replicas of the built program in front of one cluster and one cloud, each with a key of its own, so that the
 * cloud's log tells who wrote. What in process cannot be shown: a process that sleeps in the middle of a request.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStage, type Controller, type Stage } from '../../localstack/stage.ts'

const names = ['one', 'two'] as const
type Name = (typeof names)[number]
const pausedMs = 60_000
/** Before the sleeper wakes. */
const takeoverMs = 55_000

interface Pair {
  readonly stage: Stage
  readonly replicas: Record<Name, Controller>
  leader(): Name | undefined
  apply(n: number): void
  ready(n: number): boolean
}

async function until(what: string, done: () => boolean, limitMs = 60_000): Promise<number> {
  const began = Date.now()
  while (!done()) {
    if (Date.now() - began > limitMs) throw new Error(`not within ${limitMs / 1_000} s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return Date.now() - began
}

const nameOf = (n: number): string => `s${n}`

async function open(): Promise<Pair> {
  const stage = await openStage()
  for (const n of [1, 2]) stage.addNode(n)
  const start = (name: Name) => stage.start(['--lease-identity', name], { AWS_ACCESS_KEY_ID: name })
  const state = stage.cluster.state
  return {
    stage,
    replicas: { one: start('one'), two: start('two') },
    leader: () =>
      names.find((name) => state.find('leases', 'kube-system/lb-controller')?.spec?.holderIdentity === name),
    apply: (n) =>
      void state.create('services', {
        metadata: { namespace: 'default', name: nameOf(n) },
        spec: { type: 'LoadBalancer', ports: [{ name: 'http', port: 80 }] },
      }),
    ready: (n) =>
      state
        .find('services', { namespace: 'default', name: nameOf(n) })
        ?.status?.conditions?.some(
          (one) => one.type === 'lb-controller.io/Ready' && one.status === 'True',
        ) === true,
  }
}

/** Who wrote, in the order in which the cloud carried it out, each name once in a row. */
function writers({ cloud }: Stage): readonly string[] {
  const callers = cloud.log.filter(({ mutating }) => mutating).map(({ caller = 'nobody' }) => caller)
  return callers.filter((caller, at) => caller !== callers[at - 1])
}

async function lead(pair: Pair): Promise<readonly [Name, Name]> {
  const { stage, replicas } = pair
  const leads = (name: Name) => replicas[name].output().includes('taking charge')
  await until('one leads', () => names.some(leads))
  const first = names.find(leads) ?? 'one'
  const second = first === 'one' ? 'two' : 'one'
  pair.apply(1)
  await until('the first Service is served', () => pair.ready(1))
  assert.deepEqual(writers(stage), [first])
  return [first, second]
}

test('two replicas', { concurrency: 2 }, async (t) => {
  const killed = t.test('the leader is killed: the other one takes over', async (inner) => {
    const pair = await open()
    try {
      const [first, second] = await lead(pair)
      pair.stage.cloud.onCall = ({ action, caller }) => {
        if (action === 'CreateListener' && caller === first) pair.replicas[first].process.kill('SIGKILL')
      }
      pair.apply(2)
      assert.equal(await pair.replicas[first].ended, 'SIGKILL')
      const took = await until('the other one serves', () => pair.ready(2), takeoverMs)
      inner.diagnostic(
        `killed while it made a load balancer: served by the other one after ${(took / 1_000).toFixed(1)} s`,
      )
      assert.deepEqual(writers(pair.stage), [first, second])
      assert.equal(pair.stage.cloud.world.loadBalancers.list().length, 2)
    } finally {
      await pair.stage.close()
    }
  })
  const paused = t.test('the leader sleeps for a minute: it writes nothing when it wakes', async (inner) => {
    const pair = await open()
    try {
      const [first, second] = await lead(pair)
      const sleeper = pair.replicas[first].process
      pair.stage.cloud.onCall = ({ action, caller }) => {
        if (action === 'CreateTargetGroup' && caller === first) sleeper.kill('SIGSTOP')
      }
      const began = Date.now()
      pair.apply(2)
      // More than one to do, so that it wakes with work in its hands.
      for (const n of [3, 4, 5]) pair.apply(n)
      await until('the other one leads', () => pair.leader() === second, takeoverMs)
      const took = Date.now() - began
      await until('all are served', () => [2, 3, 4, 5].every((n) => pair.ready(n)))
      inner.diagnostic(`asleep: the other one led after ${(took / 1_000).toFixed(1)} s`)
      const written = pair.stage.cloud.log.length
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, pausedMs - (Date.now() - began))))
      sleeper.kill('SIGCONT')
      await until('it knows', () => pair.replicas[first].output().includes('no longer leading'))
      pair.apply(6)
      await until('the next Service is served', () => pair.ready(6))
      const late = pair.stage.cloud.log
        .slice(written)
        .filter(({ mutating, caller }) => mutating && caller === first)
      assert.deepEqual(
        late.map(({ action }) => action),
        [],
      )
      assert.deepEqual(writers(pair.stage), [first, second])
      assert.equal(pair.stage.cloud.world.loadBalancers.list().length, 6)
    } finally {
      await pair.stage.close()
    }
  })
  await Promise.all([killed, paused])
})
