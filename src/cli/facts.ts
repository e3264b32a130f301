import { helpEnd, oneOf, type AddCommand, type FactsOptions } from './context.ts'
import { addSettings, lookEnvironment, lookSettings, settingsIn } from './register-settings.ts'

/** What is asked is in `facts-body.ts`. */
export const addFacts: AddCommand = (program, { io, bodies, finish, colour }) => {
  const command = program
    .command('facts')
    .summary('write down what of the cloud a dry run needs to know')
    .description(
      'Asks the cloud what the Services of the cluster, and those of FILE, rest on (network, security groups, addresses), ' +
        'and writes it as a facts file: with that, "dry-run --facts" plans offline as the controller would. It changes ' +
        'nothing.',
    )
    .argument('[FILE...]', 'files with Services that are not in the cluster yet')
    .option('--existing', 'what exists of this cluster in the cloud too: the plan is then what would change')
    .option('-o, --output <FORMAT>', 'yaml or json', oneOf(['yaml', 'json']), 'yaml')
  addSettings(command, lookSettings)
  command
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
        environment: lookEnvironment,
      }),
    )
    .action(async (files: readonly string[], options: Record<string, unknown>) => {
      const { existing, output } = options as unknown as FactsOptions
      const facts = await bodies.facts()
      const more = existing === undefined ? {} : { existing }
      finish(await facts({ ...settingsIn(options, io.env), files, ...more, output, colour: colour() }, io))
    })
}
