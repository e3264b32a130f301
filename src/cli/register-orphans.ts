import type { OrphansOptions } from './context.ts'
import { helpEnd, oneOf, type AddCommand } from './context.ts'
import { addSettings, lookEnvironment, lookSettings, settingsIn } from './register-settings.ts'

/** What it does is in `orphans.ts`. */
export const addOrphans: AddCommand = (program, { io, bodies, finish, colour }) => {
  const command = program
    .command('orphans')
    .summary('what of ours in the cloud no Service has any more')
    .description(
      "Lists what bears this cluster's marks in the cloud while no Service of the cluster has the uid on it, and removes it " +
        'on request, in the order in which the controller would. What is of another cluster, or not ours, is never listed.',
    )
    .argument('[SERVICE...]', 'only what was of these: NAMESPACE/NAME or uid (default: all)')
    .option('--remove', 'remove what is listed, after asking', false)
    .option('-y, --yes', 'do not ask', false)
    .option('-o, --output <FORMAT>', 'text or json', oneOf(['text', 'json']), 'text')
  addSettings(command, lookSettings)
  command
    .addHelpText(
      'after',
      helpEnd({
        examples: [
          'lb-controller orphans --provider aws --cluster-name prod',
          'lb-controller orphans --provider aws --cluster-name prod --remove --yes shop/edge',
        ],
        exits: [
          [0, 'there is nothing, or all that was listed is removed'],
          [1, 'cluster or cloud cannot be asked, or something could not be removed'],
          [2, 'something is listed and stays'],
        ],
        environment: lookEnvironment,
      }),
    )
    .action(async (names: readonly string[], options: Record<string, unknown>) => {
      const { remove, yes, output } = options as unknown as OrphansOptions
      const body = await bodies.orphans()
      finish(await body({ ...settingsIn(options, io.env), names, remove, yes, output, colour: colour() }, io))
    })
}
