import { type IpFamily, parseAddress } from '../../src/lib/ip.ts'
import { destinationsOfRow } from '../../src/node-proxy/fate/fate-of.ts'
import type { SourceKind, Target } from '../../src/node-proxy/fate/fate.ts'
import type { FamilySettings, Row } from '../../src/node-proxy/table/row.ts'
import { endpoint, family } from './userspace/rows.ts'

/** An address or range of the tests in another family. */
export function inFamily(to: IpFamily, text: string): string {
  if (to === 'IPv4') return text
  const [address = '', prefix] = text.split('/')
  const [a, b, c, d] = address.split('.')
  const read = parseAddress(`fd00:${a}:${b}:${c}::${d}`)
  const lengths: Readonly<Record<string, string>> = { 0: '0', 12: '32', 24: '64', 32: '128' }
  return `${read.ok ? read.value.text : ''}${prefix === undefined ? '' : `/${lengths[prefix]}`}`.replace(
    /^.*\/0$/,
    '::/0',
  )
}

export function rowIn(to: IpFamily, row: Row, external: boolean): Row {
  const at = (text: string) => inFamily(to, text)
  // Pods of the other node have a range of their own.
  const move = (all: Row['cluster']) =>
    all?.map(({ address, port, local }) =>
      endpoint(at(local ? address : address.replace('10.200.1.', '10.200.2.')), port, local),
    )
  const { clusterAddress = '', allowedSources } = row
  return {
    ...row,
    family: to,
    clusterAddress: at(clusterAddress),
    externalAddresses: external ? [at(`203.0.113.${row.port % 1000}`)] : [],
    loadBalancerAddresses: row.loadBalancerAddresses.map(at),
    ...(allowedSources === undefined ? {} : { allowedSources: allowedSources.map(at) }),
    cluster: move(row.cluster),
    // As the table has it: undefined where nothing uses the policy.
    local: row.internalLocal || row.externalLocal ? move(row.local) : undefined,
  }
}

export const settingsIn = (to: IpFamily, given: Partial<FamilySettings>): FamilySettings => {
  const { nodePorts, pods, serviceRanges, nodeAddresses, ...rest } = family(given)
  const at = (text: string) => inFamily(to, text)
  return {
    ...rest,
    nodePorts: nodePorts.ranges === 'all' ? nodePorts : { ...nodePorts, ranges: nodePorts.ranges.map(at) },
    pods: pods.by === 'ranges' ? { by: 'ranges', ranges: pods.ranges.map(at) } : pods,
    serviceRanges: serviceRanges.map(at),
    nodeAddresses: nodeAddresses.map(at),
  }
}

/** 5 is an endpoint at times; 198.51.100.1 is a load balancer address, which comes from the node itself. */
export const senders: readonly (readonly [SourceKind, string])[] = [
  ['outside', '203.0.113.77'],
  ['outside', '198.51.100.7'],
  ['outside', '198.51.100.8'],
  ['outside', '192.0.2.77'],
  ['outside', '10.200.2.77'],
  ['pod', '10.200.1.5'],
  ['pod', '10.200.1.77'],
  ['node', '192.0.2.1'],
  ['node', '198.51.100.1'],
]

export function targetsOf(to: IpFamily, rows: readonly Row[], settings: FamilySettings): readonly Target[] {
  const node = settings.nodeAddresses[0] ?? ''
  const strangers = ['10.96.0.1', '10.96.9.9', '192.0.2.9', '9.9.9.9'].map((text) => inFamily(to, text))
  return [
    ...rows.flatMap((row) => destinationsOfRow(row, settings)),
    ...[...strangers, node].map((address): Target => ({ address, protocol: 'TCP', port: 9 })),
    ...rows.flatMap(({ clusterAddress = '', protocol, port, nodePort = 0 }): readonly Target[] => [
      { address: clusterAddress, protocol: protocol === 'TCP' ? 'UDP' : 'TCP', port },
      { address: to === 'IPv4' ? '127.0.0.1' : '::1', protocol, port: nodePort },
      { address: inFamily(to, '192.0.2.2'), protocol, port: nodePort },
    ]),
  ]
}
