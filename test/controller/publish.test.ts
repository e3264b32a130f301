import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Decision } from '../../src/controller/decide.ts'
import { publicationOf, type PublishParts } from '../../src/controller/publish.ts'
import { Inventory } from '../../src/engine/inventory.ts'
import type { LoadBalancerStatus, ServiceObject } from '../../src/model/objects.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { kindOf, seen, wish } from '../plan/view.ts'

const kinds = {
  thing: kindOf('thing', { servesTraffic: true }),
  pool: kindOf('pool', { servesTraffic: true, drainMs: ({ seconds }) => Number(seconds) * 1000 }),
}
const pool = (key: string, seconds: number) => wish(key, { kind: 'pool', spec: { seconds } })
const at = (...names: readonly string[]): LoadBalancerStatus => ({
  ingress: names.map((hostname) => ({ hostname })),
})
const input = { spec: {}, annotations: {} }
const now = Date.UTC(2026, 0, 1)

interface Row {
  readonly name: string
  readonly decision?: Partial<Decision>
  readonly current?: LoadBalancerStatus
  readonly settled?: boolean
  readonly serves?: boolean
  readonly converged?: boolean
  readonly shows: LoadBalancerStatus
  /** What is remembered: its hash, and until when the earlier input stays. */
  readonly accepts?: string
}

const moving = {
  moving: true,
  before: [wish('old')],
  live: [wish('new')],
  accepted: { version: 1, input: { spec: { old: true }, annotations: {} }, hash: 'h-old' },
} as const

const rows: readonly Row[] = [
  { name: 'all in place', decision: { live: [wish('new')] }, shows: at('new'), accepts: 'h' },
  { name: 'under way', decision: { live: [wish('new')] }, converged: false, shows: {} },
  {
    name: 'an invalid input is not remembered',
    decision: { live: [wish('new')], valid: false, served: undefined },
    shows: at('new'),
  },
  {
    name: 'an edit that was begun and then brought to its end is, though the live input is invalid',
    decision: { live: [wish('new')], valid: false, input: { spec: { broken: true }, annotations: {} } },
    shows: at('new'),
    accepts: 'h',
  },
  {
    name: 'what is remembered already is not written again',
    decision: { live: [wish('new')], accepted: { version: 1, input, hash: 'h' } },
    shows: at('new'),
  },
  {
    name: 'the successor does not serve: the old address, nothing remembered',
    decision: moving,
    current: at('old'),
    serves: false,
    shows: at('old'),
  },
  {
    name: 'the successor does not serve, and the earlier input can no longer be asked: the old address',
    decision: { ...moving, before: [] },
    current: at('old'),
    serves: false,
    shows: at('old'),
  },
  {
    name: 'the successor serves: the new address, the old one stays for a grace',
    decision: moving,
    current: at('old'),
    shows: at('new'),
    accepts: 'h until 2026-01-01T00:10:00.000Z',
  },
  {
    name: 'the address is the same: no grace',
    decision: moving,
    current: at('new'),
    shows: at('new'),
    accepts: 'h',
  },
  {
    name: 'one of two addresses goes: a grace for it',
    decision: moving,
    current: at('new', 'old'),
    shows: at('new'),
    accepts: 'h until 2026-01-01T00:10:00.000Z',
  },
  {
    name: 'what carries connections behind the same address stays as long as those may last',
    decision: {
      ...moving,
      before: [wish('new'), pool('a', 60), pool('b', 90)],
      live: [wish('new'), pool('b', 90)],
    },
    current: at('new'),
    shows: at('new'),
    accepts: 'h until 2026-01-01T00:01:00.000Z',
  },
  {
    name: 'and no longer than the grace',
    decision: { ...moving, before: [pool('a', 3_600)] },
    current: at('new'),
    shows: at('new'),
    accepts: 'h until 2026-01-01T00:10:00.000Z',
  },
  {
    name: 'while something leads to both, nothing is sure to be in place',
    decision: { ...moving, between: true },
    current: at('new'),
    shows: at('new'),
    accepts: 'undefined',
  },
  {
    name: 'and once it leads to the successor alone, it is',
    decision: { live: [wish('new')], accepted: { version: 1, input } },
    shows: at('new'),
    accepts: 'h',
  },
  {
    name: 'a grace goes on through an edit',
    decision: {
      live: [wish('new')],
      accepted: { version: 1, input, hash: 'h-old', leaving: [{ input, until: '2026-01-01T00:05:00.000Z' }] },
    },
    shows: at('new'),
    accepts: 'h until 2026-01-01T00:05:00.000Z',
  },
  {
    name: 'and is struck when it is over',
    decision: {
      live: [wish('new')],
      accepted: { version: 1, input, hash: 'h', leaving: [{ input, until: '2025-12-31T23:59:00.000Z' }] },
    },
    shows: at('new'),
    accepts: 'h',
  },
  {
    name: 'an address goes when the lists prove that nothing is there',
    decision: { live: [] },
    current: at('gone'),
    shows: {},
    accepts: 'h',
  },
  {
    name: 'and not before',
    decision: { live: [] },
    current: at('gone'),
    settled: false,
    shows: at('gone'),
    accepts: 'h',
  },
  {
    name: 'an unreadable Service keeps what it shows',
    decision: { live: [], state: 'frozen', valid: false, hash: '' },
    current: at('gone'),
    shows: at('gone'),
  },
]

for (const row of rows)
  test(`publish: ${row.name}`, () => {
    const { decision = {}, current = {}, settled = true, serves = true, converged = true } = row
    const inventory = new Inventory(kinds)
    for (const name of ['old', 'new']) inventory.wrote(seen(name))
    const provider = {
      kinds,
      statusOf: (_owner, observed, outcome, was) => {
        if (!outcome.converged) return was
        return observed.length === 0 ? {} : at(...observed.map((object) => object.key))
      },
    } as Pick<Provider, 'kinds' | 'statusOf'> as Provider
    const parts: PublishParts = { provider, inventory, settled: () => settled, graceMs: 600_000 }
    const service: ServiceObject = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop', uid: 'a' },
      status: { loadBalancer: current },
    }
    const full: Decision = {
      resources: [],
      without: () => [],
      joins: [],
      released: [],
      live: [],
      before: [],
      moving: false,
      leave: false,
      confined: true,
      state: 'settled',
      problems: [],
      valid: true,
      input,
      served: input,
      hash: 'h',
      causes: [],
      accepted: undefined,
      lacking: false,
      awaits: [],
      between: false,
      sendsToPods: false,
      ...decision,
    }
    const progress = { converged, open: [], steps: [], problems: [] }
    const { loadBalancer, accepted } = publicationOf(parts, service, full, progress, serves, now)
    assert.deepEqual(loadBalancer, row.shows)
    if (accepted !== undefined) assert.deepEqual(accepted.input, full.served)
    const until = (accepted?.leaving ?? []).map((one) => ` until ${one.until}`).join('')
    assert.equal(accepted === undefined ? undefined : `${accepted.hash}${until}`, row.accepts)
  })
