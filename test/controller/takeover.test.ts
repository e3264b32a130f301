import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lacksOf, lackText, type Serving } from '../../src/controller/takeover.ts'
import type { Observed } from '../../src/plan/resource.ts'
import { seen, wish } from '../plan/view.ts'

/** A target group for a port: its targets by zone, and those that answer. */
function group(
  serves: string,
  targets: Readonly<Record<string, string>>,
  healthy: readonly string[] | undefined,
  zones?: readonly string[],
): Serving {
  const parts = Object.fromEntries(
    Object.entries(targets).map(([key, zone]) => [
      key,
      { spec: {}, owners: [], ...(zone === '' ? {} : { zone }) },
    ]),
  )
  return {
    wish: { ...wish(serves), serves, parts, ...(zones === undefined ? {} : { zones }) },
    seen: { ...seen(serves), ...(healthy === undefined ? {} : { healthy }) },
  }
}

const balancer = (serving: Observed['serving']): Serving => ({
  wish: wish('balancer'),
  seen: { ...seen('balancer'), serving },
})

const nodes = { x: 'a', y: 'b' }
const old = [balancer(true), group('80', nodes, ['x', 'y'])]

const rows: readonly {
  readonly name: string
  readonly fresh: readonly Serving[]
  readonly old?: readonly Serving[]
  readonly lacks: readonly string[]
}[] = [
  { name: 'all answer', fresh: [balancer(true), group('80', nodes, ['x', 'y'])], lacks: [] },
  {
    name: 'none answers',
    fresh: [group('80', nodes, [])],
    lacks: ['port 80 has none in a, b'],
  },
  { name: 'one zone is missing', fresh: [group('80', nodes, ['x'])], lacks: ['port 80 has none in b'] },
  {
    name: 'the load balancer does not serve yet',
    fresh: [balancer(false), group('80', nodes, ['x', 'y'])],
    lacks: ['thing balancer does not answer yet'],
  },
  {
    name: 'it is not there yet',
    fresh: [{ wish: wish('balancer'), seen: undefined }],
    lacks: ['thing balancer does not answer yet'],
  },
  {
    name: 'a zone in which the old one has none does not count',
    fresh: [group('80', nodes, ['x'])],
    old: [group('80', nodes, ['x'])],
    lacks: [],
  },
  {
    name: 'nor does one in which the new one is to have none',
    fresh: [group('80', { x: 'a' }, ['x'])],
    lacks: [],
  },
  {
    name: 'nor one that the new load balancer does not stand in',
    fresh: [group('80', nodes, ['x'], ['a'])],
    lacks: [],
  },
  {
    name: 'other zones altogether: one must answer',
    fresh: [group('80', { z: 'c' }, [])],
    lacks: ['port 80 has none in a, b'],
  },
  {
    name: 'the old one is down: nobody is waited for',
    fresh: [group('80', nodes, [])],
    old: [balancer(true), group('80', nodes, [])],
    lacks: [],
  },
  {
    name: 'a target of the old one that is wanted no more does not count',
    fresh: [group('80', { x: 'a' }, ['x'])],
    old: [group('80', { x: 'a' }, ['x', 'gone'])],
    lacks: [],
  },
  {
    name: 'a port that is new waits for nothing',
    fresh: [group('80', nodes, ['x', 'y']), group('81', nodes, [])],
    lacks: [],
  },
  {
    name: 'each port by itself',
    fresh: [group('80', nodes, ['x', 'y']), group('81', nodes, ['x'])],
    old: [group('80', nodes, ['x']), group('81', nodes, ['x', 'y'])],
    lacks: ['port 81 has none in b'],
  },
  {
    name: 'the old one tells nothing: the new one has to answer somewhere',
    fresh: [group('80', nodes, [])],
    old: [balancer(true), group('80', nodes, undefined)],
    lacks: ['port 80 does not answer yet'],
  },
  {
    name: 'and it does',
    fresh: [group('80', nodes, ['y'])],
    old: [balancer(true), group('80', nodes, undefined)],
    lacks: [],
  },
  {
    name: 'zones that nobody knows: any will do',
    fresh: [group('80', { x: '', y: '' }, ['y'])],
    old: [group('80', { x: '', y: '' }, ['x', 'y'])],
    lacks: [],
  },
]

for (const row of rows)
  test(`takeover: ${row.name}`, () =>
    assert.deepEqual(lacksOf(row.fresh, row.old ?? old).map(lackText), row.lacks))
