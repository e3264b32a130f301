import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Fate } from '../../src/node-proxy/fate/fate.ts'
import { contains, parseAddress, parseCidr } from '../../src/lib/ip.ts'
import { families, pods, addressOfPod, type Family } from './addresses.ts'
import * as table from './cases.ts'
import { fateByContract, type Expected, type To } from './contract.ts'
import { explain, type Explained } from './explain.ts'
import { faultOf } from './judge.ts'
import { addressOf, portOf, sketchOf } from './objects.ts'
import type { Protocol, Shot } from './orders.ts'
import { whySkipped } from './requirements.ts'
import { openRig, type Rig } from './rig.ts'

interface Case {
  readonly name: string
  readonly row: table.ServiceRow
  readonly sender: table.Sender
  readonly to: To
  readonly protocol: Protocol
  readonly family: Family
  readonly shot: Shot
  readonly fate: Expected
}

export type Plane = 'nftables' | 'userspace'

/** The nodes' first Service has this number. */
const firstNumber = 10

/**
 * Whoever relays instead of translating cannot stay silent, since the connection is accepted before the client is known,
 * and the endpoint sees the relay. All else is alike.
 */
function asPlane(plane: Plane, fate: Expected): Expected {
  if (plane === 'nftables') return fate
  return fate.verdict === 'forward' ? { ...fate, source: 'masqueraded' } : { verdict: 'reject' }
}

/** A relay holds a port for those whom it serves: it resets what it accepted from others, and ignores their datagrams. */
const refusals: Readonly<Record<Plane, Readonly<Record<Protocol, readonly string[]>>>> = {
  nftables: { TCP: ['refused'], UDP: ['refused'] },
  userspace: { TCP: ['refused', 'reset'], UDP: ['refused', 'silence'] },
}

const silenceMs = 400
const patienceMs = 20_000
/** One of two equals is missed so often in a row once in 2^40 times. */
const most = 40

function casesOf(
  row: table.ServiceRow,
  number: number,
  plane: Plane,
  skipped: Map<string, number>,
): readonly Case[] {
  const cases: Case[] = []
  for (const sender of table.senders)
    for (const to of table.targets) {
      const cut = table.pruned.find(({ holds }) => holds(row, sender, to))
      if (cut !== undefined) {
        skipped.set(cut.why, (skipped.get(cut.why) ?? 0) + families.length * table.protocols.length)
        continue
      }
      for (const family of families)
        for (const protocol of table.protocols)
          cases.push(caseOf(row, number, plane, sender, to, family, protocol))
    }
  return cases
}

function caseOf(
  row: table.ServiceRow,
  number: number,
  plane: Plane,
  sender: table.Sender,
  to: To,
  family: Family,
  protocol: Protocol,
): Case {
  const address = sender.address(family)
  const fate = fateByContract({
    node: 'n1',
    zone: table.zones.n1,
    from: sender.from,
    sender: address,
    to,
    family,
    external: row.external,
    internal: row.internal,
    endpoints: table.states[row.state] ?? [],
    ...(row.ranges === undefined ? {} : { ranges: table.ranges[row.ranges] ?? [] }),
  })
  const real = asPlane(plane, fate)
  return {
    name: `${sender.name} to ${to} ${protocol} ${family}`,
    row,
    sender,
    to,
    protocol,
    family,
    fate,
    shot: {
      protocol,
      from: address,
      to: addressOf(number, to, family),
      port: portOf(number, to),
      timeoutMs:
        real.verdict === 'drop' || (plane === 'userspace' && protocol === 'UDP' && real.verdict === 'reject')
          ? silenceMs
          : patienceMs,
      ...(real.verdict === 'forward' ? { most: row.affinity === true ? 6 : most } : {}),
      ...(real.verdict === 'forward' && row.affinity !== true ? { until: real.pods } : {}),
    },
  }
}

