import { Command, CommanderError } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import type { ColourChoice } from './colour.ts'
import { oneOf, type AddCommand, type Bodies, type CliContext } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import { helpForm } from './help-form.ts'
import type { Io } from './io.ts'

/** Runs one command line and answers its exit code. Everything it says goes to `io`. */
export async function runProgram(
  args: readonly string[],
  io: Io,
  commands: readonly AddCommand[],
  bodies: Bodies,
): Promise<number> {
  let code: number = exit.fine
  const context: CliContext = {
    io,
    version: manifest.version,
    finish: (finished: ExitCode) => {
      code = finished
    },
    colour: () => program.opts<{ color: ColourChoice }>().color,
    bodies,
  }
  const program = programOf(context, commands)
  try {
    if (args.length === 0) program.help({ error: true })
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode
  }
  return code
}

/** The commands of these adders, and what all of them share. */
export function programOf(context: CliContext, commands: readonly AddCommand[]): Command {
  const program = new Command('lb-controller')
    .description(
      'Gives Kubernetes Services of type LoadBalancer a real load balancer, and shows every cloud object before it exists.',
    )
    .version(context.version)
    .option('--color <when>', 'auto, always or never', oneOf(['auto', 'always', 'never']), 'auto')
    .helpCommand('help [command]', 'show what a command does')
    .addHelpText('after', '\nBegin with:\n  $ lb-controller dry-run manifests/examples/nlb.yaml')
  for (const add of commands) add(program, context)
  for (const command of [program, ...commandsIn(program)]) {
    command
      .exitOverride()
      .configureHelp(helpForm)
      .configureOutput({
        writeOut: context.io.out,
        writeErr: context.io.err,
        getOutHelpWidth: () => context.io.width ?? 100,
        getErrHelpWidth: () => context.io.width ?? 100,
        getOutHasColors: () => false,
        getErrHasColors: () => false,
      })
      .showHelpAfterError(`(see "${pathOf(command)} --help")`)
  }
  return program
}

/** All commands below this one, those of commands too. */
export const commandsIn = (command: Command): readonly Command[] =>
  command.commands.flatMap((own) => [own, ...commandsIn(own)])

const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`
