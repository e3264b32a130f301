import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { folderAt, sandboxesHome, type Folder } from '../sandbox/folder.ts'
import { SandboxRefused } from '../sandbox/problem.ts'
import type { SandboxChoice } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'

/** Where a sandbox lies. Throws `SandboxRefused`. */
export const folderOf = ({ name, stateDir }: SandboxChoice, { env }: Io): Folder =>
  folderAt(
    stateDir === undefined ? join(sandboxesHome(env, env['HOME'] ?? homedir()), name) : resolve(stateDir),
  )

/** Runs `work`; what the person can mend is said in a line and a hint. */
export async function telling(io: Io, work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof SandboxRefused)) throw error
    io.err(`lb-controller: ${error.message}\n`)
    if (error.hint !== undefined) io.err(`  hint: ${error.hint}\n`)
    return exit.errors
  }
}
