import { holderOf } from '../sandbox/claim.ts'
import { askControl } from '../sandbox/control.ts'
import type { SandboxState } from '../sandbox/facts.ts'
import { SandboxRefused } from '../sandbox/problem.ts'
import { paintFor } from './colour.ts'
import type { SandboxStatusOptions } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { commandOn, folderOf, telling } from './sandbox-folder.ts'
import { stateText } from './sandbox-text.ts'

/** Says what of a sandbox runs. */
export const sandboxStatus = (options: SandboxStatusOptions, io: Io): Promise<ExitCode> =>
  telling(io, async () => {
    const folder = folderOf(options, io)
    if (holderOf(folder) === undefined)
      throw new SandboxRefused(
        `no sandbox of the name ${options.name} runs`,
        `start one: ${commandOn(options)}`,
      )
    const state = await askControl<SandboxState>(folder.control, 'GET /status').catch((error: Error) => {
      throw new SandboxRefused(`the sandbox does not answer: ${error.message}`, `see ${folder.log}`)
    })
    io.out(
      options.output === 'json'
        ? `${JSON.stringify(state, undefined, 2)}\n`
        : stateText(state, paintFor(io, 'out', options.colour)),
    )
    return exit.fine
  })
