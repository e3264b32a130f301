import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type Client } from '../src/kube/client.ts'
import { services } from '../src/kube/port.ts'
import { systemClock } from '../src/lib/clock.ts'
import type { ServiceObject } from '../src/model/objects.ts'
import { treeCpuMs } from './process-tree.ts'

/** A sandbox of the built program, from outside. */
export interface SandboxRun {
  readonly pid: number
  /** From the start of the process until it said that it is ready. */
  readonly readyMs: number
  /** Until it said of all that was applied that it serves; the same where nothing was. */
  readonly servingMs: number
  readonly client: Client
  /** Asks the API server to delete these Services of the default namespace, some at a time. */
  remove(names: readonly string[]): Promise<void>
  close(): Promise<void>
}

export interface SandboxWish {
  readonly main: string
  readonly base: number
  readonly args?: readonly string[]
  /** Lines that tell of something that serves. */
  readonly awaited?: number
}

const patienceMs = 120_000

export async function startSandbox({ main, base, args = [], awaited = 0 }: SandboxWish): Promise<SandboxRun> {
  const folder = mkdtempSync(join(tmpdir(), 'lb-sandbox-bench-'))
  const own = ['--base', String(base), '--state-dir', folder, '--page-port', '0']
  const began = performance.now()
  const child = spawn(process.execPath, [main, 'sandbox', ...own, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { readyMs, servingMs } = await told(child, began, awaited)
  const client = await connect({ clock: systemClock, kubeconfig: join(folder, 'kubeconfig') })
  const remover = removerOf(join(folder, 'kubeconfig'))
  return {
    pid: child.pid ?? 0,
    readyMs,
    servingMs,
    client,
    async remove(names) {
      const left = [...names]
      const work = async (): Promise<void> => {
        for (let name = left.pop(); name !== undefined; name = left.pop()) await remover.remove(name)
      }
      await Promise.all(Array.from({ length: 8 }, work))
    },
    async close() {
      remover.agent.destroy()
      await client.close()
      if (child.exitCode === null) {
        child.kill('SIGTERM')
        await once(child, 'exit')
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface KubeConfig {
  readonly clusters: readonly [
    { readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } },
  ]
  readonly users: readonly [{ readonly user: { readonly token: string } }]
}

/** Our client never deletes anything. */
function removerOf(kubeconfig: string): { remove(name: string): Promise<void>; readonly agent: Agent } {
  const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8')) as KubeConfig
  const [{ cluster }, { user }] = [clusters[0], users[0]]
  const ca = Buffer.from(cluster['certificate-authority-data'], 'base64')
  const agent = new Agent({ ca, keepAlive: true })
  const headers = { authorization: `Bearer ${user.token}` }
  return {
    agent,
    remove: (name) =>
      new Promise((resolve, reject) => {
        const url = `${cluster.server}/api/v1/namespaces/default/services/${name}`
        request(url, { method: 'DELETE', agent, headers }, (response) => {
          if (response.statusCode !== 200) reject(new Error(`${name}: status ${response.statusCode}`))
          response.resume().once('end', () => resolve())
        })
          .once('error', reject)
          .end()
      }),
  }
}

/** Reads on to the end, so that nothing it says is held up. */
function told(
  child: ChildProcess,
  began: number,
  awaited: number,
): Promise<{ readonly readyMs: number; readonly servingMs: number }> {
  return new Promise((resolve, reject) => {
    let said = ''
    let readyMs: number | undefined
    const late = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`not ready after ${patienceMs / 1000} s: ${said}`))
    }, patienceMs)
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      said += piece
      const now = performance.now() - began
      if (readyMs === undefined && said.includes('ready in')) readyMs = now
      if (readyMs === undefined || (said.match(/ \(\d+\.\d s\)$/gm) ?? []).length < awaited) return
      clearTimeout(late)
      resolve({ readyMs, servingMs: now })
    })
    child.once('exit', (code, signal) => {
      clearTimeout(late)
      reject(new Error(`the sandbox ended with ${signal ?? code}: ${said}`))
    })
  })
}

/** Which part of one core it uses while nobody asks it for anything. */
export async function idleShare({ pid }: SandboxRun, ms: number): Promise<number> {
  const [began, before] = [performance.now(), treeCpuMs(pid)]
  await sleep(ms)
  return (treeCpuMs(pid) - before) / (performance.now() - began)
}

/** Creates it and answers how long it took (ms) until a byte came through its address, and its address. */
export async function firstByte(
  client: Client,
  service: ServiceObject,
): Promise<{ readonly ms: number; readonly address: string; readonly addressMs: number }> {
  const over = new AbortController()
  const { name } = service.metadata
  const began = performance.now()
  const made = await client.create(services, service, over.signal)
  const address = await new Promise<string>((resolve, reject) => {
    const resourceVersion = made.metadata.resourceVersion ?? ''
    const selected = {
      fieldSelector: `metadata.name=${name}`,
      resourceVersion,
      timeoutSeconds: 60,
      allowWatchBookmarks: false,
    }
    void client
      .watch<ServiceObject>(
        services,
        selected,
        ({ object: { status } }) => {
          const ip = status?.loadBalancer?.ingress?.[0]?.ip
          if (ip !== undefined) resolve(ip)
        },
        over.signal,
      )
      .then(() => reject(new Error(`${name} got no address`)))
  })
  const addressMs = performance.now() - began
  over.abort()
  while (!(await answers(address, 80))) await sleep(2)
  return { ms: performance.now() - began, address, addressMs }
}

/** Whether anything comes back over a connection of its own. */
export const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connectTcp({ host, port, timeout: 1_000 })
    const end = (answer: boolean) => {
      resolve(answer)
      socket.destroy()
    }
    socket.once('connect', () => socket.write('GET / HTTP/1.0\r\n\r\n'))
    socket.once('data', () => end(true))
    for (const event of ['error', 'end', 'close', 'timeout']) socket.once(event, () => end(false))
  })
