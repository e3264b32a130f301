import { InvalidArgumentError, Option } from 'commander'
import { durationMs } from '../config/setting-types.ts'
import type { LogLevel } from '../observe/log.ts'
import { helpEnd, oneOf, type AddCommand } from './context.ts'

interface Options {
  readonly stateDir: string
  readonly socket?: string
  readonly pool: readonly string[]
  readonly drainTimeout: number
  readonly logLevel: LogLevel
  readonly endWithStdin?: true
  readonly sandboxBase?: number
}

/**
 * `local-balancer` carries the traffic of the provider `local`; what it does is in `local-balancer.ts`. The short help
 * leaves it out: the sandbox starts it by itself.
 */
export const addLocalBalancer: AddCommand = (program, { io, bodies, finish }) => {
  program
    .command('local-balancer', { hidden: true })
    .summary('run the balancer of this machine')
    .description(
      [
        'Runs the load balancer of this machine: the provider local asks it for addresses and listeners, and it carries their traffic.',
        'What it was asked for lies in its state folder and outlives it; the controller may come and go without harm.',
      ].join('\n'),
    )
    .requiredOption('--state-dir <DIR>', 'where its objects and keys lie, for this user alone')
    .option('--socket <PATH>', 'where it is asked (default: balancer.sock in the state folder)')
    .requiredOption(
      '--pool <NAME=RANGE,...>',
      'addresses to give out, such as home=192.168.1.240-192.168.1.250; more than once for several pools',
      collect,
    )
    .addOption(
      new Option('--drain-timeout <DURATION>', 'how long open connections may go on after SIGTERM')
        .argParser(duration)
        .default(10_000, '10s'),
    )
    .option('--end-with-stdin', 'end, too, when standard input does: with the process that started this one')
    .addOption(new Option('--sandbox-base <NUMBER>').argParser(Number).hideHelp())
    .option('--log-level <LEVEL>', logLevels.join(', '), oneOf(logLevels), 'info')
    .addHelpText(
      'after',
      helpEnd({
        examples: [
          'lb-controller local-balancer --state-dir /var/lib/lb-controller --pool home=192.168.1.240-192.168.1.250',
          'lb-controller local-balancer --state-dir ./balancer --pool try=127.7.240.0/24 --log-level debug',
        ],
        exits: [
          [0, 'ended by SIGTERM or SIGINT, in good order'],
          [1, 'an option is wrong, or the folder or the socket cannot be had'],
        ],
      }),
    )
    .action(
      async ({ stateDir, socket, pool, drainTimeout, logLevel, endWithStdin, sandboxBase }: Options) => {
        const localBalancer = await bodies.localBalancer()
        finish(
          await localBalancer(
            {
              stateDir,
              ...(socket === undefined ? {} : { socket }),
              pools: pool,
              drainMs: drainTimeout,
              logLevel,
              ...(endWithStdin === undefined ? {} : { endWithStdin }),
              ...(sandboxBase === undefined ? {} : { sandboxBase }),
            },
            io,
          ),
        )
      },
    )
}

/** Not taken from the log, which a dry run does without. */
const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const satisfies readonly LogLevel[]

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

function duration(value: string): number {
  const ms = durationMs(value)
  if (ms === undefined) throw new InvalidArgumentError('Accepted: a duration such as 10s.')
  return ms
}
