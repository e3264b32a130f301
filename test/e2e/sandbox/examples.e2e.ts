/** Every file of manifests/examples/local, applied by kubectl to a sandbox, and what its traffic does then. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { ask, echo, echoes, hold, type Held } from './clients.ts'
import { openSandboxStage, withoutKubectl, type SandboxStage } from './sandbox-stage.ts'

const folder = fileURLToPath(new URL('../../../manifests/examples/local/', import.meta.url))
const base = 66
const stranger = '127.9.9.9'

const hostOf = (client: string): string => client.slice(0, client.lastIndexOf(':'))
const isNode = (address: string): boolean => address.startsWith(`127.${base}.0.`)
const unique = (items: readonly unknown[]): number => new Set(items).size

/** What is seen of a file's Services, by the file's name. */
const sights: Readonly<Record<string, (stage: SandboxStage) => Promise<void>>> = {
  async plain(stage) {
    const place = { address: await stage.address('plain'), port: 80 }
    // A pod that was ready last is told to the proxies last.
    await until(async () =>
      assert.equal(unique((await echoes(place, 30)).map(({ pod }) => pod)), 3, 'all three pods answer'),
    )
  },

  async 'client-address'(stage) {
    const local = await stage.address('client-local')
    const cluster = await stage.address('client-cluster')
    assert.notEqual(local, cluster)
    const [{ node } = { node: '' }] = await echoes({ address: cluster, port: 80 }, 1)
    await until(async () => {
      const seen = await echoes({ address: local, port: 80, from: stranger }, 10)
      assert.deepEqual(new Set(seen.map((one) => hostOf(one.client))), new Set([stranger]))
      assert.deepEqual(new Set(seen.map((one) => one.node)), new Set([node]))
    })
    const [shown] = await echoes({ address: cluster, port: 80, from: stranger }, 1)
    assert.ok(isNode(hostOf(shown?.client ?? '')), `Cluster shows a node: ${shown?.client}`)
  },

  async 'source-ranges'(stage) {
    const address = await stage.address('inner')
    const seen = await echo({ address, port: 80, from: '127.99.1.2' })
    assert.ok(seen.pod.startsWith('inner-'))
    await assert.rejects(echo({ address, port: 80, from: stranger }), 'a stranger is turned away')
  },

  async 'fixed-address'(stage) {
    assert.equal(await stage.address('fixed'), `127.${base}.240.250`)
    await echo({ address: `127.${base}.240.250`, port: 80 })
  },

  async 'shared-address'(stage) {
    const address = await stage.address('front')
    assert.equal(await stage.address('back'), address)
    assert.match((await echo({ address, port: 80 })).pod, /^front-/)
    assert.match((await echo({ address, port: 8080 })).pod, /^back-/)
  },

  async affinity(stage) {
    const address = await stage.address('sticky')
    const seen = await echoes({ address, port: 80, from: stranger }, 20)
    assert.equal(unique(seen.map(({ pod }) => pod)), 1, 'one client, one pod')
  },

  async 'proxy-protocol'(stage) {
    const address = await stage.address('told')
    const { proxy } = await echo({ address, port: 80, from: stranger })
    assert.match(proxy, new RegExp(`^${stranger.replaceAll('.', '\\.')}:\\d+ to ${address}:80$`))
  },

  async scheduler(stage) {
    const place = { address: await stage.address('least'), port: 80 }
    await until(async () => {
      const held: Held[] = []
      for (let at = 0; at < 6; at++) {
        const one = await hold(place)
        if (one !== undefined) held.push(one)
      }
      for (const { socket } of held) socket.destroy()
      const pods = Map.groupBy(held, ({ heard }) => /pod: (\S+)/.exec(heard)?.[1])
      assert.deepEqual(
        [...pods.values()].map((of) => of.length),
        [2, 2, 2],
      )
    })
  },

  async limits(stage) {
    const place = { address: await stage.address('narrow'), port: 80 }
    const two = [await hold(place), await hold(place)]
    assert.ok(two.every((one) => one !== undefined))
    assert.equal(await hold(place), undefined, 'the third is turned away')
    for (const one of two) one?.socket.destroy()
    await until(() => echo(place))
  },

  async udp(stage) {
    const address = await stage.address('ask')
    assert.match(await ask({ address, port: 53, from: stranger }, 'hello'), /^pod ask-\S+ on node-\d/)
  },

  async 'tcp-udp'(stage) {
    const address = await stage.address('both')
    assert.match(await ask({ address, port: 53 }, 'hello'), /^pod both-/)
    assert.match((await echo({ address, port: 53 })).pod, /^both-/)
  },

  async 'named-port'(stage) {
    const place = { address: await stage.address('named'), port: 80 }
    await until(async () =>
      assert.deepEqual(
        new Set((await echoes(place, 20)).map(({ pod }) => pod.slice(0, 'release-1'.length))),
        new Set(['release-1', 'release-2']),
      ),
    )
  },

  async readiness(stage) {
    const place = { address: await stage.address('picky'), port: 80 }
    await until(async () => assert.equal(unique((await echoes(place, 20)).map(({ pod }) => pod)), 2))
    const path = '/spec/template/spec/containers/0/readinessProbe/httpGet/path'
    const patch = JSON.stringify([{ op: 'replace', path, value: '/status/503' }])
    await stage.kubectl('patch', 'deployment', 'picky', '--type=json', '-p', patch)
    const [, replica] = (await echo(place)).pod.split('-')
    await until(async () => {
      const pods = await stage.kubectl('get', 'pods', '-l', 'app=picky', '--no-headers')
      const renewed = pods.split('\n').filter((row) => row !== '' && !row.includes(`-${replica}-`))
      assert.ok(
        renewed.some((row) => row.includes('Running')),
        `a pod that says 503 runs: ${pods}`,
      )
    })
    // And has been asked, too.
    await sleep(1_500)
    const seen = await echoes(place, 20)
    assert.equal(unique(seen.map(({ pod }) => pod.split('-')[1])), 1, 'and none of those is sent to')
  },

  async drain(stage) {
    const place = { address: await stage.address('patient'), port: 80 }
    // Who has been answered once is in.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    await echo(place, '/', agent)
    const slow = echo(place, '/delay/3000', agent)
    await stage.kubectl('delete', 'svc', 'patient')
    await assert.rejects(echo(place), 'nobody new gets in')
    assert.match((await slow).pod, /^patient-/, 'whoever was in gets the answer')
    agent.destroy()
  },

  async class(stage) {
    const { status, metadata } = await stage.service('elsewhere')
    assert.deepEqual(status?.loadBalancer?.ingress ?? [], [])
    assert.deepEqual(metadata.finalizers ?? [], [])
  },

  async tls(stage) {
    const address = await stage.address('secure')
    await echo({ address, port: 80 })
    const names = await new Promise<string>((resolve, reject) => {
      const socket = connectTls({ host: address, port: 443, rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().subject.CN as string)
        socket.destroy()
      })
      socket.once('error', reject)
    })
    assert.equal(names, 'secure.example.com')
  },
}

