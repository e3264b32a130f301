import { envOf } from '../config/settings.ts'
import { helpEnd, type AddCommand } from './context.ts'
import { addSettings, settingsIn } from './register-settings.ts'

type Options = Readonly<Record<string, string | boolean | undefined>>

/** `run` takes every setting as a flag; what it does is in `run.ts`. */
export const addRun: AddCommand = (program, { io, bodies, finish }) => {
  const command = program
    .command('run')
    .summary('run the controller')
    .description(
      'Runs the controller: gives every Service of type LoadBalancer its load balancer, and keeps it in step.\n' +
        'Each setting comes from its flag, else from its environment variable, else from the configuration file.',
    )
  addSettings(command)
  command
    .addHelpText(
      'after',
      helpEnd({
        examples: [
          'lb-controller run --provider aws --aws-region eu-west-1 --policy plan-only --log-format text',
          'lb-controller run --config /etc/lb-controller/config.yaml',
        ],
        exits: [
          [0, 'ended by SIGTERM or SIGINT, in good order'],
          [1, 'a setting is wrong, or the cluster or the HTTP address cannot be had'],
        ],
        environment: [
          ['LB_CONTROLLER_CONFIG', 'as --config'],
          [envOf('clusterName'), 'as --cluster-name; every other setting likewise'],
          [envOf('aws.region'), 'as --aws-region'],
        ],
      }),
    )
    .action(async (options: Options) => {
      const run = await bodies.run()
      finish(await run(settingsIn(options, io.env), io))
    })
}
