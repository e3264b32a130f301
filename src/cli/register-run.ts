import { envOf, flagOf, settings } from '../config/settings.ts'
import { helpEnd, type AddCommand } from './context.ts'

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
    .option('--config <FILE>', 'the configuration file (YAML): one "setting: value" a line')
  for (const [path, spec] of settings) {
    const argument = spec.argument === undefined ? '' : ` <${spec.argument}>`
    const fallback = spec.argument === undefined ? '' : ` (default: ${spec.default})`
    command.option(`${flagOf(path)}${argument}`, `${spec.doc}${fallback}`)
  }
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
      const configFile = options.config ?? io.env.LB_CONTROLLER_CONFIG
      const run = await bodies.run()
      finish(
        await run(
          {
            ...(typeof configFile === 'string' && configFile !== '' ? { configFile } : {}),
            flags: flagsByPath(options),
          },
          io,
        ),
      )
    })
}

const flagsByPath = (options: Options): Options =>
  Object.fromEntries([...settings.keys()].map((path) => [path, options[commanderName(path)]]))

/** commander names --aws-vpc-id `awsVpcId`; in the file it is `aws.vpcId`. */
const commanderName = (path: string): string =>
  path.replace(/\.(.)/, (_all, letter: string) => letter.toUpperCase())
