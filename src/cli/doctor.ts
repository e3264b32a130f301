import { InvalidArgumentError } from 'commander'
import { helpEnd, oneOf, type AddCommand, type DoctorOptions } from './context.ts'

/** `kube-system/lb-controller`. */
function serviceAccountName(text: string): string {
  if (!/^[a-z0-9][-a-z0-9]*\/[a-z0-9][-a-z0-9.]*$/.test(text))
    throw new InvalidArgumentError('Accepted: NAMESPACE/NAME.')
  return text
}

/** What is looked at is in `doctor-body.ts`. */
export const addDoctor: AddCommand = (program, { io, bodies, finish, colour }) => {
  program
    .command('doctor')
    .summary('is everything there that the controller needs?')
    .description(
      'Looks, before the controller runs or when it does not do what it should: the cluster and its permissions, the lease, ' +
        'the nodes; in the cloud credentials, region, network, security groups of the nodes, quotas. It writes nothing.',
    )
    .option('--config <FILE>', "the controller's configuration file")
    .option('--provider <NAME>', 'the cloud (default: the setting)')
    .option('--kubeconfig <FILE>', 'the kubeconfig file (default: KUBECONFIG, ~/.kube/config)')
    .option('--context <NAME>', 'the context of the kubeconfig (default: its current context)')
    .option(
      '--service-account <NAMESPACE/NAME>',
      'whose permissions are looked at (default: yours)',
      serviceAccountName,
    )
    .option('-o, --output <FORMAT>', 'text or json', oneOf(['text', 'json']), 'text')
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
        environment: [['LB_CONTROLLER_*', "the controller's settings, as for run"]],
      }),
    )
    .action(async (options: Omit<DoctorOptions, 'colour'>) => {
      const doctor = await bodies.doctor()
      finish(await doctor({ ...options, colour: colour() }, io))
    })
}
