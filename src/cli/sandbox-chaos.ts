import { holderOf } from '../sandbox/claim.ts'
import { askControl } from '../sandbox/control.ts'
import { SandboxRefused } from '../sandbox/problem.ts'
import type { SandboxChaosOptions } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { folderOf, telling } from './sandbox-folder.ts'

/** The balancer may take a while to end and to begin. */
const patienceMs = 20_000

/** Breaks something in a sandbox, or mends it. */
export const sandboxChaos = (options: SandboxChaosOptions, io: Io): Promise<ExitCode> =>
  telling(io, async () => {
    const folder = folderOf(options, io)
    if (holderOf(folder) === undefined)
      throw new SandboxRefused(
        `no sandbox of the name ${options.name} runs`,
        'start one: lb-controller sandbox',
      )
    try {
      const told = await askControl<string>(folder.control, 'POST /chaos', options.wish, patienceMs)
      io.out(`${told}\n`)
    } catch (error) {
      const { message, hint } = error as { readonly message: string; readonly hint?: string }
      throw new SandboxRefused(message, hint)
    }
    return exit.fine
  })
