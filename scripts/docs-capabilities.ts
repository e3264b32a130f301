import { liveProviders } from '../src/provider/names.ts'
import type { Capabilities } from '../src/provider/blueprint.ts'
import { clouds } from './clouds.ts'
import { table, written } from './markdown.ts'

const features: readonly (readonly [flag: keyof Capabilities, text: string])[] = [
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
        ...features.map(([flag, text]) => [
          text,
          ...clouds.map(({ blueprint }) => mark(blueprint.can[flag])),
        ]),
        [
          '`spec.loadBalancerClass`',
          ...clouds.map(
            ({ blueprint }) => blueprint.classes.map((one) => `\`${one}\``).join(', ') || 'by setting',
          ),
        ],
      ],
    ),
    '',
  ].join('\n')

const mark = (flag: boolean | undefined): string => (flag === true ? 'yes' : 'no')
