import { spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import { createInterface } from 'node:readline'
import type { IpFamily } from '../../lib/ip.ts'
import type { FlowDelete } from './deletes.ts'
import { parseFlow } from './sweep.ts'
import type { TrackedFlow } from './flow-index.ts'

/** What is asked of the kernel's connection tracking. Rejects with `ConntrackMissing` where there is no such program. */
export interface ConntrackTool {
  /** How many flows it ended. */
  end(flows: FlowDelete, signal: AbortSignal): Promise<number>
  /** UDP flows whose clients sent to an address of the range, one by one. */
  look(
    family: IpFamily,
    range: string,
    found: (flow: TrackedFlow) => void,
    signal: AbortSignal,
  ): Promise<void>
}

export class ConntrackMissing extends Error {
  override readonly name = 'ConntrackMissing'
}

/** The arguments that delete these and no others. Names as in conntrack(8). */
export function deleteArguments({ family, address, port, to }: FlowDelete): readonly string[] {
  const end = to === undefined ? [] : ['--reply-src', to.address, '--reply-port-src', String(to.port)]
  // Without an address it must be a translated one: a client of the pod itself is none of ours.
  const where = address === undefined ? ['--dst-nat'] : ['--orig-dst', address]
  const at = port === undefined ? [] : ['--orig-port-dst', String(port)]
  return ['-D', '-p', 'udp', '-f', familyName[family], ...where, ...at, ...end]
}

const familyName: Readonly<Record<IpFamily, string>> = { IPv4: 'ipv4', IPv6: 'ipv6' }

/**
 * The program `conntrack` of conntrack-tools, one child per call, below other programs in priority. `command`: what it
 * is called by, and through what.
 */
export function conntrackTool(command: readonly [string, ...string[]] = ['conntrack']): ConntrackTool {
  return {
    async end(flows, signal) {
      const said = await run(command, deleteArguments(flows), signal)
      // Both nothing found and a refusal end in status 1; the count tells them apart.
      const count = /(\d+) flow entries have been deleted/.exec(said.errors)?.[1]
      if (count === undefined) throw new Error(`conntrack: ${said.errors.trim() || `status ${said.status}`}`)
      return Number(count)
    },
    async look(family, range, found, signal) {
      const args = ['-L', '-p', 'udp', '-f', familyName[family], '--orig-dst', range]
      const said = await run(command, args, signal, (line) => {
        const flow = parseFlow(family, line)
        if (flow !== undefined) found(flow)
      })
      if (said.status !== 0) throw new Error(`conntrack: ${said.errors.trim() || `status ${said.status}`}`)
    },
  }
}

interface Said {
  readonly status: number
  readonly errors: string
}

const mostErrors = 4_000

function run(
  [path, ...before]: readonly [string, ...string[]],
  args: readonly string[],
  signal: AbortSignal,
  onLine?: (line: string) => void,
): Promise<Said> {
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', onLine === undefined ? 'ignore' : 'pipe', 'pipe'] as const
    const child = spawn(path, [...before, ...args], { signal, stdio: [...stdio] })
    let errors = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-mostErrors)
    })
    if (onLine !== undefined && child.stdout !== null)
      createInterface({ input: child.stdout }).on('line', onLine)
    child.on('spawn', () => lower(child.pid))
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new ConntrackMissing(path, { cause: error }) : error),
    )
    child.on('close', (status) => resolve({ status: status ?? -1, errors }))
  })
}

/** Behind what forwards packets and what runs on the node; not far, for some client is waiting to be heard again. */
const niceness = 5

function lower(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, niceness)
  } catch {
    // It has ended already.
  }
}
