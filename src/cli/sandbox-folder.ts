import { readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { claimFolder, FolderRefused } from '../relay/state-folder.ts'
import { folderAt, sandboxesHome, type Folder } from '../sandbox/folder.ts'
import { SandboxRefused } from '../sandbox/problem.ts'
import type { SandboxChoice } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { shellWord } from './shell-word.ts'

/** Where a sandbox lies. Throws `SandboxRefused`. */
export const folderOf = ({ name, stateDir }: SandboxChoice, { env }: Io): Folder =>
  folderAt(
    stateDir === undefined ? join(sandboxesHome(env, env['HOME'] ?? homedir()), name) : resolve(stateDir),
  )

/**
 * Makes the folder that a sandbox lies in, for this user alone. What a sandbox leaves behind is removed by name, folders as a
 * whole: one that holds something else is not taken. Throws `SandboxRefused`.
 */
export function claimForSandbox(path: string): void {
  const entries = entriesOf(path)
  // A sandbox makes its log first and leaves it last.
  if (entries.length > 0 && !entries.includes(basename(folderAt(path).log)))
    throw new SandboxRefused(
      `${path} is no folder of a sandbox: it holds ${entries.toSorted().slice(0, 3).join(', ')}${entries.length > 3 ? ', ...' : ''}`,
      'name a folder that is empty, or not there yet, with --state-dir',
    )
  try {
    claimFolder(path)
  } catch (error) {
    if (error instanceof FolderRefused)
      throw new SandboxRefused(error.message, 'name a folder of your own with --state-dir')
    throw error
  }
}

function entriesOf(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch {
    // It is made, or what is wrong with it is told by who makes it.
    return []
  }
}

/** What to type about this sandbox, quoted. */
export function commandOn({ name, stateDir }: SandboxChoice, ...words: string[]): string {
  const names = name === 'default' ? [] : ['--name', name]
  const folders = stateDir === undefined ? [] : ['--state-dir', stateDir]
  return `"${['lb-controller', 'sandbox', ...words, ...names, ...folders].map(shellWord).join(' ')}"`
}

/** Runs `work`; what the person can mend is said in a line and a hint. */
export async function telling(io: Io, work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work()
  } catch (error) {
    const refused = error instanceof SandboxRefused ? error : ofSystem(error)
    if (refused === undefined) throw error
    io.err(`lb-controller: ${refused.message}\n`)
    if (refused.hint !== undefined) io.err(`  hint: ${refused.hint}\n`)
    return exit.errors
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of this user is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'this user may not write there',
  EISDIR: 'it is a folder',
  EMFILE: 'this process may open no more files (ulimit -n)',
}

/** A file that the system does not let us have. */
function ofSystem(error: unknown): SandboxRefused | undefined {
  const { code = '', path } = error as NodeJS.ErrnoException
  const reason = reasons[code]
  if (reason === undefined || path === undefined) return undefined
  return new SandboxRefused(
    `${path} cannot be written: ${reason}`,
    'mend it, or name another folder with --state-dir',
  )
}
