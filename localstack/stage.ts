/**
 * A cluster and an AWS on loopback in this process, and the controller as a process of its own in front of them: what
 * the demo shows and what the tests kill. Nothing outlives `close`.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createCloud, type Cloud } from './aws/cloud.ts'
import { startAws } from './aws/http.ts'
import { startServer, type ApiServer } from './kubernetes/server.ts'
import { ClusterState } from './kubernetes/state.ts'

const bin = fileURLToPath(new URL('../bin/lb-controller.mjs', import.meta.url))

export interface Controller {
  readonly process: ChildProcess
  /** Everything it has written so far. */
  output(): string
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

export interface Stage {
  readonly cluster: ApiServer
  readonly cloud: Cloud
  readonly cloudUrl: string
  readonly kubeconfig: string
  /** What a process needs to find both. */
  readonly env: Readonly<Record<string, string>>
  addNode(n: number): void
  /** Starts `lb-controller run`; its log lines are text. */
  start(more?: readonly string[]): Controller
  /** Runs another command of the built program to its end. */
  command(
    args: readonly string[],
  ): Promise<{ readonly code: number; readonly out: string; readonly err: string }>
  close(): Promise<void>
}

export interface StageOptions {
  /** Makes the cluster's uids. Default: random; two stages to compare take the same counter. */
  readonly uid?: () => string
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'lb-controller-'))
  const cluster = await startServer({ state: new ClusterState(options) })
  const cloud = createCloud()
  const aws = await startAws(cloud)
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, cluster.kubeconfig())
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    KUBECONFIG: kubeconfig,
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: 'loopback',
    AWS_SECRET_ACCESS_KEY: 'loopback',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  const controllers = new Set<ChildProcess>()
  return {
    cluster,
    cloud,
    cloudUrl: aws.url,
    kubeconfig,
    env,
    addNode(n) {
      const id = `i-${n.toString(16).padStart(17, '0')}`
      const zone = 'abc'[n % 3] ?? 'a'
      cloud.addInstance({ id, az: zone })
      cluster.state.addNode({
        name: `node-${n}`,
        providerID: `aws:///us-east-1${zone}/${id}`,
        address: `10.0.0.${n + 10}`,
        zone: `us-east-1${zone}`,
      })
    },
    start(more = []) {
      // The same identity each time: a process that was killed is known to be dead here, so nobody waits for its lease.
      const args = [
        'run',
        '--provider',
        'aws',
        '--aws-region',
        'us-east-1',
        '--cluster-name',
        'demo',
        '--lease-identity',
        'stage',
      ]
      const child = spawn(
        process.execPath,
        [bin, ...args, '--http-address', '127.0.0.1:0', '--log-format', 'text', ...more],
        {
          env,
          stdio: ['ignore', 'ignore', 'pipe'],
        },
      )
      controllers.add(child)
      let output = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
      const ended = new Promise<number | NodeJS.Signals>((resolve) => {
        child.once('exit', (code, signal) => {
          controllers.delete(child)
          resolve(code ?? signal ?? 0)
        })
      })
      return { process: child, output: () => output, ended }
    },
    command: (args) =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, [bin, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
        let out = ''
        let err = ''
        child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
        child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
        child.once('close', (code) => resolve({ code: code ?? 1, out, err }))
      }),
    async close() {
      for (const child of controllers) child.kill('SIGKILL')
      await cluster.close()
      await aws.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
