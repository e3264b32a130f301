import { helpEnd, oneOf, type AddCommand } from './context.ts'
import type { FailOn } from './exit.ts'

export interface DryRunOptions {
  readonly provider?: string
  readonly facts?: string
  readonly nodes?: string
  readonly config?: string
  readonly namespace: string
  readonly output: 'tree' | 'json' | 'yaml'
  readonly recursive?: true
  readonly detailedExitcode?: true
  readonly failOn: FailOn
}

export const addDryRun: AddCommand = (program, context) => {
  program
    .command('dry-run')
    .summary('show every cloud object that files would get')
    .description(
      'Shows every cloud object that the Services in FILE would get, and says what is wrong with them.\n' +
        'It needs no cluster, no credentials and no network. Other kinds are skipped; what only the cluster or the ' +
        'cloud can tell is shown as "known at apply".',
    )
    .argument('<FILE...>', 'YAML or JSON files, folders, or "-" for standard input')
    .option('--provider <NAME>', 'the cloud (default: inferred from the annotations, else all there are)')
    .option('--facts <FILE>', 'what is known of the cloud: a map of the facts that "known at apply" names')
    .option('--nodes <FILE>', 'the nodes, as "kubectl get nodes -o yaml" writes them')
    .option('--config <FILE>', "the controller's configuration file")
    .option('-n, --namespace <NAMESPACE>', 'of Services that do not say', 'default')
    .option('-R, --recursive', 'look into the folders below a folder')
    .option('-o, --output <FORMAT>', 'tree, json or yaml', oneOf(['tree', 'json', 'yaml']), 'tree')
    .option('--detailed-exitcode', 'exit with 2 when there is something to create')
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
          'cat manifests/examples/tls.yaml | lb-controller dry-run - --provider aws -o json',
        ],
        exits: [
          [0, 'fine'],
          [1, 'errors; with --fail-on warning, warnings too'],
          [2, 'there are changes (only with --detailed-exitcode)'],
        ],
        environment: [['LB_CONTROLLER_*', "the controller's settings, as for run"]],
      }),
    )
    .action(async (places: readonly string[], options: DryRunOptions) => {
      const { dryRun } = await import('./dry-run-body.ts')
      context.finish(await dryRun(places, options, context))
    })
}
