import { InvalidArgumentError, type Command } from 'commander'
import { helpEnd, oneOf, type AddCommand } from './context.ts'
import type { FailOn } from './exit.ts'

export const outputs = ['tree', 'json', 'yaml', 'mermaid', 'html', 'github'] as const
export type Output = (typeof outputs)[number]

/** A comparison is a table: no graph, and no list of places in files. */
const compareOutputs: readonly Output[] = ['tree', 'json', 'yaml', 'html']

export interface DryRunOptions {
  readonly provider?: readonly string[]
  readonly facts?: string
  readonly nodes?: string
  readonly config?: string
  readonly namespace: string
  readonly output: Output
  readonly compare?: true
  readonly recursive?: true
  readonly detailedExitcode?: true
  readonly failOn: FailOn
}

export const addDryRun: AddCommand = (program, context) => {
  program
    .command('dry-run')
    .summary('show every cloud object that files would get, on any cloud')
    .description(
      'Shows every cloud object that the Services in FILE would get, why, and what is wrong with them: what is ignored, ' +
        'what is refused, and what to write instead.\n' +
        'It needs no cluster, no credentials and no network. Other kinds are skipped; what only the cluster or the ' +
        'cloud can tell is shown as "known at apply", until --nodes and --facts tell it.',
    )
    .argument('<FILE...>', 'YAML or JSON files, folders, or "-" for standard input')
    .option(
      '--provider <NAMES>',
      'aws, gcp, azure, openstack, local, or several between commas (default: what annotations, class, nodes, facts or ' +
        'settings tell, else all)',
      namesOf,
    )
    .option('--compare', 'a table: what each Service asks for, and what becomes of it on each cloud')
    .option(
      '--facts <FILE>',
      'what is known of the cloud and which objects exist in it (docs/reference/facts.md)',
    )
    .option('--nodes <FILE>', 'the nodes, as "kubectl get nodes -o yaml" writes them')
    .option('--config <FILE>', "the controller's configuration file")
    .option('-n, --namespace <NAMESPACE>', 'of Services that do not say', 'default')
    .option('-R, --recursive', 'look into the folders below a folder')
    .option(
      '-o, --output <FORMAT>',
      'tree for people, json or yaml for programs, mermaid for a picture in Markdown, html for one page with ' +
        'pictures, github for annotations on a pull request',
      oneOf(outputs),
      'tree',
    )
    .option('--detailed-exitcode', 'exit with 2 when there is something to create, change or delete')
    .option(
      '--fail-on <SEVERITY>',
      'error or warning: what makes the exit code 1',
      oneOf(['error', 'warning']),
      'error',
    )
    .addHelpText(
      'after',
      helpEnd({
        examples: [
          'lb-controller dry-run manifests/examples/nlb.yaml',
          'lb-controller dry-run manifests/examples/source-ranges.yaml --compare --provider aws,gcp',
          'lb-controller dry-run manifests/examples --provider aws -o html > plan.html',
          'cat manifests/examples/tls.yaml | lb-controller dry-run - --provider aws -o json',
        ],
        exits: [
          [0, 'fine'],
          [1, 'errors; with --fail-on warning, warnings too; of several clouds, on any of them'],
          [2, 'there are changes (only with --detailed-exitcode)'],
        ],
        environment: [['LB_CONTROLLER_*', "the controller's settings, as for run"]],
      }),
    )
    .action(async (places: readonly string[], options: DryRunOptions, command: Command) => {
      if (options.compare === true && !compareOutputs.includes(options.output))
        command.error(`error: --compare is written as ${compareOutputs.join(', ')}, not as ${options.output}`)
      const { dryRun } = await import('./dry-run-body.ts')
      context.finish(await dryRun(places, options, context))
    })
}

/** `aws,gcp`: each once, in the order given. That they exist is for the loader to say. */
function namesOf(value: string): readonly string[] {
  const names = value.split(',').map((name) => name.trim())
  if (names.includes('')) throw new InvalidArgumentError('Accepted: names of clouds between commas.')
  return [...new Set(names)]
}
