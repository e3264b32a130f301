/** Everything that `sandbox chaos` breaks, under 200 new connections a second: before, during and after. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { after, before, test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Broken, Done } from '../../../src/sandbox/chaos/mischief.ts'
import { dumpOf, asWished } from './balancer-dump.ts'
import { echoes, hold } from './clients.ts'
import { everythingOf, exactly } from './everything.ts'
import { openSandboxStage, withoutKubectl, type SandboxStage } from './sandbox-stage.ts'
import { listeningAt, processesWith } from './traces.ts'
import { failed, percentile, visit, visitors, type Visit } from './visits.ts'

const base = 71
const manifest = fileURLToPath(new URL('chaos.yaml', import.meta.url))
/** Of the Services in the manifest. */
const healthIntervalMs = 1000
/** The bar for a pod that is killed. */
const killMs = 5
const patienceMs = 60_000
const perSecond = 200

const skip = withoutKubectl
const withoutNginx =
  withoutKubectl || (spawnSync('nginx', ['-v']).error === undefined ? false : 'this machine has no nginx')

let stage: SandboxStage
let ended = false
before(async () => {
  if (withoutKubectl !== false) return
  stage = await openSandboxStage({ base })
  await stage.apply(manifest)
})
after(async () => {
  if (!ended) await stage?.close()
})

const chaos = async (...words: string[]): Promise<Done> =>
  JSON.parse(await stage.sandbox('chaos', ...words, '-o', 'json')) as Done
const broken = async (): Promise<readonly string[]> =>
  (JSON.parse(await stage.sandbox('chaos', '-o', 'json')) as readonly Broken[]).map(({ what }) => what)

interface Seen {
  readonly done: Done
  readonly visits: readonly Visit[]
  /** Those that began since it was done. */
  readonly later: readonly Visit[]
}

/** Does it in the middle of a stream of visitors to these Services, who go on for so long after. */
async function under(
  t: TestContext,
  services: readonly string[],
  act: () => Promise<Done>,
  afterMs: number,
): Promise<Seen> {
  const addresses = await Promise.all(services.map((service) => stage.address(service)))
  const streams = addresses.map((address) => visitors(address, { perSecond: perSecond / services.length }))
  await sleep(400)
  const done = await act()
  const doneAt = Date.now()
  await sleep(afterMs)
  const visits = (await Promise.all(streams.map((stream) => stream.end()))).flat()
  const later = visits.filter(({ at }) => at >= doneAt)
  assert.ok(later.length > 0 && visits.some(({ at }) => at < done.at))
  t.diagnostic(
    `${services.join(', ')}: ${visits.length} visits, ${failed(visits).length} failed; since it was done ${told(later)}`,
  )
  return { done, visits, later }
}

const told = (visits: readonly Visit[]): string =>
  [0.5, 0.99, 1].map((share) => `p${share * 100} ${percentile(visits, share).toFixed(1)} ms`).join(', ')

/** Failures, each with when it began. */
const tales = (visits: readonly Visit[], { at }: Done): readonly string[] =>
  failed(visits).map((one) => `began ${one.at - at} ms after: ${one.failure}`)

async function until<T>(act: () => Promise<T>): Promise<T> {
  const end = Date.now() + patienceMs
  for (;;) {
    try {
      return await act()
    } catch (error) {
      if (Date.now() > end) throw error
      await sleep(50)
    }
  }
}

/** Pods that run and have never been restarted: the first restart comes at once, the next after 10 s. */
async function freshPods(app: string): Promise<readonly { readonly name: string; readonly node: string }[]> {
  const path =
    '{range .items[*]}{.metadata.name} {.spec.nodeName} {.status.containerStatuses[0].restartCount} {.status.containerStatuses[0].ready}{"\\n"}{end}'
  const rows = (await stage.kubectl('get', 'pods', '-l', `app=${app}`, '-o', `jsonpath=${path}`)).trim()
  return rows.split('\n').flatMap((row) => {
    const [name = '', node = '', restarts, ready] = row.split(' ')
    return restarts === '0' && ready === 'true' ? [{ name, node }] : []
  })
}

