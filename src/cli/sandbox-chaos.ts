import { mischiefLines, type Broken, type Done } from '../sandbox/chaos/mischief.ts'
import { holderOf } from '../sandbox/claim.ts'
import { askControl } from '../sandbox/control.ts'
import type { Folder } from '../sandbox/folder.ts'
import { SandboxRefused } from '../sandbox/problem.ts'
import type { SandboxChaosOptions } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { commandOn, folderOf, telling } from './sandbox-folder.ts'
import { brokenText, indented } from './sandbox-text.ts'

/** The balancer may take a while to end and to begin, and others may be before us. */
const patienceMs = 30_000

/** Breaks something in a sandbox, or mends it, or says what is broken. */
export const sandboxChaos = (options: SandboxChaosOptions, io: Io): Promise<ExitCode> =>
  telling(io, async () => {
    const folder = folderOf(options, io)
    if (holderOf(folder) === undefined)
      throw new SandboxRefused(
        `no sandbox of the name ${options.name} runs`,
        `start one: ${commandOn(options)}`,
      )
    try {
      const answer = await asked(options, folder)
      const text = Array.isArray(answer) ? stateText(answer as readonly Broken[]) : (answer as Done).did
      io.out(`${options.output === 'json' ? JSON.stringify(answer, undefined, 2) : text}\n`)
    } catch (error) {
      const { message, hint } = error as { readonly message: string; readonly hint?: string }
      throw new SandboxRefused(message, hint)
    }
    return exit.fine
  })

function asked({ wish }: SandboxChaosOptions, { control }: Folder): Promise<Done | readonly Broken[]> {
  if (wish === undefined) return askControl(control, 'GET /chaos')
  if (wish === 'mend all') return askControl(control, 'POST /chaos/mend', undefined, patienceMs)
  return askControl(control, 'POST /chaos', wish, patienceMs)
}

const stateText = (broken: readonly Broken[]): string =>
  [
    'What there is to break:',
    indented(mischiefLines().join('\n')),
    '',
    ...(broken.length === 0 ? ['Nothing is broken now.'] : ['Broken now:', indented(brokenText(broken))]),
  ].join('\n')
