import { holderOf, isOrphaned, tidy, type Holder } from '../sandbox/claim.ts'
import { askControl } from '../sandbox/control.ts'
import type { Folder } from '../sandbox/folder.ts'
import { isAlive } from '../sandbox/process-age.ts'
import { systemClock } from '../lib/clock.ts'
import { SandboxRefused } from '../sandbox/problem.ts'
import type { SandboxChoice } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { folderOf, telling } from './sandbox-folder.ts'

const patienceMs = 15_000
const againMs = 20

/** Ends a sandbox and waits for its end. */
export const sandboxStop = (options: SandboxChoice, io: Io): Promise<ExitCode> =>
  telling(io, async () => {
    const folder = folderOf(options, io)
    const holder = holderOf(folder)
    if (holder !== undefined) await end(folder, holder, io)
    else if (isOrphaned(folder)) tidy(folder)
    else throw new SandboxRefused(`no sandbox of the name ${options.name} runs`)
    io.out(`the sandbox ${options.name} has ended${holder === undefined ? ': it had been killed' : ''}\n`)
    // kubectl asks localhost:8080 where the file is not there, and what it says of that helps nobody.
    if (io.env['KUBECONFIG'] === folder.kubeconfig)
      io.out('KUBECONFIG still names it here, and kubectl would find nobody: unset KUBECONFIG\n')
    return exit.fine
  })

async function end(folder: Folder, holder: Holder, io: Io): Promise<void> {
  await askControl(folder.control, 'POST /stop').catch(() => process.kill(holder.pid, 'SIGTERM'))
  if (await isGone(holder)) return
  io.err(`lb-controller: process ${holder.pid} did not end within ${patienceMs / 1000} s and is killed\n`)
  process.kill(holder.pid, 'SIGKILL')
  await isGone(holder)
  tidy(folder)
}

async function isGone(holder: Holder): Promise<boolean> {
  const until = systemClock.now() + patienceMs
  while (isAlive(holder)) {
    if (systemClock.now() > until) return false
    await systemClock.sleep(againMs)
  }
  return true
}