/** A Service that is made now and removed again: everybody has to do his part. Answers how long the first byte took. */
async function newService(name: string, meanwhile = async () => {}): Promise<number> {
  const began = performance.now()
  const words = ['--name', name, '--type=LoadBalancer', '--port=80', '--target-port=8080']
  await until(() => stage.kubectl('expose', 'deployment', 'echo', ...words))
  await until(async () => assert.equal((await visit(await stage.address(name))).failure, undefined))
  const ms = performance.now() - began
  await meanwhile()
  await stage.kubectl('delete', 'service', name, '--timeout=120s')
  return ms
}

const killed = [
  { name: 'of a Service', service: 'cluster', app: 'echo' },
  { name: 'with policy Local', service: 'local', app: 'echo' },
  { name: 'that is an nginx', service: 'web', app: 'web' },
  {
    name: 'that is an nginx and the only one of its node, with policy Local',
    service: 'web-local',
    app: 'web',
  },
] as const

for (const { name, service, app } of killed)
  test(`kill-pod: a pod ${name}`, { skip: app === 'web' ? withoutNginx : skip }, async (t) => {
    const [victim] = await freshPods(app)
    assert.ok(victim !== undefined)
    const place = { address: await stage.address(service), port: 80 }
    const open = await Promise.all(Array.from({ length: 24 }, () => hold(place)))
    const lag = worstLag(t)
    const { done, visits } = await under(t, [service], () => chaos('kill-pod', victim.name), 1_000)
    // All that ends has to be given a core to end on.
    const deadline = done.at + killMs + lag()
    for (const { at, ms, failure } of failed(visits)) {
      assert.ok(at <= deadline, `began ${at - done.at} ms after the kill: ${failure}`)
      assert.ok(at + ms >= done.at, `failed before the kill: ${failure}`)
    }
    if (app === 'echo')
      for (const one of open) {
        const isOfVictim = one?.heard.includes(`pod: ${victim.name}\n`)
        // The end of one comes to its client by way of two processes.
        await until(() => Promise.resolve(assert.equal(one?.socket.destroyed, isOfVictim, one?.heard)))
      }
    for (const one of open) one?.socket.destroy()
    const path = 'jsonpath={.status.containerStatuses[0].restartCount} {.status.containerStatuses[0].ready}'
    await until(async () =>
      assert.equal(await stage.kubectl('get', 'pod', victim.name, '-o', path), '1 true'),
    )
  })

/** How late a timer came at worst, until it is asked: what a machine without a free core adds to everything. */
function worstLag(t: TestContext): () => number {
  let last = performance.now()
  let worst = 0
  const timer = setInterval(() => {
    worst = Math.max(worst, performance.now() - last - 1)
    last = performance.now()
  }, 1)
  t.after(() => clearInterval(timer))
  return () => worst
}