/** What must be there before a file is applied. */
const ahead: Readonly<Record<string, (stage: SandboxStage) => Promise<void>>> = {
  async tls(stage) {
    const key = join(stage.env['HOME'] ?? '', 'web.key')
    const certificate = join(stage.env['HOME'] ?? '', 'web.crt')
    const words = 'req -x509 -nodes -days 2 -newkey rsa:2048 -subj /CN=secure.example.com'.split(' ')
    execFileSync('openssl', [...words, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
    await stage.kubectl('create', 'secret', 'tls', 'web-tls', '--cert', certificate, '--key', key)
  },
}

async function until(act: () => Promise<unknown>): Promise<void> {
  const end = Date.now() + 60_000
  for (;;) {
    try {
      await act()
      return
    } catch (error) {
      if (Date.now() > end) throw error
      await sleep(100)
    }
  }
}

let stage: SandboxStage | undefined
before(async () => {
  if (withoutKubectl === false) stage = await openSandboxStage({ base })
})
after(() => stage?.close())

for (const file of readdirSync(folder).filter((one) => one.endsWith('.yaml'))) {
  const name = file.replace(/\.yaml$/, '')
  test(`examples on a sandbox: ${name}`, { skip: withoutKubectl }, async () => {
    assert.ok(stage !== undefined)
    const sight = sights[name]
    assert.ok(sight !== undefined, `${file} has nothing that looks at its traffic`)
    await ahead[name]?.(stage)
    await stage.apply(join(folder, file))
    await sight(stage)
    await stage.remove(join(folder, file))
  })
}
