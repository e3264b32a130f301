import { createWriteStream, readFileSync } from 'node:fs'
import { plainLog } from '../observe/plain-log.ts'
import { claimFolder, FolderRefused } from '../relay/state-folder.ts'
import { SandboxRefused } from '../sandbox/problem.ts'
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts'
import { paintFor } from './colour.ts'
import type { SandboxOptions } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { folderOf, telling } from './sandbox-folder.ts'
import { factsText, nextText } from './sandbox-text.ts'
import { tellerOn, type Teller } from './sandbox-telling.ts'
import { forSmallRun } from './short-run.ts'

/** A whole cluster in this process, until SIGTERM, SIGINT, SIGHUP or `sandbox stop`. */
export async function sandbox(options: SandboxOptions, io: Io): Promise<ExitCode> {
  if (!options.detach) {
    const teller = tellerOn(options.tellTo, io)
    return telling(teller.io, () => run(options, teller))
  }
  const { detach } = await import('./sandbox-detach.ts')
  return telling(io, () => detach(options, io))
}

async function run(options: SandboxOptions, { io, ready }: Teller): Promise<ExitCode> {
  forSmallRun()
  const { provider } = options
  // The one that there is would meet the account of whoever starts this.
  if (provider !== 'local')
    throw new SandboxRefused(
      `a sandbox cannot have the provider ${provider}`,
      'leave it out, or say --provider local',
    )
  const folder = folderOf(options, io)
  const files = options.files.length === 0 ? undefined : await import('./sandbox-apply.ts')
  const manifests = await files?.readFiles(options.files, io, options.colour)
  if (files !== undefined && manifests === undefined) return exit.errors
  claim(folder.path)
  const asked = io.stopSignal(hangsUp() ? ['SIGHUP'] : [])
  const told = new AbortController()
  const stop = AbortSignal.any([asked, told.signal])
  const file = createWriteStream(folder.log, { flags: 'a', mode: 0o600 })
  const log = plainLog((line) => void file.write(line))
  const sandbox = await openSandbox({
    name: options.name,
    folder,
    provider,
    nodes: options.nodes,
    base: options.base,
    pagePort: options.pagePort,
    program: io.script ?? '',
    log,
    onStop: () => told.abort(),
  })
  try {
    tell(sandbox, io)
    ready((await files?.applyFiles(sandbox, manifests ?? [], io, options.colour, stop)) ?? exit.fine)
    await aborted(stop)
    if (io.outIsTty === true) io.out('\nending\n')
  } finally {
    await sandbox.close()
    await new Promise<void>((resolve) => file.end(resolve))
  }
  return exit.fine
}

function tell({ facts }: Sandbox, io: Io): void {
  const paint = paintFor(io, 'out', 'auto')
  const what = `A cluster of ${facts.layout.nodes.length} nodes runs on this machine`
  io.out(`${what}: ready in ${(performance.now() / 1000).toFixed(1)} s. Ctrl-C ends it.\n\n`)
  io.out(factsText(facts, paint))
  io.out(nextText(facts, paint))
}

function claim(path: string): void {
  try {
    claimFolder(path)
  } catch (error) {
    if (error instanceof FolderRefused) throw new SandboxRefused(error.message, 'see --state-dir')
    throw error
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** Whether a terminal that goes takes us with it: not where `nohup` has said otherwise. */
function hangsUp(): boolean {
  try {
    const [, ignored = '0'] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    return (BigInt(`0x${ignored}`) & 1n) === 0n
  } catch {
    return true
  }
}
