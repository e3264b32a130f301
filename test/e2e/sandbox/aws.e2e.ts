/** A sandbox whose load balancers are those of a strict AWS: they have names, and carry traffic. */
import assert from 'node:assert/strict'
import { Resolver } from 'node:dns/promises'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { LocalTraffic } from '../../../providers/local/wire.ts'
import { askControl } from '../../../src/sandbox/control.ts'
import type { SandboxState } from '../../../src/sandbox/facts.ts'
import { echo, echoes } from './clients.ts'
import { openSandboxStage, withoutKubectl, type SandboxStage } from './sandbox-stage.ts'

const manifest = fileURLToPath(new URL('aws.yaml', import.meta.url))
const base = 72
const stranger = '127.9.9.9'
const patienceMs = 60_000

const hostOf = (client: string): string => client.slice(0, client.lastIndexOf(':'))

/** Until it no longer fails, for a while. */
async function until<T>(what: () => Promise<T>): Promise<T> {
  const end = Date.now() + patienceMs
  for (;;)
    try {
      return await what()
    } catch (error) {
      if (Date.now() > end) throw error
      await sleep(200)
    }
}

if (withoutKubectl === false) {
  let stage: SandboxStage
  before(async () => {
    // Whoever starts a sandbox may well work in a real account at the same time.
    const env = { AWS_ENDPOINT_URL: 'http://192.0.2.1', AWS_REGION: 'eu-west-1', AWS_PROFILE: 'work' }
    stage = await openSandboxStage({ base, args: ['--provider', 'aws'], env })
    await stage.apply(manifest)
  })
  after(() => stage?.close())

  const dns = new Resolver({ timeout: 5_000, tries: 3 })
  dns.setServers([`127.${base}.192.10`])
  const ask = <T>(order: string): Promise<T> =>
    askControl<T>(join(dirname(stage.env['KUBECONFIG'] ?? ''), 'balancer.sock'), order)
  const status = async () => JSON.parse(await stage.sandbox('status', '-o', 'json')) as SandboxState
  const nameOf = async (service: string): Promise<string> => {
    const { status } = await stage.service(service)
    return status?.loadBalancer?.ingress?.[0]?.hostname ?? ''
  }
  const addressOf = async (service: string): Promise<string> => {
    const [address = ''] = await dns.resolve4(await nameOf(service))
    return address
  }

  test('a name that the DNS of the sandbox answers leads to the pods, which see a node', async () => {
    assert.match(await nameOf('by-node'), /\.elb\.us-east-1\.amazonaws\.com$/)
    const address = await addressOf('by-node')
    assert.ok(address.startsWith(`127.${base}.240.`))
    const { pod, client } = await echo({ address, port: 80, from: stranger })
    assert.match(pod, /^web-/)
    assert.ok(hostOf(client).startsWith(`127.${base}.0.`), client)
  })

  test('a pod finds the name too', async () => {
    const name = await nameOf('by-node')
    const words = ['run', 'client', '--image=curlimages/curl', '--restart=Never', '--rm', '-i', '--quiet']
    assert.match(await stage.kubectl(...words, '--', 'curl', '-sS', `http://${name}`), /^pod: web-/m)
  })

  test('with policy Local pods see the client, and only their node is healthy', async () => {
    const address = await addressOf('by-client')
    await until(async () => {
      const seen = await echoes({ address, port: 80, from: stranger }, 5)
      assert.deepEqual(new Set(seen.map(({ client }) => hostOf(client))), new Set([stranger]))
      const { listeners } = await ask<LocalTraffic>('GET /v1/traffic')
      const targets = Object.values(listeners.find((one) => one.address === address)?.targets ?? {})
      assert.deepEqual([targets.length, targets.filter(({ healthy }) => healthy).length], [3, 1])
    })
  })

  test('source ranges keep strangers out', async () => {
    const address = await addressOf('inner')
    assert.equal(hostOf((await echo({ address, port: 80, from: '127.99.1.2' })).client), '127.99.1.2')
    await assert.rejects(echo({ address, port: 80, from: stranger }))
  })

  test('status says how to reach a name, as it can be typed', async () => {
    const text = await stage.sandbox('status')
    const name = await nameOf('by-node')
    assert.ok(text.includes(`dig @127.${base}.192.10 +short ${name}`), text)
    assert.ok(text.includes(`curl --connect-to ${name}:80:${await addressOf('by-node')}:80 http://${name}`))
  })

  test('an AWS that is killed is missed, is started again, and gets its load balancers back', async () => {
    const { pid } = await ask<{ pid: number }>('GET /healthz')
    process.kill(pid, 'SIGKILL')
    await until(async () => {
      assert.notEqual((await ask<{ pid: number }>('GET /healthz')).pid, pid)
      assert.deepEqual((await status()).lacks, [])
    })
    await until(async () => {
      const { client } = await echo({ address: await addressOf('by-client'), port: 80, from: stranger })
      assert.equal(hostOf(client), stranger)
    })
  })

  test('a delete leaves nothing: no name, no listener, no object', async () => {
    const [name, address] = [await nameOf('by-node'), await addressOf('by-node')]
    await stage.remove(manifest)
    await assert.rejects(dns.resolve4(name))
    await assert.rejects(echo({ address, port: 80 }))
    const dump = await ask<Record<string, object>>('GET /_/dump')
    for (const kind of ['loadBalancers', 'targetGroups']) assert.deepEqual(dump[kind], {}, kind)
    assert.deepEqual((await ask<LocalTraffic>('GET /v1/traffic')).listeners, [])
  })
} else test('a sandbox with AWS', { skip: withoutKubectl }, () => {})
