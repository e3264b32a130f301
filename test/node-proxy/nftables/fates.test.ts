import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'

import { fateOf } from '../../../src/node-proxy/fate/fate-of.ts'
import type { Fate } from '../../../src/node-proxy/fate/fate.ts'
import { NftablesPlane } from '../../../src/node-proxy/nftables/plane.ts'
import type { FamilySettings } from '../../../src/node-proxy/table/row.ts'
import { tableOf } from '../userspace/rows.ts'
import { inFamily, rowIn, senders, settingsIn, targetsOf } from '../worlds.ts'
import { arbitraryRow, arbitrarySettings } from './history.ts'
import { Kernel } from './kernel.ts'
import { type Machine, outcomeOf, type Outcome, type Packet } from './packet.ts'

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
