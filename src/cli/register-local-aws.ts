import { InvalidArgumentError, Option } from 'commander'
import { helpEnd, type AddCommand } from './context.ts'

interface Options {
  readonly host: string
  readonly port: number
  readonly socket?: string
  readonly pool: string
  readonly vpc: string
  readonly clusterName: string
  readonly endWithStdin?: true
  readonly sandboxBase?: number
}

/** `local-aws` is the AWS of `sandbox --provider aws`, which starts it by itself: the short help leaves it out. */
export const addLocalAws: AddCommand = (program, { io, bodies, finish }) => {
  program
    .command('local-aws', { hidden: true })
    .summary('run a strict AWS on this machine')
    .description(
      [
        'Runs a server that is as strict as AWS about load balancers, in memory, and whose network load balancers carry real traffic on addresses of this machine.',
        'It prints AWS_ENDPOINT_URL. Nodes are told to it at /_/instances, and it tells names of load balancers at /_/names.',
      ].join('\n'),
    )
    .requiredOption('--pool <RANGE,...>', 'addresses of this machine for load balancers')
    .option('--host <ADDRESS>', 'where it is asked', '127.0.0.1')
    .option('--port <PORT>', 'where it is asked; 0: any that is free', port, 0)
    .option(
      '--socket <PATH>',
      'a unix socket: /_/ is answered there alone, and --port only who has the key told at /_/key',
    )
    .option('--vpc <RANGE>', 'where addresses are that may be targets', '127.0.0.0/8')
    .option('--cluster-name <NAME>', 'whose subnets and groups there are at the start', 'demo')
    .option('--end-with-stdin', 'end, too, when standard input does: with the process that started this one')
    .addOption(new Option('--sandbox-base <NUMBER>').argParser(Number).hideHelp())
    .addHelpText(
      'after',
      helpEnd({
        examples: [
          'lb-controller local-aws --pool 127.9.240.0/24',
          'lb-controller local-aws --pool 127.9.240.0/24 --host 127.9.0.2 --port 4566 --vpc 127.9.0.0/16',
        ],
        exits: [
          [0, 'ended by SIGTERM or SIGINT, in good order'],
          [1, 'an option is wrong, or the port cannot be had'],
        ],
      }),
    )
    .action(async ({ endWithStdin, ...options }: Options) => {
      const localAws = await bodies.localAws()
      finish(await localAws({ ...options, endWithStdin: endWithStdin === true }, io))
    })
}

function port(value: string): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535)
    throw new InvalidArgumentError('Accepted: a number from 0 to 65535.')
  return Number(value)
}
