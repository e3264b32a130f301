import type { Command } from 'commander'
import { flagOf, settings } from '../config/settings.ts'
import type { RunOptions } from './context.ts'

type Options = Readonly<Record<string, unknown>>

/** Offers settings as flags, each with its default. */
export function addSettings(command: Command, paths: Iterable<string> = settings.keys()): void {
  command.option('--config <FILE>', 'the configuration file (YAML): one "setting: value" a line')
  for (const path of paths) {
    const spec = settings.get(path)
    if (spec === undefined) throw new Error(`there is no setting ${path}`)
    const argument = spec.argument === undefined ? '' : ` <${spec.argument}>`
    const fallback = spec.argument === undefined ? '' : ` (default: ${spec.default})`
    command.option(`${flagOf(path)}${argument}`, `${spec.doc}${fallback}`)
  }
}

/** What was given of them. */
export function settingsIn(options: Options, env: Readonly<Record<string, string | undefined>>): RunOptions {
  const file = options['config'] ?? env['LB_CONTROLLER_CONFIG']
  const flags = [...settings.keys()].map((path) => [path, options[commanderName(path)]] as const)
  return {
    ...(typeof file === 'string' && file !== '' ? { configFile: file } : {}),
    flags: Object.fromEntries(flags) as RunOptions['flags'],
  }
}

/** commander names --aws-vpc-id `awsVpcId`; in the file it is `aws.vpcId`. */
const commanderName = (path: string): string =>
  path.replace(/\.(.)/, (_all, letter: string) => letter.toUpperCase())

/** Of commands that look at cluster and cloud once: they must say the same as the controller's. */
export const lookSettings: readonly string[] = [
  'provider',
  'clusterName',
  'loadBalancerClass',
  'watchNamespace',
  'kubeconfig',
  'context',
  'leaseNamespace',
  'leaseName',
  'aws.region',
  'aws.vpcId',
  'aws.endpoint',
  'aws.clusterName',
  'aws.backendSecurityGroup',
]
