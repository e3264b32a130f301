import { InvalidArgumentError } from 'commander'
import type { AdoptOptions } from './context.ts'
import { helpEnd, oneOf, type AddCommand } from './context.ts'
import { addSettings, lookEnvironment, lookSettings, settingsIn } from './register-settings.ts'

/** Collects `namespace/name`. */
export function serviceNames(text: string, before: readonly string[] = []): readonly string[] {
  if (!/^[a-z0-9][-a-z0-9]*\/[a-z0-9][-a-z0-9]*$/.test(text))
    throw new InvalidArgumentError('Accepted: NAMESPACE/NAME.')
  return [...before, text]
}

/** What it does is in `adopt.ts`. */
export const addAdopt: AddCommand = (program, { io, bodies, finish, colour }) => {
  const command = program
    .command('adopt')
    .summary('take over load balancers of another controller, in place')
    .description(
      'Takes over what another controller built for Services: same load balancer, same address, same target groups.\n' +
        'Shows what would be marked as ours and what the controller would change after that, then asks. Nothing but tags ' +
        'and the mark on the Service is written. Stop the other controller, and this one, before.',
    )
    .argument(
      '[NAMESPACE/NAME...]',
      'these Services (default: all that another controller serves)',
      serviceNames,
    )
    .option(
      '--from <NAME>',
      'what this one built: ccm (cloud-provider-aws) or lbc (AWS Load Balancer Controller); default: both',
      oneOf(['ccm', 'lbc']),
    )
    .option('--dry-run', 'show what would be done, and do nothing', false)
    .option('-y, --yes', 'do not ask', false)
    .option('-o, --output <FORMAT>', 'text or json', oneOf(['text', 'json']), 'text')
    .option('--detailed-exitcode', 'with --dry-run: exit 2 when something would be taken over', false)
  addSettings(command, lookSettings)
  command
    .addHelpText(
      'after',
      helpEnd({
        examples: [
          'lb-controller adopt --provider aws --cluster-name prod --dry-run',
          'lb-controller adopt --provider aws --cluster-name prod --from lbc shop/edge --yes',
        ],
        exits: [
          [0, 'all that was asked for is ours, or there is nothing to take over'],
          [
            1,
            'something stands in the way of a Service, or it could not be taken over to the end: run it again',
          ],
          [2, 'with --dry-run --detailed-exitcode: something would be taken over'],
        ],
        environment: lookEnvironment,
      }),
    )
    .action(async (names: readonly string[] | undefined, options: Record<string, unknown>) => {
      const { from, dryRun, yes, output, detailedExitcode } = options as unknown as AdoptOptions
      const body = await bodies.adopt()
      finish(
        await body(
          {
            ...settingsIn(options, io.env),
            names: names ?? [],
            ...(from === undefined ? {} : { from }),
            dryRun,
            yes,
            output,
            detailedExitcode,
            colour: colour(),
          },
          io,
        ),
      )
    })
}
