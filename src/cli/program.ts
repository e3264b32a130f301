import { Command, CommanderError } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import { loadBlueprint } from '../provider/load.ts'
import { addAnnotations } from './annotations.ts'
import type { ColourChoice } from './colour.ts'
import { addCompletion } from './completion.ts'
import { oneOf, type AddCommand, type Bodies, type CliContext } from './context.ts'
import { addDryRun } from './dry-run.ts'
import { exit, type ExitCode } from './exit.ts'
import { addDiff } from './diff.ts'
import { addDoctor } from './doctor.ts'
import { addExplain } from './explain.ts'
import { addFacts } from './facts.ts'
import type { Io } from './io.ts'
import { addAdopt } from './register-adopt.ts'
import { addNodeProxy } from './register-node-proxy.ts'
import { addOrphans } from './register-orphans.ts'
import { addRun } from './register-run.ts'
import { addSandbox } from './register-sandbox.ts'
import { addStatus } from './register-status.ts'

const bodies: Bodies = {
  loadBlueprint,
  run: async () => (await import('./run.ts')).run,
  nodeProxy: async () => (await import('./node-proxy.ts')).nodeProxy,
  status: async () => (await import('./status.ts')).status,
  facts: async () => (await import('./facts-body.ts')).facts,
  diff: async () => (await import('./diff-body.ts')).diff,
  doctor: async () => (await import('./doctor-body.ts')).doctor,
  adopt: async () => (await import('./adopt.ts')).adoptCommand,
  orphans: async () => (await import('./orphans.ts')).orphansCommand,
  sandbox: async () => (await import('./sandbox.ts')).sandbox,
  sandboxStatus: async () => (await import('./sandbox-status.ts')).sandboxStatus,
  sandboxStop: async () => (await import('./sandbox-stop.ts')).sandboxStop,
}

const commands: readonly AddCommand[] = [
  addRun,
  addNodeProxy,
  addDryRun,
  addStatus,
  addDiff,
  addDoctor,
  addFacts,
  addAdopt,
  addOrphans,
  addSandbox,
  addExplain,
  addAnnotations,
  addCompletion,
]

/** Runs one command line and answers its exit code. Everything it says goes to `io`. */
export async function main(args: readonly string[], io: Io, replaced: Partial<Bodies> = {}): Promise<number> {
  let code: number = exit.fine
  const program = createProgram({
    io,
    version: manifest.version,
    finish: (finished: ExitCode) => {
      code = finished
    },
    colour: () => program.opts<{ color: ColourChoice }>().color,
    bodies: { ...bodies, ...replaced },
  })
  try {
    if (args.length === 0) program.help({ error: true })
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode
  }
  return code
}

export function createProgram(context: CliContext): Command {
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
