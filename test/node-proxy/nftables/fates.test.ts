import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { IpFamily } from '../../../src/lib/ip.ts'
import { parseAddress } from '../../../src/lib/ip.ts'
import { destinationsOfRow, fateOf } from '../../../src/node-proxy/fate/fate-of.ts'
import type { Fate, SourceKind, Target } from '../../../src/node-proxy/fate/fate.ts'
import { NftablesPlane } from '../../../src/node-proxy/nftables/plane.ts'
import type { FamilySettings, Row } from '../../../src/node-proxy/table/row.ts'
import { endpoint, family, tableOf } from '../userspace/rows.ts'
import { arbitraryRow, arbitrarySettings } from './history.ts'
import { Kernel } from './kernel.ts'
import { type Machine, outcomeOf, type Outcome, type Packet } from './packet.ts'

/** An address or range of the tests in another family. */
function inFamily(to: IpFamily, text: string): string {
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

function rowIn(to: IpFamily, row: Row, external: boolean): Row {
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
    local: move(row.local),
  }
}

const settingsIn = (to: IpFamily, given: Partial<FamilySettings>): FamilySettings => {
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
const senders: readonly (readonly [SourceKind, string])[] = [
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

function targetsOf(to: IpFamily, rows: readonly Row[], settings: FamilySettings): readonly Target[] {
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

/** What comes of each of so many equal chances. Who has affinity gets the same again, whatever chance says then. */
function met(machine: Omit<Machine, 'affinity' | 'random'>, packet: Packet, chances: number): unknown {
  const outcomes = Array.from({ length: chances }, (_, chance): Outcome => {
    const affinity = new Map<string, string>()
    const first = outcomeOf({ ...machine, affinity, random: (n) => chance % n }, packet)
    if (first.verdict === 'forward' && first.affinitySeconds !== undefined)
      assert.deepEqual(
        outcomeOf({ ...machine, affinity, random: (n) => (chance + 1) % n }, packet),
        first,
        'the client keeps its endpoint',
      )
    return first
  })
  return outcomes.map((outcome) => JSON.stringify(outcome)).toSorted()
}

/** Each endpoint once: one is as likely as any other. */
function expected(fate: Fate, source: string): readonly string[] {
  if (fate.verdict !== 'forward') return [JSON.stringify({ verdict: fate.verdict })]
  const { endpoints, affinitySeconds } = fate
  const each = endpoints.map(({ address, port }) => {
    const outcome: Outcome = {
      verdict: 'forward',
      endpoint: `${address} . ${port}`,
      masqueraded: fate.source === 'masqueraded' || address === source,
      ...(affinitySeconds === undefined ? {} : { affinitySeconds }),
    }
    return JSON.stringify(outcome)
  })
  return each.toSorted()
}

const detectors: readonly Partial<FamilySettings>[] = [
  {},
  { pods: { by: 'interface', prefix: 'veth' } },
  { nodePorts: { ranges: 'all', localhost: false } },
  { nodePorts: { ranges: ['198.51.100.0/24'], localhost: false } },
]

for (const to of ['IPv4', 'IPv6'] as const)
  test(`a packet meets, by the rules as written, the fate that the table says: ${to}`, async () => {
    const arbitraryRows = fc.uniqueArray(fc.tuple(arbitraryRow, fc.boolean()), {
      minLength: 1,
      maxLength: 3,
      selector: ([row]) => row.key,
    })
    await fc.assert(
      fc.asyncProperty(
        arbitraryRows,
        arbitraryRows,
        arbitrarySettings,
        fc.constantFrom(...detectors),
        async (earlier, given, some, more) => {
          const settings = settingsIn(to, { ...some, ...more })
          const rowsOf = (drawn: typeof given) => drawn.map(([row, external]) => rowIn(to, row, external))
          const [before, rows] = [rowsOf(earlier), rowsOf(given)]
          const table = tableOf(rows, { [to]: settings })
          const kernel = new Kernel()
          const plane = new NftablesPlane({ nft: kernel })
          const { signal } = new AbortController()
          const keys = new Set([...before, ...rows].map(({ key }) => key))
          const loaded = await plane.apply(tableOf(before, { [to]: settings }), 'all', signal)
          const changed = await plane.apply(table, keys, signal)
          assert.deepEqual([loaded.failures, changed.failures], [[], []])
          const held = kernel.table(`${to === 'IPv4' ? 'ip' : 'ip6'} lb-controller-node-proxy`)
          assert.ok(held)
          const machine = { table: held, ownAddresses: settings.nodeAddresses }
          for (const [kind, text] of senders)
            for (const target of targetsOf(to, rows, settings)) {
              const source = inFamily(to, text)
              const { address, port } = target
              const protocol = target.protocol.toLowerCase()
              const hook = kind === 'node' ? 'output' : 'prerouting'
              const from = kind === 'node' ? '' : kind === 'pod' ? 'veth7' : 'eth0'
              const wanted = expected(fateOf(table, { kind, address: source }, target), source)
              assert.deepEqual(
                met(machine, { hook, from, source, to: address, protocol, port }, wanted.length),
                wanted,
                `${kind} ${source} to ${protocol} ${address} ${port}`,
              )
            }
        },
      ),
      { numRuns: 40 },
    )
  })