/** The proxy's own words in the contract's. */
function ofExplained(
  plane: Plane,
  fate: Fate | undefined,
  sender: string,
  family: Family,
): Expected | string {
  if (fate === undefined) return 'nothing is said of this address'
  if (fate.verdict === 'pass') return 'it is left alone'
  if (fate.onlyFrom !== undefined && !isIn(sender, fate.onlyFrom)) return asPlane(plane, { verdict: 'drop' })
  if (fate.verdict !== 'forward') return { verdict: fate.verdict }
  const names = fate.endpoints.map(
    ({ address }) => pods.find((pod) => addressOfPod(pod, family) === address)?.name ?? address,
  )
  return {
    verdict: 'forward',
    pods: names.toSorted(),
    source: fate.source === 'kept' ? 'kept' : 'masqueraded',
  }
}

function isIn(sender: string, ranges: readonly string[]): boolean {
  const address = parseAddress(sender)
  return ranges.some((text) => {
    const range = parseCidr(text)
    return range.ok && address.ok && contains(range.value, address.value)
  })
}

function disagreements(
  plane: Plane,
  cases: readonly Case[],
  explained: readonly Explained[],
): readonly string[] {
  return cases.flatMap(({ name, sender, to, family, protocol, fate, shot }) => {
    const said = explained.find(
      (one) =>
        one.kind === to && one.protocol === protocol && one.address === shot.to && one.port === shot.port,
    )
    const own = ofExplained(plane, said?.fates[sender.from], sender.address(family), family)
    try {
      assert.deepEqual(own, asPlane(plane, fate))
      return []
    } catch {
      return [
        `${name}: explained as ${JSON.stringify(own)}, the contract says ${JSON.stringify(asPlane(plane, fate))}`,
      ]
    }
  })
}

async function shootAll(rig: Rig, cases: readonly Case[], plane: Plane): Promise<readonly string[]> {
  const bySpace = Map.groupBy(cases, ({ sender }) => sender.space)
  const found = await Promise.all(
    [...bySpace].map(async ([space, own]) => {
      const tallies = await rig.posts[space].tell(
        'shoot',
        own.map(({ shot }) => shot),
      )
      return own.flatMap(({ name, fate, row, sender, family, protocol }, n) => {
        const fault = faultOf(tallies[n] ?? {}, {
          fate: asPlane(plane, fate),
          node: 'n1',
          family,
          sender: sender.address(family),
          senderPod: sender.pod,
          affinity: row.affinity === true,
          refusals: refusals[plane][protocol],
        })
        return fault === undefined ? [] : [`${name}: ${fault}`]
      })
    }),
  )
  return found.flat()
}

const titleOf = ({ state, external, internal, ranges, affinity }: table.ServiceRow): string =>
  [
    state,
    `external ${external}`,
    `internal ${internal}`,
    ...(ranges === undefined ? [] : [`ranges: ${ranges}`]),
    ...(affinity === true ? ['affinity'] : []),
  ].join(', ')

/** Every packet of the table through one data plane. */
export async function fateSuite(plane: Plane): Promise<void> {
  const skip = await whySkipped()
  describe(`fates of packets, ${plane}`, { skip }, () => {
    let rig: Rig
    let ran = 0
    const skipped = new Map<string, number>()
    before(async () => {
      rig = await openRig({ plane })
      await rig.cluster.add(...table.services.map((row, n) => sketchOf(row, firstNumber + n)))
      for (const node of ['n1', 'n2'] as const) rig.startProxy(node)
      await rig.synced()
    })
    after(async () => {
      await rig.close()
      console.log(`fates of packets, ${plane}: ${ran} cases ran`)
      for (const [why, count] of skipped) console.log(`  ${count} left out: ${why}`)
      for (const { what, why } of table.impossible) console.log(`  ${what} left out: ${why}`)
    })
    for (const [n, row] of table.services.entries())
      test(titleOf(row), async () => {
        const cases = casesOf(row, firstNumber + n, plane, skipped)
        const explained = await explain(rig, 'n1', row.name, ['--data-plane', plane])
        ran += cases.length
        assert.deepEqual(
          [...disagreements(plane, cases, explained), ...(await shootAll(rig, cases, plane))],
          [],
        )
      })
  })
}
