import { helpEnd, oneOf, type AddCommand, type DiffOptions } from './context.ts'
import { outputs } from './dry-run.ts'
import { addSettings, lookEnvironment, lookSettings, settingsIn } from './register-settings.ts'

/** How it is found out is in `diff-body.ts`. */
export const addDiff: AddCommand = (program, { io, bodies, finish, colour }) => {
  const command = program
    .command('diff')
    .summary('what the controller would change now, or once files are applied')
    .description(
      'Plans on the live cluster and cloud as the controller does, reading every object of ours in full, and changes ' +
        'nothing. With FILE, as if that were applied by kubectl: the API server itself says, by a dry run, what the Services ' +
        'would be, without what the file no longer says. ' +
        'Run with a new version before it is deployed, it shows what that would change.',
    )
    .argument('[FILE...]', 'YAML or JSON files, folders, or "-" for standard input')
    .option('-n, --namespace <NAMESPACE>', 'of Services in FILE that do not say', 'default')
    .option(
      '--field-manager <NAME>',
      'with FILE: who applies it, where that is server-side apply by somebody else, such as kustomize-controller',
      'kubectl',
    )
    .option('-R, --recursive', 'look into the folders below a folder')
    .option(
      '-o, --output <FORMAT>',
      'tree for people, json or yaml for programs, mermaid, html, github as for dry-run',
      oneOf(outputs),
      'tree',
    )
    .option('--detailed-exitcode', 'exit with 2 when there is something to create, change or delete')
  addSettings(command, lookSettings)
  command
    .addHelpText(
      'after',
      helpEnd({
        examples: [
          'lb-controller diff --provider aws',
          'lb-controller diff service.yaml --provider aws --detailed-exitcode',
        ],
        exits: [
          [0, 'fine'],
          [1, 'errors, or the cluster or the cloud could not be asked'],
          [2, 'there are changes (only with --detailed-exitcode)'],
        ],
        environment: lookEnvironment,
      }),
    )
    .action(async (files: readonly string[], options: Record<string, unknown>) => {
      const { namespace, fieldManager, recursive, output, detailedExitcode } =
        options as unknown as DiffOptions
      const diff = await bodies.diff()
      finish(
        await diff(
          {
            ...settingsIn(options, io.env),
            files,
            namespace,
            fieldManager,
            output,
            ...(recursive === undefined ? {} : { recursive }),
            ...(detailedExitcode === undefined ? {} : { detailedExitcode }),
            colour: colour(),
          },
          io,
        ),
      )
    })
}
