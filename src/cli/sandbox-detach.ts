import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { SandboxOptions } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { claimForSandbox, folderOf } from './sandbox-folder.ts'
import type { Told } from './sandbox-telling.ts'

/** Where the child finds the pipe on which it tells of its start. */
const tellTo = 3

/** Starts a sandbox as a process of its own and waits until it is ready. */
export async function detach(options: SandboxOptions, io: Io): Promise<ExitCode> {
  const folder = folderOf(options, io)
  claimForSandbox(folder.path)
  const output = openSync(folder.log, 'a', 0o600)
  const child = spawn(process.execPath, [...process.execArgv, io.script ?? '', ...argumentsOf(options)], {
    detached: true,
    stdio: ['ignore', output, output, 'pipe'],
  })
  closeSync(output)
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  let code: ExitCode | undefined
  let refused = false
  for await (const line of createInterface({ input: child.stdio[tellTo] as Readable })) {
    const told = JSON.parse(line) as Told
    if ('out' in told) io.out(told.out)
    else if ('err' in told) {
      refused = true
      io.err(told.err)
    } else code = told.ready
  }
  if (code === undefined) {
    const how = await ended
    if (!refused) io.err(`lb-controller: the sandbox did not start (${how}); its log is ${folder.log}\n`)
    return exit.errors
  }
  child.unref()
  return code
}

const argumentsOf = (options: SandboxOptions): readonly string[] => [
  'sandbox',
  `--nodes=${options.nodes}`,
  `--provider=${options.provider}`,
  `--name=${options.name}`,
  `--page-port=${options.pagePort ?? 'off'}`,
  `--tell-to=${tellTo}`,
  ...(options.base === undefined ? [] : ['--base', String(options.base)]),
  ...(options.stateDir === undefined ? [] : ['--state-dir', options.stateDir]),
  ...options.files.flatMap((file) => ['--file', file]),
]