test(
  'stop-node: others carry on, the cluster gives its pods up, and it comes back byte for byte',
  { skip },
  async (t) => {
    const name = 'node-1'
    const { spec } = await stage.service('cluster')
    const own = () => visit(`127.${base}.0.11`, spec?.ports?.[0]?.nodePort)
    const picture = async () => ({
      nodes: await exactly(stage, 'nodes'),
      services: await exactly(stage, 'services'),
      balancer: asWished(await dumpOf(stage)),
    })
    const whole = await picture()
    assert.equal((await own()).failure, undefined)

    const services = ['cluster', 'local']
    const { done, visits } = await under(t, services, () => chaos('stop-node', name), 3 * healthIntervalMs)
    const late = visits.filter(({ at }) => at > done.at + 2 * healthIntervalMs)
    assert.ok(late.length > 0)
    assert.deepEqual(tales(late, done), [])
    assert.ok(late.every(({ node }) => node !== name))
    assert.match((await own()).failure ?? '', /ECONNREFUSED/)
    await until(async () => assert.match(await stage.kubectl('get', 'node', name), /NotReady/))
    assert.match((await own()).failure ?? '', /ECONNREFUSED/, 'also when the cluster has noticed')

    assert.deepEqual(await broken(), [`stop-node ${name}`])
    assert.match(
      await stage.sandbox('status'),
      /Broken on purpose\n +node-1 has stopped.*chaos stop-node node-1 --undo/,
    )
    await until(async () => {
      const rows = (await stage.kubectl('get', 'pods', '-l', 'app=echo', '-o', 'wide', '--no-headers'))
        .trim()
        .split('\n')
      const [lost, kept] = [
        rows.filter((row) => row.includes(name)),
        rows.filter((row) => !row.includes(name)),
      ]
      assert.ok(lost.length > 0 && lost.every((row) => row.includes('Terminating')), rows.join('\n'))
      assert.equal(kept.filter((row) => row.includes('1/1')).length, 6, rows.join('\n'))
    })

    const mended = await under(t, services, () => chaos('stop-node', name, '--undo'), 500)
    assert.deepEqual(tales(mended.visits, mended.done), [])
    await until(async () => {
      assert.deepEqual(await picture(), whole)
      assert.equal((await own()).failure, undefined)
      // With policy Cluster a pod sees the node that a client came through.
      const seen = await echoes({ address: await stage.address('cluster'), port: 80 }, 12)
      assert.ok(seen.some(({ client }) => client.startsWith(`127.${base}.0.11:`)))
    })
    await until(async () => assert.doesNotMatch(await stage.kubectl('get', 'pods'), /Terminating/))
  },
)

test(
  'slow-node: what goes through it takes longer, all else does not, and nothing fails',
  { skip },
  async (t) => {
    const ms = 400
    const [{ node } = { node: '' }] = await freshPods('echo')
    // With policy Local a pod is reached through its own node.
    const split = ({ later }: Seen) => ({
      through: later.filter((one) => one.node === node),
      past: later.filter((one) => one.node !== node),
    })
    const seen = await under(t, ['local'], () => chaos('slow-node', node, '--ms', String(ms)), 1_000)
    assert.deepEqual(tales(seen.visits, seen.done), [])
    const { through, past } = split(seen)
    t.diagnostic(`through ${node}: ${told(through)}; past it: ${told(past)}`)
    // A timer may come a millisecond early; a machine that does other things too makes some visits late, not all.
    assert.ok(percentile(through, 0) >= ms - 2 && percentile(past, 0) < ms)
    const mended = await under(t, ['local'], () => chaos('slow-node', node, '--undo'), 500)
    assert.deepEqual(tales(mended.visits, mended.done), [])
    assert.ok(percentile(split(mended).through, 0) < ms)
  },
)

test(
  'partition-api: traffic goes on, also when a pod is killed meanwhile, and all come back',
  { skip },
  async (t) => {
    const [victim] = await freshPods('echo')
    let kill: Done | undefined
    const act = async () => {
      const done = await chaos('partition-api')
      await assert.rejects(stage.kubectl('get', 'nodes', '--request-timeout=2s'))
      kill = await chaos('kill-pod', victim?.name ?? '')
      assert.deepEqual(await broken(), ['partition-api'])
      return done
    }
    const { visits } = await under(t, ['cluster'], act, 500)
    const cut = kill
    assert.ok(cut !== undefined)
    const late = visits.filter(({ at, ms }) => at > cut.at + killMs || at + ms < cut.at)
    assert.deepEqual(tales(late, cut), [])
    await chaos('partition-api', '--undo')
    t.diagnostic(
      `from the end of it to the first byte of a new Service: ${Math.round(await newService('mended'))} ms`,
    )
  },
)

