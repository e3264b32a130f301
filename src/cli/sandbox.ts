import { readFileSync } from 'node:fs'
import { plainLog } from '../observe/plain-log.ts'
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts'
import { paintFor } from './colour.ts'
import type { SandboxOptions } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { claimForSandbox, commandOn, folderOf, telling } from './sandbox-folder.ts'
import { openLogFile } from './sandbox-log.ts'
import { factsText, nextText } from './sandbox-text.ts'
import { afterStart } from './short-run.ts'
import { tellerOn, type Teller } from './sandbox-telling.ts'

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
  const { provider } = options
  const folder = folderOf(options, io)
  const files = options.files.length === 0 ? undefined : await import('./sandbox-apply.ts')
  const manifests = await files?.readFiles(options.files, io, options.colour)
  if (files !== undefined && manifests === undefined) return exit.errors
  claimForSandbox(folder.path)
  const asked = io.stopSignal(hangsUp() ? ['SIGHUP'] : [])
  const told = new AbortController()
  const stop = AbortSignal.any([asked, told.signal])
  const file = openLogFile(folder.log)
  const log = plainLog(file.write)
  const sandbox = await openSandbox({
    name: options.name,
    folder,
    provider,
    nodes: options.nodes,
    base: options.base,
    pagePort: options.pagePort,
    program: io.script ?? '',
    endsBy: commandOn(options, 'stop'),
    log,
    onStop: () => told.abort(),
  })
  afterStart(process.versions.v8)
  try {
    tell(sandbox, io, options)
    const code = (await files?.applyFiles(sandbox, manifests ?? [], io, options.colour, stop)) ?? exit.fine
    if (!stop.aborted) io.out(nextText(sandbox.facts, files !== undefined, paintFor(io, 'out', 'auto')))
    ready(code)
    await aborted(stop)
    if (io.outIsTty === true) io.out('\nending\n')
  } finally {
    await sandbox.close()
    file.close()
  }
  return exit.fine
}

function tell({ facts }: Sandbox, io: Io, options: SandboxOptions): void {
  const nodes = facts.layout.nodes.length
  const what = `A cluster of ${nodes} ${nodes === 1 ? 'node' : 'nodes'} runs on this machine`
  const end = options.tellTo === undefined ? 'Ctrl-C' : commandOn(options, 'stop')
  io.out(`${what}: ready in ${(performance.now() / 1000).toFixed(1)} s. It runs until ${end}.\n\n`)
  io.out(factsText(facts, paintFor(io, 'out', 'auto')))
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
