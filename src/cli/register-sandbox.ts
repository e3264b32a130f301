import { InvalidArgumentError, Option, type Command } from 'commander'
import { addChaos } from './register-sandbox-chaos.ts'
import { addImages } from './register-sandbox-images.ts'
import { choiceOf, named, whole } from './sandbox-choice.ts'
import { helpEnd, oneOf, type AddCommand, type SandboxOptions, type SandboxStatusOptions } from './context.ts'

/** As many as there are ranges of pods for; `src/sandbox/layout.ts` gives them out. */
const mostNodes = 40

type Options = Omit<SandboxOptions, 'files' | 'colour' | 'pagePort' | 'detach'> & {
  readonly file?: readonly string[]
  readonly pagePort: number | 'off'
  readonly detach?: true
}

/** `sandbox` and what is asked of one that runs; what they do is in `sandbox*.ts`. */
export const addSandbox: AddCommand = (program, context) => {
  const { io, bodies, finish, colour } = context
  const command = program
    .command('sandbox')
    .summary('a cluster on this machine whose load balancers carry traffic')
    .description(
      [
        'Runs a small cluster on loopback addresses of this machine, without Docker and without privileges: an API',
        'server for your own kubectl, nodes, pods that are processes, DNS, node proxies, the controller, and a load',
        'balancer with real traffic. It runs until Ctrl-C or "sandbox stop", and nothing of it stays but its log.',
      ].join(' '),
    )
    .option('--nodes <NUMBER>', `how many nodes, 1 to ${mostNodes}`, whole(1, mostNodes), 3)
    .option('--file <FILE...>', 'apply these manifests, in this order, and wait until they serve')
    .addOption(
      new Option('--provider <NAME>', 'who gives load balancers: this machine, or a strict AWS on it')
        .argParser(oneOf(['local', 'aws']))
        .default('local'),
    )
    .option(
      '--base <NUMBER>',
      'use the addresses 127.NUMBER.0.0/16 (default: the first that are free)',
      whole(1, 254),
    )
    .option('--page-port <PORT>', 'where the page is served, or "off"', portOrOff, 7080)
    .option('--detach', 'return when it is ready, and leave it running')
    .addOption(new Option('--tell-to <FD>').argParser(whole(0, 1024)).hideHelp())
  named(command)
    .addHelpText(
      'after',
      helpEnd({
        examples: [
          'lb-controller sandbox',
          'lb-controller sandbox --nodes 5 --file manifests/examples/nlb.yaml',
          'lb-controller sandbox --detach --name second',
          'lb-controller sandbox status --name second',
          'lb-controller sandbox stop --name second',
        ],
        exits: [
          [0, 'ended by Ctrl-C, SIGTERM, SIGHUP or "sandbox stop"; with --detach: it is ready'],
          [1, 'it could not start, or a manifest was refused'],
        ],
        environment: [['XDG_STATE_HOME', 'where its folder is (default: ~/.local/state)']],
      }),
    )
    .action(async ({ file = [], pagePort, detach, ...options }: Options) => {
      const sandbox = await bodies.sandbox()
      const page = pagePort === 'off' ? {} : { pagePort }
      finish(
        await sandbox({ ...options, ...page, files: file, detach: detach === true, colour: colour() }, io),
      )
    })

  named(command.command('status').summary('what runs, and the addresses of Services'))
    .description('Says what of a sandbox runs where, and which addresses its Services have.')
    .option('-o, --output <FORMAT>', 'text or json', oneOf(['text', 'json']), 'text')
    .addHelpText(
      'after',
      helpEnd({
        examples: ['lb-controller sandbox status', 'lb-controller sandbox status -o json'],
        exits: [
          [0, 'it runs'],
          [1, 'it does not'],
        ],
      }),
    )
    .action(async ({ output }: Pick<SandboxStatusOptions, 'output'>, own: Command) => {
      const status = await bodies.sandboxStatus()
      finish(await status({ ...choiceOf(own), output, colour: colour() }, io))
    })

  named(command.command('stop').summary('end it, and wait until it has ended'))
    .description(
      'Ends a sandbox with all that runs in it, waits for the end, and tidies up after one that was killed.',
    )
    .addHelpText(
      'after',
      helpEnd({
        examples: ['lb-controller sandbox stop', 'lb-controller sandbox stop --name second'],
        exits: [
          [0, 'it has ended'],
          [1, 'there is none'],
        ],
      }),
    )
    .action(async (_options: unknown, own: Command) => {
      const stop = await bodies.sandboxStop()
      finish(await stop(choiceOf(own), io))
    })
  addChaos(command, context)
  addImages(command, context)
}

function portOrOff(value: string): number | 'off' {
  if (value === 'off') return value
  if (!/^\d+$/.test(value) || Number(value) > 65_535)
    throw new InvalidArgumentError('Accepted: a port from 0 to 65535, 0 for any free one, or off.')
  return Number(value)
}
