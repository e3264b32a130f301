/** What an operator does to a cluster in use, under 100 new connections a second: nobody may notice. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openSandboxStage, withoutKubectl, type SandboxStage } from './sandbox-stage.ts'
import { failed, visit, visitors, type Visit } from './visits.ts'

const file = fileURLToPath(new URL('../../../manifests/examples/local/plain.yaml', import.meta.url))
const deployment = 'deployment/plain'
const rest = ['rollout', 'status', deployment, '--timeout=120s']

let stage: SandboxStage | undefined
before(async () => {
  if (withoutKubectl !== false) return
  stage = await openSandboxStage({ base: 67 })
  await stage.apply(file)
})
after(() => stage?.close())

const nodesOf = (visits: readonly Visit[]) => new Set(visits.map(({ node }) => node))

interface Seen {
  readonly visits: readonly Visit[]
  /** Those that began since it was done. */
  readonly later: readonly Visit[]
}

/** Visitors while `act` goes on, and a second before and after. */
async function meanwhile(act: (open: SandboxStage) => Promise<unknown>): Promise<Seen> {
  assert.ok(stage !== undefined)
  const stream = visitors(await stage.address('plain'), { perSecond: 100 })
  await sleep(1_000)
  await act(stage)
  const doneAt = Date.now()
  await sleep(1_000)
  const visits = await stream.end()
  return { visits, later: visits.filter(({ at }) => at > doneAt) }
}

async function soon(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000
  while (!(await holds())) {
    assert.ok(Date.now() < end, 'within 60 s')
    await sleep(100)
  }
}

const stories: readonly { readonly name: string; readonly run: () => Promise<void> }[] = [
  {
    name: 'a rollout with surge',
    async run() {
      const { visits } = await meanwhile(async ({ kubectl }: SandboxStage) => {
        await kubectl('set', 'env', deployment, 'RELEASE=2')
        await kubectl(...rest)
      })
      assert.deepEqual(failed(visits), [])
      assert.ok(new Set(visits.map(({ pod }) => pod)).size >= 4, 'old pods and new ones answered')
    },
  },
  {
    name: 'scaled down to one pod and up again',
    async run() {
      const { visits } = await meanwhile(async ({ kubectl }: SandboxStage) => {
        for (const replicas of [1, 3]) {
          await kubectl('scale', deployment, `--replicas=${replicas}`)
          await kubectl(...rest)
          await sleep(500)
        }
      })
      assert.deepEqual(failed(visits), [])
    },
  },
  {
    name: 'a node is drained, and gets its pods back',
    async run() {
      const { visits } = await meanwhile(async ({ kubectl }: SandboxStage) => {
        const drained = await kubectl('drain', 'node-2', '--ignore-daemonsets', '--timeout=120s')
        assert.match(drained, /node\/node-2 drained/)
        await kubectl(...rest)
        const pods = await kubectl('get', 'pods', '-l', 'app=plain', '-o', 'wide')
        assert.doesNotMatch(pods, /node-2 .*Running|Running.* node-2 /)
        await kubectl('uncordon', 'node-2')
      })
      assert.deepEqual(failed(visits), [])
    },
  },
  {
    name: 'a node is deleted: its pods go elsewhere, and nothing is sent to it',
    async run() {
      const { visits, later } = await meanwhile(async ({ kubectl }: SandboxStage) => {
        await kubectl('cordon', 'node-3')
        await kubectl('drain', 'node-3', '--ignore-daemonsets', '--timeout=120s')
        await kubectl(...rest)
        await kubectl('delete', 'node', 'node-3')
      })
      assert.deepEqual(failed(visits), [])
      assert.deepEqual(nodesOf(later), new Set(['node-1', 'node-2']))
    },
  },
  {
    name: 'its Service goes to another type and back',
    async run() {
      assert.ok(stage !== undefined)
      const { kubectl } = stage
      const address = await stage.address('plain')
      await kubectl('patch', 'svc', 'plain', '-p', '{"spec":{"type":"ClusterIP"}}')
      await soon(async () => (await visit(address)).failure !== undefined)
      await kubectl('patch', 'svc', 'plain', '-p', '{"spec":{"type":"LoadBalancer"}}')
      await kubectl('wait', 'svc/plain', '--for=condition=lb-controller.io/Ready', '--timeout=120s')
      assert.equal((await visit(await stage.address('plain'))).failure, undefined)
    },
  },
]

for (const { name, run } of stories) test(`in use: ${name}`, { skip: withoutKubectl }, run)
