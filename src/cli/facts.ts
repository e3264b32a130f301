import { helpEnd, oneOf, type AddCommand, type FactsOptions } from './context.ts'

/** What is asked is in `facts-body.ts`. */
export const addFacts: AddCommand = (program, { io, bodies, finish, colour }) => {
  program
    .command('facts')
    .summary('write down what of the cloud a dry run needs to know')
    .description(
      'Asks the cloud what the Services of the cluster, and those of FILE, rest on (network, security groups, addresses), ' +
        'and writes it as a facts file: with that, "dry-run --facts" plans offline as the controller would. It changes ' +
        'nothing.',
    )
    .argument('[FILE...]', 'files with Services that are not in the cluster yet')
    .option('--existing', 'what exists of this cluster in the cloud too: the plan is then what would change')
    .option('--config <FILE>', "the controller's configuration file")
    .option('--provider <NAME>', 'the cloud (default: the setting)')
    .option('--kubeconfig <FILE>', 'the kubeconfig file (default: KUBECONFIG, ~/.kube/config)')
    .option('--context <NAME>', 'the context of the kubeconfig (default: its current context)')
    .option('-o, --output <FORMAT>', 'yaml or json', oneOf(['yaml', 'json']), 'yaml')
    .addHelpText(
      'after',
      helpEnd({
        examples: [
          'lb-controller facts --provider aws --existing > facts.yaml',
          'lb-controller facts new-service.yaml --provider aws -o json > facts.json',
        ],
        exits: [
          [0, 'fine; what the cloud does not tell is a line on stderr'],
          [1, 'the cluster or the cloud could not be asked, or a setting is wrong'],
        ],
        environment: [['LB_CONTROLLER_*', "the controller's settings, as for run"]],
      }),
    )
    .action(async (files: readonly string[], options: Omit<FactsOptions, 'colour' | 'files'>) => {
      const facts = await bodies.facts()
      finish(await facts({ ...options, files, colour: colour() }, io))
    })
}
