import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { fateOf } from '../../../src/node-proxy/fate/fate-of.ts'
import type { Fate, Target } from '../../../src/node-proxy/fate/fate.ts'
import type { FamilySettings } from '../../../src/node-proxy/table/row.ts'
import { inUserspace, seenFromUserspace } from '../../../src/node-proxy/userspace/fate.ts'
import { frontendsOf, isWildcard, loopbackAddress } from '../../../src/node-proxy/userspace/frontends.ts'
import type { RelayFrontend } from '../../../src/relay/frontend.ts'
import { sourcesOf } from '../../../src/relay/sources.ts'
import { arbitraryRow, arbitrarySettings } from '../nftables/history.ts'
import { inFamily, rowIn, senders, settingsIn, targetsOf } from '../worlds.ts'
import { tableOf } from './rows.ts'

/** Who a relay that serves these frontends connects the client to; nobody: it is refused, or goes where the machine says. */
function met(
  frontends: readonly RelayFrontend[],
  own: readonly string[],
  source: string,
  target: Target,
): readonly string[] {
  const frontend = frontends.find(
    ({ address, protocol, port }) =>
      protocol === target.protocol &&
      port === target.port &&
      (address === target.address || (isWildcard(address) && own.includes(target.address))),
  )
  const route = frontend?.routes.find(({ sources }) => {
    const holds = sourcesOf(sources)
    assert.ok(holds.ok)
    return holds.value === undefined || holds.value(source)
  })
  return (route?.targets ?? []).map(({ address, port }) => `${address} ${port}`).toSorted()
}

const expected = (fate: Fate): readonly string[] =>
  fate.verdict === 'forward' ? fate.endpoints.map(({ address, port }) => `${address} ${port}`).toSorted() : []

const more: readonly Partial<FamilySettings>[] = [
  {},
  { pods: { by: 'interface', prefix: 'veth' } },
  { nodePorts: { ranges: 'all', localhost: false } },
  { nodePorts: { ranges: ['198.51.100.0/24'], localhost: false } },
  { nodePorts: { ranges: ['198.51.100.0/24'], localhost: true } },
  { nodePorts: { ranges: 'all', localhost: true } },
  { nodeAddresses: ['192.0.2.1', '192.0.3.1'] },
]

for (const to of ['IPv4', 'IPv6'] as const)
  test(`the relay is told to connect a client to whom the table says: ${to}`, () => {
    const rowArbitrary = fc.tuple(arbitraryRow, fc.boolean())
    fc.assert(
      fc.property(
        fc.uniqueArray(rowArbitrary, { minLength: 1, maxLength: 3, selector: ([{ key }]) => key }),
        arbitrarySettings,
        fc.constantFrom(...more),
        (given, some, others) => {
          const settings = settingsIn(to, { ...some, ...others })
          const rows = given.map(([row, external]) => rowIn(to, row, external))
          const table = tableOf(rows, { [to]: settings })
          const frontends = frontendsOf(table, {})
          const loopback = loopbackAddress[to]
          const seen = seenFromUserspace(table)
          for (const [kind, text] of senders)
            for (const target of targetsOf(to, rows, settings)) {
              const onLoopback = target.address === loopback
              const address = onLoopback ? loopback : inFamily(to, text)
              if (kind !== 'node' && onLoopback) continue
              // A program of the node comes from the address that it connects to, or from the node's.
              if (kind === 'node' && ![target.address, ...settings.nodeAddresses].includes(address)) continue
              const fate = inUserspace(fateOf(seen, { kind, address }, target))
              assert.deepEqual(
                met(frontends, [...settings.nodeAddresses, loopback], address, target),
                expected(fate),
                `${kind} ${address} to ${target.protocol} ${target.address} ${target.port}`,
              )
            }
        },
      ),
      { numRuns: 60 },
    )
  })
