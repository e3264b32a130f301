/** A sandbox of the built program, and a user's kubectl in front of it. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ServiceObject } from '../../../src/model/objects.ts'

const bin = fileURLToPath(new URL('../../../bin/lb-controller.mjs', import.meta.url))
const run = promisify(execFile)

export const kubectlProgram = process.env['KUBECTL']
export const withoutKubectl =
  kubectlProgram === undefined
    ? 'KUBECTL names no kubectl: KUBECTL=$(node scripts/kubectl.mjs) npm run e2e'
    : false

export interface SandboxStage {
  readonly base: number
  readonly env: Readonly<Record<string, string>>
  /** Its standard output. Rejects with its errors. */
  readonly kubectl: (...args: string[]) => Promise<string>
  /** `lb-controller sandbox` with these arguments, on this sandbox. */
  sandbox(...args: string[]): Promise<string>
  /** Applies a file and waits until its pods and load balancers are ready. */
  apply(file: string): Promise<void>
  /** Deletes what a file made and waits until it is gone. */
  remove(file: string): Promise<void>
  service(name: string): Promise<ServiceObject>
  /** Where its load balancer is reached. */
  address(name: string): Promise<string>
  close(): Promise<void>
}

export interface StageWish {
  /** The second number of all addresses; files that run side by side take different ones. */
  readonly base: number
  readonly args?: readonly string[]
  /** More of its environment. */
  readonly env?: Readonly<Record<string, string>>
}

/** Resolves when it is ready. */
export async function openSandboxStage({
  base,
  args = [],
  env: more = {},
}: StageWish): Promise<SandboxStage> {
  const home = mkdtempSync(join(tmpdir(), 'lb-sandbox-'))
  const name = `e2e-${base}`
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    XDG_STATE_HOME: home,
    ...more,
    KUBECONFIG: join(home, 'lb-controller', 'sandbox', name, 'kubeconfig'),
  }
  const program = async (...words: string[]): Promise<string> =>
    (await run(process.execPath, [bin, 'sandbox', ...words], { env })).stdout
  const kubectl = async (...words: string[]): Promise<string> =>
    (await run(kubectlProgram ?? 'kubectl', words, { env, maxBuffer: 1 << 26 })).stdout
  await program('--detach', '--name', name, '--base', String(base), '--page-port', 'off', ...args)
  const service = async (wanted: string): Promise<ServiceObject> =>
    JSON.parse(await kubectl('get', 'svc', wanted, '-o', 'json')) as ServiceObject

  return {
    base,
    env,
    kubectl,
    service,
    sandbox: (command, ...words) => program(command ?? 'status', '--name', name, ...words),
    async apply(file) {
      await kubectl('apply', '-f', file)
      const names = (await kubectl('get', '-f', file, '-o', 'name')).trim().split('\n')
      for (const one of names) {
        if (one.startsWith('deployment')) await kubectl('rollout', 'status', one, '--timeout=120s')
        if (one.startsWith('service')) await waitForAddress(kubectl, one)
      }
    },
    async remove(file) {
      await kubectl('delete', '-f', file, '--ignore-not-found', '--wait=true', '--timeout=120s')
    },
    async address(wanted) {
      const { status } = await service(wanted)
      const [ingress] = status?.loadBalancer?.ingress ?? []
      const address = ingress?.ip
      if (address === undefined) throw new Error(`${wanted} has no address`)
      return address
    },
    async close() {
      try {
        await program('stop', '--name', name)
      } finally {
        rmSync(home, { recursive: true, force: true })
      }
    },
  }
}

/** A Service that is somebody else's never has one. */
async function waitForAddress(kubectl: SandboxStage['kubectl'], name: string): Promise<void> {
  const spec = await kubectl('get', name, '-o', 'jsonpath={.spec.type} {.spec.loadBalancerClass}')
  if (!/^LoadBalancer *$/.test(spec)) return
  await kubectl('wait', name, '--for=condition=lb-controller.io/Ready', '--timeout=120s')
}
