import { Option, type Command } from 'commander'
import { nodeProxyTable } from '../config/node-proxy-settings.ts'
import { flagOf, variableOf } from '../config/setting-table.ts'
import { helpEnd, oneOf, type AddCommand, type NodeProxyOptions } from './context.ts'
import { serviceName } from './register-status.ts'
import { addSettings, settingsIn } from './register-settings.ts'

type Options = Readonly<Record<string, string | boolean | undefined>> &
  Pick<NodeProxyOptions, 'explain' | 'cleanup' | 'setSysctls' | 'namespace' | 'output'> & {
    readonly filename?: readonly string[]
  }

const envOf = (path: string): string => variableOf(path, nodeProxyTable)

/** `node-proxy` takes every setting of its own as a flag; what it does is in `node-proxy.ts`. */
export const addNodeProxy: AddCommand = (program, { io, bodies, finish, colour }) => {
  const command = program
    .command('node-proxy')
    .summary('run the proxy of one node')
    .description(
      [
        'Runs on each node, in place of kube-proxy or beside it: makes cluster addresses, NodePorts and load balancer addresses lead to the endpoints of their Services, and answers the health checks of load balancers.',
        `Two programs must never serve one port: beside kube-proxy say ${flagOf('serviceProxyName')}, beside a network`,
        `plugin that leaves NodePorts to this proxy ${flagOf('onlyLoadBalancer')}.`,
        'Each setting comes from its flag, else from its environment variable, else from the configuration file.',
      ].join('\n'),
    )
    .option(
      '--explain <svc/NAME>',
      'run nothing: say where a packet to each address of a Service would go, and why',
      serviceName,
    )
    .option('-n, --namespace <NAMESPACE>', 'with --explain: its namespace', 'default')
    .option('-f, --filename <FILE...>', 'with --explain: read Services, EndpointSlices and Nodes from files')
    .option('-o, --output <FORMAT>', 'with --explain: text or json', oneOf(['text', 'json']), 'text')
    .addOption(
      new Option(
        '--cleanup',
        'run nothing: remove everything that the proxy ever made on this machine',
      ).conflicts('explain'),
    )
    .addOption(
      new Option(
        '--set-sysctls',
        'run nothing: set what the kernel must allow for forwarding, where it does not; needs a privileged container',
      ).conflicts(['explain', 'cleanup']),
    )
  addSettings(command, undefined, nodeProxyTable)
  command
    .addHelpText(
      'after',
      helpEnd({
        examples: [
          'lb-controller node-proxy --cluster-cidr 10.244.0.0/16',
          'lb-controller node-proxy --service-proxy-name lb-controller --log-format text',
          'lb-controller node-proxy --data-plane userspace --bind-address 127.0.0.1 --health-address 127.0.0.1:10256',
          'lb-controller node-proxy --explain svc/edge -n shop --node-name node-1',
          'lb-controller node-proxy --cleanup',
        ],
        exits: [
          [0, 'ended by SIGTERM or SIGINT, in good order; nftables leaves its rules in place'],
          [1, 'a setting is wrong, or the data plane cannot work here; with --explain: no such Service'],
        ],
        environment: [
          [nodeProxyTable.fileEnv, 'as --config'],
          [envOf('nodeName'), 'as --node-name; every other setting likewise'],
          ['KUBECONFIG', 'where kubectl, too, finds its cluster'],
          [
            'KUBERNETES_SERVICE_HOST',
            'in a pod: where the API server is; not a cluster address, if this serves those',
          ],
        ],
      }),
    )
    .action(async (options: Options) => {
      const { explain, cleanup, setSysctls, namespace, output, filename = [] } = options
      if (explain === undefined) refuseStray(command)
      const nodeProxy = await bodies.nodeProxy()
      finish(
        await nodeProxy(
          {
            ...settingsIn(options, io.env, nodeProxyTable),
            ...(explain === undefined ? {} : { explain }),
            ...(cleanup === undefined ? {} : { cleanup }),
            ...(setSysctls === undefined ? {} : { setSysctls }),
            namespace,
            output,
            files: filename,
            colour: colour(),
          },
          io,
        ),
      )
    })
}

/** A file that nobody reads must not become a proxy that runs. */
function refuseStray(command: Command): void {
  for (const option of command.options)
    if (
      ofExplain.has(option.attributeName()) &&
      command.getOptionValueSource(option.attributeName()) === 'cli'
    )
      command.error(`error: option '${option.flags}' goes with --explain`)
}

const ofExplain: ReadonlySet<string> = new Set(['namespace', 'filename', 'output'])
