import { Option, type Command } from 'commander'
import { controllerTable } from '../config/schema.ts'
import { settings } from '../config/settings.ts'
import { flagOf, type SettingTable } from '../config/setting-table.ts'
import { liveProviders, providers } from '../provider/names.ts'
import type { RunOptions } from './context.ts'

type Options = Readonly<Record<string, unknown>>

/**
 * Offers settings as flags, each with its default, those of a cloud apart from the others. Help leaves out those of clouds that
 * nothing can be run on: they are read, so that one file or script serves all clouds.
 */
export function addSettings(
  command: Command,
  paths?: Iterable<string>,
  table: SettingTable = controllerTable,
): void {
  command.option('--config <FILE>', 'the configuration file (YAML): one "setting: value" a line')
  for (const path of paths ?? table.settings.keys()) {
    const spec = table.settings.get(path)
    if (spec === undefined) throw new Error(`there is no setting ${path}`)
    const argument = spec.argument === undefined ? '' : ` <${spec.argument}>`
    const fallback = spec.argument === undefined ? '' : ` (default: ${spec.default})`
    const cloud = cloudOf(path)
    command.addOption(
      new Option(`${flagOf(path)}${argument}`, `${spec.doc}${fallback}`)
        .helpGroup(cloud === undefined ? 'Settings:' : `Settings of ${cloud}:`)
        .hideHelp(cloud !== undefined && !liveProviders.includes(cloud)),
    )
  }
}

const cloudOf = (path: string): string | undefined =>
  providers.find((provider) => path.startsWith(`${provider}.`))

/** What was given of them. */
export function settingsIn(
  options: Options,
  env: Readonly<Record<string, string | undefined>>,
  table: SettingTable = controllerTable,
): RunOptions {
  const file = options['config'] ?? env[table.fileEnv]
  const flags = [...table.settings.keys()].map((path) => [path, options[commanderName(path)]] as const)
  return {
    ...(typeof file === 'string' && file !== '' ? { configFile: file } : {}),
    flags: Object.fromEntries(flags) as RunOptions['flags'],
  }
}

/** commander names --aws-vpc-id `awsVpcId`; in the file it is `aws.vpcId`. */
const commanderName = (path: string): string =>
  path.replace(/\.(.)/, (_all, letter: string) => letter.toUpperCase())

/** What only a controller that stays has a use for. */
const ofTheLoop: ReadonlySet<string> = new Set([
  'policy',
  'leaseIdentity',
  'listInterval',
  'driftPeriod',
  'removeOrphans',
  'orphanGrace',
  'httpAddress',
  'pageAddress',
  'pageHosts',
  'logLevel',
  'logFormat',
])

/** Of commands that look at cluster and cloud once: what they say must be what the controller would. */
export const lookSettings: readonly string[] = [...settings.keys()].filter((path) => !ofTheLoop.has(path))

/** How a command of those ends its help. */
export const lookEnvironment: readonly (readonly [string, string])[] = [
  ['KUBECONFIG', 'where kubectl, too, finds its cluster'],
  ['AWS_REGION', 'and all else that the AWS SDK reads: AWS_PROFILE, AWS_ENDPOINT_URL, ...'],
  ['LB_CONTROLLER_CONFIG', 'as --config'],
  ['LB_CONTROLLER_*', 'every setting, as for run: LB_CONTROLLER_AWS_REGION is --aws-region'],
]