test(
  'restart-controller: nobody notices, the next edit is carried out, nothing is made twice',
  { skip },
  async (t) => {
    const whole = asWished(await dumpOf(stage))
    const { visits, done } = await under(t, ['cluster', 'local'], () => chaos('restart-controller'), 500)
    assert.deepEqual(tales(visits, done), [])
    await chaos('restart-controller')
    const { listAddresses, listListeners } = JSON.parse(whole) as Awaited<ReturnType<typeof dumpOf>>
    const ms = await newService('edited', async () => {
      const dump = await dumpOf(stage)
      assert.deepEqual(
        [dump.listAddresses.length, dump.listListeners.length],
        [listAddresses.length + 1, listListeners.length + 1],
      )
    })
    t.diagnostic(`from the restart to the first byte of a new Service: ${Math.round(ms)} ms`)
    await until(async () => assert.equal(asWished(await dumpOf(stage)), whole))
  },
)

test(
  'restart-cloud: all objects are back byte for byte, and traffic within a second',
  { skip },
  async (t) => {
    const whole = await dumpOf(stage)
    const starts = [bareStart()]
    const act = async () => {
      const done = chaos('restart-cloud')
      starts.push(bareStart())
      return done
    }
    const { visits, done } = await under(t, ['cluster', 'local'], act, 1_500)
    starts.push(bareStart())
    const slowest = Math.max(...(await Promise.all(starts)))
    const last = Math.max(0, ...failed(visits).map(({ at }) => at - done.at))
    t.diagnostic(`the last that failed began ${last} ms after the kill; a bare start took ${slowest} ms`)
    // As long as twenty bare starts of Node take now, where that is more.
    assert.ok(last < Math.max(1_000, 20 * slowest), `${last} ms, and a bare start ${slowest} ms`)
    await until(async () => assert.deepEqual(await dumpOf(stage), whole))
  },
)

/** How long Node takes to start and end, in milliseconds. */
async function bareStart(): Promise<number> {
  const began = performance.now()
  await once(spawn(process.execPath, ['-e', '0']), 'exit')
  return Math.round(performance.now() - began)
}

test('all six in a row, and all mended: everything is as it was', { skip }, async () => {
  const services = ['cluster', 'local']
  const places = await Promise.all(services.map((service) => stage.address(service)))
  const [whole, dump] = [await everythingOf(stage), asWished(await dumpOf(stage))]
  const [victim] = await freshPods('echo')
  assert.ok(victim !== undefined)
  const node = ['node-2', 'node-3'].find((one) => one !== victim.node) ?? ''
  await chaos('kill-pod', victim.name)
  await chaos('slow-node', node, '--ms', '50')
  await Promise.all([chaos('restart-controller'), chaos('restart-cloud')])
  await chaos('stop-node', node)
  await chaos('partition-api')
  assert.deepEqual(await broken(), [`slow-node ${node}`, `stop-node ${node}`, 'partition-api'])
  assert.equal((await chaos('--undo')).did, `mended: partition-api, stop-node ${node}, slow-node ${node}`)
  await until(async () => {
    assert.deepEqual(await everythingOf(stage), whole)
    assert.equal(asWished(await dumpOf(stage)), dump)
  })
  const seen = (
    await Promise.all(places.map((place) => Promise.all(Array.from({ length: 20 }, () => visit(place)))))
  ).flat()
  assert.deepEqual(failed(seen), [])
})

test('a sandbox that is stopped while much is broken leaves nothing', { skip }, async () => {
  await chaos('slow-node', 'node-3')
  await chaos('stop-node', 'node-2')
  await chaos('partition-api')
  const restart = chaos('restart-cloud').catch(() => undefined)
  await stage.close()
  ended = true
  await restart
  assert.deepEqual(processesWith(stage.env['HOME'] ?? ''), [])
  assert.deepEqual(listeningAt(base), [])
})
