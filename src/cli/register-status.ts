import { InvalidArgumentError } from 'commander'
import { helpEnd, oneOf, type AddCommand, type StatusOptions } from './context.ts'

/** `svc/edge`, `service/edge` and `edge` are one. */
export function serviceName(text: string): string {
  const [, name] = /^(?:(?:svc|services?)\/)?([a-z0-9]([-a-z0-9]*[a-z0-9])?)$/.exec(text) ?? []
  if (name === undefined) throw new InvalidArgumentError('Accepted: svc/NAME.')
  return name
}

/** What it says is in `status.ts`. */
export const addStatus: AddCommand = (program, { io, bodies, finish, colour }) => {
  program
    .command('status')
    .summary('why is EXTERNAL-IP pending?')
    .description(
      'Says where the load balancer of a Service of the cluster is: the last plan, the step in progress, what it waits for, when it is tried again, and what would unblock it.',
    )
    .argument('<svc/NAME>', 'the Service', serviceName)
    .option('-n, --namespace <NAMESPACE>', 'its namespace', 'default')
    .option('--kubeconfig <FILE>', 'the kubeconfig file (default: KUBECONFIG, ~/.kube/config)')
    .option('--context <NAME>', 'the context of the kubeconfig (default: its current context)')
    .option('--controller <URL>', 'where the controller that leads serves HTTP', 'http://127.0.0.1:8080')
    .option('-o, --output <FORMAT>', 'text or json', oneOf(['text', 'json']), 'text')
    .addHelpText(
      'after',
      helpEnd({
        examples: [
          'lb-controller status svc/edge -n shop',
          'lb-controller status svc/edge -n shop --context staging -o json',
        ],
        exits: [
          [0, 'the load balancer is in place'],
          [1, 'it is not, or the Service cannot be read'],
        ],
        environment: [['KUBECONFIG', 'where kubectl, too, finds its cluster']],
      }),
    )
    .action(async (name: string, options: Omit<StatusOptions, 'name' | 'colour'>) => {
      const status = await bodies.status()
      finish(await status({ ...options, name, colour: colour() }, io))
    })
}
