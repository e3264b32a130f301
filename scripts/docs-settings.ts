import { nodeProxyTable } from '../src/config/node-proxy-settings.ts'
import { controllerTable } from '../src/config/schema.ts'
import { flagOf, variableOf, type SettingTable } from '../src/config/setting-table.ts'

/** One page for every setting, from the table that reads them. */
export function settingsPage(): string {
  return [
    '<!-- Written by scripts/docs.ts from src/config/settings.ts. Do not edit. -->',
    '',
    '# Settings',
    '',
    'Each setting comes from its flag, else from its environment variable, else from the configuration file, else it has',
    'its default. The file is YAML and is named by `--config` or `LB_CONTROLLER_CONFIG`; `aws.region` is `region` below',
    '`aws` there. An empty variable counts as if it were not there. A setting that does not exist, or a value that is not',
    'accepted, stops the command with [LB_CONFIG_UNKNOWN](problems.md#lb_config_unknown) or',
    '[LB_CONFIG](problems.md#lb_config).',
    '',
    '`run` takes all of them as flags; `dry-run` reads the file and the variables.',
    '',
    'How long a lease lasts is not a setting: 30 s, renewed every 4 s.',
    '',
    ...sections(controllerTable),
  ].join('\n')
}

/** The same for the node proxy, which has a file and variables of its own. */
export function nodeProxySettingsPage(): string {
  return [
    '<!-- Written by scripts/docs.ts from src/config/node-proxy-settings.ts. Do not edit. -->',
    '',
    '# Settings of the node proxy',
    '',
    'Each setting comes from its flag, else from its environment variable, else from the configuration file, else it has',
    'its default. The file is YAML and is named by `--config` or `LB_CONTROLLER_NODE_PROXY_CONFIG`. An empty variable',
    'counts as if it were not there. A setting that does not exist, or a value that is not accepted, stops the command',
    'with [LB_CONFIG_UNKNOWN](problems.md#lb_config_unknown) or [LB_CONFIG](problems.md#lb_config).',
    '',
    ...sections(nodeProxyTable),
  ].join('\n')
}

const sections = (table: SettingTable): readonly string[] =>
  [...table.settings].flatMap(([path, spec]) => [
    `## \`${path}\``,
    '',
    sentence(spec.doc),
    '',
    `- Accepts: ${spec.accepts}`,
    `- Default: ${spec.default}`,
    `- Flag: \`${flagOf(path)}${spec.argument === undefined ? '' : ` <${spec.argument}>`}\``,
    `- Variable: \`${variableOf(path, table)}\``,
    '',
  ])

function sentence(text: string): string {
  // What stands in angle brackets would be taken for HTML.
  const shown = text.replaceAll(/\S*<\S+>\S*/g, (word) => `\`${word}\``)
  return `${shown.charAt(0).toUpperCase()}${shown.slice(1)}.`
}
