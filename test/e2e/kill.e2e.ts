/**
 * The built program, killed by SIGKILL at named points and started again: the cloud ends as it does without. What a
 * kill in process cannot show: signals, sockets, the real SDK, files of the bundle.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { BrokenConnection } from '../../localstack/aws/fault.ts'
import { openStage, type Controller, type Stage } from '../../localstack/stage.ts'

interface Point {
  readonly name: string
  readonly during: 'create' | 'edit' | 'delete'
  readonly action: string
  readonly effect: 'before' | 'after'
}

const points: readonly Point[] = [
  { name: 'nothing is made yet', during: 'create', action: 'CreateLoadBalancer', effect: 'before' },
  {
    name: 'the load balancer is made and nobody knows',
    during: 'create',
    action: 'CreateLoadBalancer',
    effect: 'after',
  },
  {
    name: 'the listener is made and targets are missing',
    during: 'create',
    action: 'CreateListener',
    effect: 'after',
  },
  {
    name: 'the narrow rule is in and the wide one too',
    during: 'edit',
    action: 'AuthorizeSecurityGroupIngress',
    effect: 'after',
  },
  {
    name: 'the load balancer is about to go',
    during: 'delete',
    action: 'DeleteLoadBalancer',
    effect: 'before',
  },
  {
    name: 'the load balancer is gone and the target group is not',
    during: 'delete',
    action: 'DeleteLoadBalancer',
    effect: 'after',
  },
]

const web = { namespace: 'default', name: 'web' }

async function until(what: string, controller: () => Controller, done: () => boolean): Promise<void> {
  const end = Date.now() + 120_000
  while (!done()) {
    if (Date.now() > end) throw new Error(`not within 120 s: ${what}\n${controller().output()}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

function open(): Promise<Stage> {
  let next = 0
  return openStage({ uid: () => `00000000-0000-4000-8000-${String(++next).padStart(12, '0')}` })
}

const service = (stage: Stage) => stage.cluster.state.find('services', web)
const ready = (stage: Stage): boolean => {
  const found = service(stage)
  const condition = found?.status?.conditions?.find((one) => one.type === 'lb-controller.io/Ready')
  const hash = found?.metadata.annotations?.['lb-controller.io/accepted'] ?? ''
  const narrow = found?.spec?.loadBalancerSourceRanges === undefined || hash.includes('10.0.0.0/8')
  return condition?.status === 'True' && narrow
}

type Dumps = Readonly<Record<Point['during'], unknown>>

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A rule that goes last, a status that comes last: what is under way ends. Answers the cloud when it moves no more. */
async function still({ cloud }: Stage): Promise<unknown> {
  let dump = cloud.dump()
  for (let same = 0; same < 8;) {
    await rest(250)
    const next = cloud.dump()
    same = isDeepStrictEqual(next, dump) ? same + 1 : 0
    dump = next
  }
  return dump
}

/** The same, once it is as it should be. Answers how it is after a while, if it never is. */
async function becomes({ cloud }: Stage, wanted: unknown): Promise<unknown> {
  const end = Date.now() + 60_000
  while (!isDeepStrictEqual(cloud.dump(), wanted) && Date.now() < end) await rest(100)
  return cloud.dump()
}

/** Walks create, edit and delete. Answers the cloud after each. */
const walk = (strike?: { readonly point: Point; readonly wanted: Dumps }): Promise<Dumps> =>
  walkWith(strike?.point, (stage, name) =>
    strike === undefined ? still(stage) : becomes(stage, strike.wanted[name]),
  )

/** `strike` may end the controller on the way. */
async function walkWith(
  strike: Point | undefined,
  rested: (stage: Stage, name: Point['during']) => Promise<unknown>,
): Promise<Dumps> {
  const stage = await open()
  try {
    for (const n of [1, 2]) stage.addNode(n)
    let controller = stage.start()
    const now = () => controller
    await until('the controller leads', now, () => controller.output().includes('taking charge'))
    const dumps: Partial<Record<Point['during'], unknown>> = {}
    const during = async (name: Point['during'], act: () => void, over: () => boolean): Promise<void> => {
      const struck = strike?.during === name ? arm(stage, controller, strike) : undefined
      act()
      if (struck !== undefined) {
        await struck
        controller = stage.start()
      }
      await until(name, now, over)
      dumps[name] = await rested(stage, name)
    }
    const ports = [{ name: 'http', port: 80 }]
    await during(
      'create',
      () => stage.cluster.state.create('services', { metadata: web, spec: { type: 'LoadBalancer', ports } }),
      () => ready(stage),
    )
    await during(
      'edit',
      () =>
        stage.cluster.state.patch('services', web, { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } }),
      () => ready(stage),
    )
    await during(
      'delete',
      () => stage.cluster.state.delete('services', web),
      () => service(stage) === undefined,
    )
    controller.process.kill('SIGTERM')
    assert.equal(await controller.ended, 0, controller.output())
    assert.equal(
      stage.cluster.state.get('leases', 'kube-system/lb-controller').spec?.holderIdentity ?? '',
      '',
    )
    return dumps as Dumps
  } finally {
    await stage.close()
  }
}

/** Kills the controller at the point; resolves when it is dead. */
async function arm(stage: Stage, controller: Controller, point: Point): Promise<void> {
  let struck = false
  stage.cloud.onCall = (call) => {
    if (struck || call.action !== point.action) return
    struck = true
    if (point.effect === 'before') {
      controller.process.kill('SIGKILL')
      throw new BrokenConnection('before')
    }
    stage.cloud.cutAt({ call: 1, effect: 'after' })
    setImmediate(() => controller.process.kill('SIGKILL'))
  }
  assert.equal(await controller.ended, 'SIGKILL')
  stage.cloud.onCall = undefined
  stage.cloud.cutAt(undefined)
}

test('killed at six points, and started again', { concurrency: points.length }, async (t) => {
  const wanted = await walk()
  const begun = points.map((point) =>
    t.test(`during ${point.during}, ${point.effect} ${point.action}: ${point.name}`, async () => {
      assert.deepEqual(await walk({ point, wanted }), wanted)
    }),
  )
  await Promise.all(begun)
})
