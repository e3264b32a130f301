import type { Command } from 'commander'
import { commandsIn } from '../src/cli/create-program.ts'
import { createProgram } from '../src/cli/program.ts'
import { loadBlueprint } from '../src/provider/load.ts'

const width = 100

/** What every command's `--help` prints, in the order of the program's own. */
export function cliPage(): string {
  const program = helpOnly()
  return [
    '<!-- Written by scripts/docs.ts from the program itself. Do not edit. -->',
    '',
    '# Commands',
    '',
    'This is what `--help` prints. The settings that `run` takes as flags are explained in [settings.md](settings.md),',
    'the codes of problems in [problems.md](problems.md).',
    '',
    ...[program, ...commandsIn(program).filter((command) => command.name() !== 'help')].flatMap(section),
  ].join('\n')
}

function section(command: Command): string[] {
  let help = ''
  command.configureOutput({ writeOut: (text) => (help += text), getOutHelpWidth: () => width })
  command.outputHelp()
  return [`## ${titleOf(command)}`, '', '```text', help.trimEnd(), '```', '']
}

const titleOf = (command: Command): string =>
  command.parent === null ? command.name() : `${titleOf(command.parent)} ${command.name()}`

const none = async (): Promise<never> => {
  throw new Error('nothing is run to write help')
}

function helpOnly(): Command {
  return createProgram({
    io: {
      out: () => {},
      err: () => {},
      stdin: (async function* () {})(),
      env: {},
      outIsTty: false,
      errIsTty: false,
      width,
      stopSignal: () => new AbortController().signal,
    },
    version: '',
    finish: () => {},
    colour: () => 'never',
    bodies: {
      loadBlueprint,
      run: none,
      nodeProxy: none,
      status: none,
      diff: none,
      doctor: none,
      facts: none,
      adopt: none,
      orphans: none,
      sandbox: none,
      sandboxStatus: none,
      sandboxChaos: none,
      sandboxImages: none,
      sandboxStop: none,
      localBalancer: none,
      localAws: none,
    },
  })
}
