import { InvalidArgumentError } from 'commander'
import { helpEnd, oneOf, type AddCommand, type DoctorOptions } from './context.ts'
import { addSettings, lookEnvironment, lookSettings, settingsIn } from './register-settings.ts'

/** `kube-system/lb-controller`. */
function serviceAccountName(text: string): string {
  if (!/^[a-z0-9][-a-z0-9]*\/[a-z0-9][-a-z0-9.]*$/.test(text))
    throw new InvalidArgumentError('Accepted: NAMESPACE/NAME.')
  return text
}

/** What is looked at is in `doctor-body.ts`. */
export const addDoctor: AddCommand = (program, { io, bodies, finish, colour }) => {
  const command = program
    .command('doctor')
    .summary('is everything there that the controller needs?')
    .description(
      'Looks, before the controller runs or when it does not do what it should: the cluster and its permissions, the lease, ' +
        'the nodes; in the cloud credentials, region, network, security groups of the nodes, quotas. It writes nothing.',
    )
    .option(
      '--service-account <NAMESPACE/NAME>',
      'whose permissions are looked at (default: yours)',
      serviceAccountName,
    )
    .option('-o, --output <FORMAT>', 'text or json', oneOf(['text', 'json']), 'text')
  addSettings(command, lookSettings)
  command
    .addHelpText(
      'after',
      helpEnd({
        examples: [
          'lb-controller doctor --provider aws',
          'lb-controller doctor --provider aws --service-account kube-system/lb-controller -o json',
        ],
        exits: [
          [0, 'the controller can work; warnings do not count'],
          [1, 'something must be mended, or a setting is wrong'],
        ],
        environment: lookEnvironment,
      }),
    )
    .action(async (options: Record<string, unknown>) => {
      const { serviceAccount, output } = options as unknown as DoctorOptions
      const doctor = await bodies.doctor()
      const more = serviceAccount === undefined ? {} : { serviceAccount }
      finish(await doctor({ ...settingsIn(options, io.env), ...more, output, colour: colour() }, io))
    })
}
