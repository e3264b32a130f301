/** A cluster on loopback in this process, and commands of the built program as processes in front of it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
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

export interface Processes {
  readonly cluster: ApiServer
  readonly kubeconfig: string
  /** What a process needs to find the cluster and the cloud. */
  readonly env: Readonly<Record<string, string>>
  /** Starts `lb-controller run`; its log lines are text. `own`: environment on top of what every process finds. */
  start(more?: readonly string[], own?: Readonly<Record<string, string>>): Controller
  /** Starts another command of the built program. */
  spawn(args: readonly string[]): Controller
  /** Runs another command of the built program to its end; `more` is environment. */
  command(
    args: readonly string[],
    more?: Readonly<Record<string, string>>,
  ): Promise<{ readonly code: number; readonly out: string; readonly err: string }>
  close(): Promise<void>
}

export interface ProcessesOptions {
  /** Makes the cluster's uids. Default: random; two stages to compare take the same counter. */
  readonly uid?: () => string
}

/** `where` says by which variables the AWS SDK finds its services. */
export async function openProcesses(
  where: Readonly<Record<string, string>>,
  options: ProcessesOptions = {},
): Promise<Processes> {
  const folder = await mkdtemp(join(tmpdir(), 'lb-controller-'))
  const cluster = await startServer({ state: new ClusterState({ ...options, loopbackEndpoints: true }) })
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, cluster.kubeconfig())
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    KUBECONFIG: kubeconfig,
    AWS_ACCESS_KEY_ID: 'loopback',
    AWS_SECRET_ACCESS_KEY: 'loopback',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...where,
  }
  const running = new Set<ChildProcess>()
  const start = (args: readonly string[], own: Readonly<Record<string, string>> = {}): Controller => {
    const child = spawn(process.execPath, [bin, ...args], {
      env: { ...env, ...own },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.add(child)
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    const ended = new Promise<number | NodeJS.Signals>((resolve) => {
      child.once('exit', (code, signal) => {
        running.delete(child)
        resolve(code ?? signal ?? 0)
      })
    })
    return { process: child, output: () => output, ended }
  }
  return {
    cluster,
    kubeconfig,
    env,
    start(more = [], own = {}) {
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
      return start([...args, '--http-address', '127.0.0.1:0', '--log-format', 'text', ...more], own)
    },
    spawn: (args) => start(args),
    command: (args, more = {}) =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, [bin, ...args], {
          env: { ...env, ...more },
          stdio: ['ignore', 'pipe', 'pipe'],
        })
        let out = ''
        let err = ''
        child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
        child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
        child.once('close', (code) => resolve({ code: code ?? 1, out, err }))
      }),
    async close() {
      for (const child of running) child.kill('SIGKILL')
      await cluster.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
