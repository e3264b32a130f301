import { existsSync, readFileSync } from 'node:fs'
import { liveProviders } from '../src/provider/names.ts'
import type { Capabilities } from '../src/provider/blueprint.ts'
import { type Feature, features, goldenOf, notSupported } from '../test/features/features.ts'
import { clouds } from './clouds.ts'
import { cell, table, written } from './markdown.ts'

const flags: readonly (readonly [flag: keyof Capabilities, text: string])[] = [
  ['udp', 'UDP'],
  ['sctp', 'SCTP'],
  ['mixedProtocols', 'Several protocols in one Service'],
  ['internal', 'Load balancers inside the network'],
  ['sourceRanges', 'Source ranges'],
  ['ipv6', 'IPv6'],
  ['dualStack', 'Addresses of both families'],
  ['requestedAddress', '`spec.loadBalancerIP`'],
  ['sessionAffinity', '`sessionAffinity: ClientIP` between nodes'],
  ['tls', 'TLS that ends at the load balancer'],
  ['proxyProtocol', 'PROXY protocol'],
  ['nodePortsOptional', 'Targets without NodePorts (`allocateLoadBalancerNodePorts: false`)'],
]

/** What the clouds can do, by the flags that reading a Service goes by. */
export const capabilitiesPage = (): string =>
  [
    written("the providers' capabilities"),
    '',
    '# What each cloud can do',
    '',
    'A Service that asks for what a cloud cannot do is refused there, or goes without and is told so. `dry-run --compare` says',
    'it for a Service of yours, sentence by sentence; the pages of the clouds have every key.',
    '',
    ...table(
      ['', ...clouds.map(({ title }) => title)],
      [
        ['`dry-run`', ...clouds.map(() => 'yes')],
        ['`run`', ...clouds.map(({ blueprint }) => mark(liveProviders.includes(blueprint.name)))],
        ...flags.map(([flag, text]) => [text, ...clouds.map(({ blueprint }) => mark(blueprint.can[flag]))]),
        [
          '`spec.loadBalancerClass`',
          ...clouds.map(
            ({ blueprint }) => blueprint.classes.map((one) => `\`${one}\``).join(', ') || 'by setting',
          ),
        ],
      ],
    ),
    '',
    '## One Service each',
    '',
    'What `dry-run` makes of one Service for each feature, held by a test. Where a cloud cannot do it, its sentence says so.',
    '',
    ...table(
      ['Service', ...clouds.map(({ title }) => title)],
      features.map((feature) => [
        `[${cell(feature.title)}](../../test/features/${feature.name}/service.yaml)`,
        ...clouds.map(({ blueprint }) => outcomeOf(feature, blueprint.name)),
      ]),
    ),
    '',
  ].join('\n')

const mark = (flag: boolean | undefined): string => (flag === true ? 'yes' : 'no')

function outcomeOf(feature: Feature, cloud: string): string {
  const file = goldenOf(feature.name, cloud)
  if (!existsSync(file)) return ''
  const [first = ''] = readFileSync(file, 'utf8').split('\n')
  const link = `../../test/features/${feature.name}/${cloud}.txt`
  if (first.startsWith(notSupported)) return `[not supported](${link})`
  return first.startsWith('REFUSED: ') ? `[refused](${link})` : `[plan](${link})`
}
