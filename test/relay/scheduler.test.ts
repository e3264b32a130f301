import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { schedulerNames, type SchedulerName } from '../../src/relay/frontend.ts'
import { makeScheduler, type Asked, type Candidate } from '../../src/relay/scheduler.ts'

interface Made {
  key: string
  weight: number
  open: number
  mark: number
}

/** `a:2/5`: weight 2, five connections. */
const made = (text: string): Made[] =>
  text.split(' ').map((word) => {
    const [key = '', weight = '1', open = '0'] = word.split(/[:/]/)
    return { key, weight: Number(weight), open: Number(open), mark: 0 }
  })

const asked: Asked = { client: '192.0.2.1', destination: '198.51.100.1' }

interface Row {
  readonly name: SchedulerName
  readonly from: string
  /** Of so many connections that stay open. */
  readonly picks: string
  readonly why: string
}

const rows: readonly Row[] = [
  { name: 'round-robin', from: 'a b c', picks: 'abcabca', why: 'one after the other' },
  { name: 'round-robin', from: 'a:5/9 b c', picks: 'abcabca', why: 'whatever weight and load' },
  { name: 'weighted-round-robin', from: 'a:5 b:1 c:1', picks: 'aabacaaaabacaa', why: 'smooth' },
  { name: 'weighted-round-robin', from: 'a:3 b:1', picks: 'aabaaaba', why: 'three of four' },
  {
    name: 'least-connections',
    from: 'a:1/3 b:1/1 c:1/2',
    picks: 'bcbacb',
    why: 'among equals, who waited longest',
  },
  { name: 'least-connections', from: 'a:9/2 b:1/1', picks: 'b', why: 'weights do not count' },
  {
    name: 'weighted-least-connections',
    from: 'a:4/3 b:1/1',
    picks: 'abaa',
    why: '3/4, 1 for both, 1 against 2',
  },
  { name: 'shortest-expected-delay', from: 'a:3 b:1', picks: 'aabaaaba', why: 'with the one to come' },
  {
    name: 'shortest-expected-delay',
    from: 'a:10/5 b:1/0',
    picks: 'aaaa',
    why: 'a heavy one is quicker than an idle',
  },
  { name: 'never-queue', from: 'a:10/5 b:1/0', picks: 'baaa', why: 'an idle one first' },
  { name: 'never-queue', from: 'a:1 b:5 c:1', picks: 'abcbbbb', why: 'then by expected delay' },
]

for (const { name, from, picks, why } of rows)
  test(`scheduler: ${name}, ${from}: ${why}`, () => {
    const list = made(from)
    const schedule = makeScheduler(name, Math.random)
    const got = Array.from(picks, () => {
      const pick = schedule(list, asked)
      if (pick !== undefined) pick.open++
      return pick?.key
    })
    assert.equal(got.join(''), picks)
  })

test('scheduler: each answers nobody for nobody, and the only one for one', () => {
  for (const name of schedulerNames) {
    assert.equal(makeScheduler(name, Math.random)([], asked), undefined, name)
    assert.equal(makeScheduler(name, Math.random)(made('a:3/2'), asked)?.key, 'a', name)
  }
})

test('scheduler: random takes each part of [0, 1) for one target, whatever the weights', () => {
  const list = made('a:100 b:1 c:1/50')
  const draws = [0, 0.333, 0.334, 0.666, 0.667, 1 - 2 ** -53]
  const picks = draws.map((draw) => makeScheduler('random', () => draw)(list, asked)?.key)
  assert.deepEqual(picks, ['a', 'a', 'b', 'b', 'c', 'c'])
})

const counts = (list: readonly Made[], name: SchedulerName, asks: number, of: (n: number) => Asked) => {
  const schedule = makeScheduler(name, Math.random)
  const count = new Map(list.map(({ key }) => [key, 0]))
  for (let n = 0; n < asks; n++) {
    const key = schedule(list, of(n))?.key ?? ''
    count.set(key, (count.get(key) ?? 0) + 1)
  }
  return count
}

const clients = (n: number): Asked => ({
  client: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
  destination: '10.96.0.1',
})

test('scheduler: source-hash spreads client addresses by weight', () => {
  const asks = 20_000
  for (const text of ['10.0.0.1:1 10.0.0.2:1 10.0.0.3:1', 'a:1 b:3', 'a:1 b:2 c:3 d:4']) {
    const list = made(text)
    const sum = list.reduce((all, { weight }) => all + weight, 0)
    const got = counts(list, 'source-hash', asks, clients)
    let chi = 0
    for (const { key, weight } of list)
      chi += ((got.get(key) ?? 0) - (asks * weight) / sum) ** 2 / ((asks * weight) / sum)
    assert.ok(chi < 16.27, `chi-square ${chi} of ${text}`)
  }
})

test('scheduler: hashes look at one address each, and only a target that goes moves clients', () => {
  const list = made('a b c d e')
  const source = makeScheduler('source-hash', Math.random)
  const destination = makeScheduler('destination-hash', Math.random)
  for (let n = 0; n < 500; n++) {
    const { client } = clients(n)
    const before = source(list, { client, destination: 'x' })?.key
    assert.equal(source(list, { client, destination: 'y' })?.key, before)
    assert.equal(destination(list, { client: 'x', destination: client })?.key, before)
    const after = source(
      list.filter(({ key }) => key !== 'c'),
      { client, destination: 'x' },
    )?.key
    if (before !== 'c') assert.equal(after, before)
  }
})

const weighted = fc.array(fc.record({ weight: fc.integer({ min: 1, max: 9 }), open: fc.nat(20) }), {
  minLength: 1,
  maxLength: 8,
})

test('scheduler: over a whole cycle, weighted round robin serves each exactly its weight', () => {
  fc.assert(
    fc.property(weighted, (drawn) => {
      const list = drawn.map(({ weight }, at): Made => ({ key: `${at}`, weight, open: 0, mark: 0 }))
      const cycle = list.reduce((sum, { weight }) => sum + weight, 0)
      const got = counts(list, 'weighted-round-robin', cycle * 3, () => asked)
      for (const { key, weight } of list) assert.equal(got.get(key), 3 * weight)
    }),
    { numRuns: 50 },
  )
})

test('scheduler: round robin goes on where it was when targets come and go', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(9)), { maxLength: 40 }), (edits) => {
      let list = made('a b c d')
      let name = 0
      let turn = 0
      const schedule = makeScheduler('round-robin', Math.random)
      const served = new Map<string, number>()
      for (const [add, at] of edits) {
        if (add) list = [...list, { key: `new${name++}`, weight: 1, open: 0, mark: 0 }]
        else if (list.length > 1) list = list.toSpliced(at % list.length, 1)
        const pick: Candidate | undefined = schedule(list, asked)
        assert.ok(pick !== undefined)
        // Nobody who could be served instead has waited longer.
        const waited = (key: string) => served.get(key) ?? -1
        for (const { key } of list) assert.ok(waited(key) >= waited(pick.key))
        served.set(pick.key, turn++)
      }
    }),
    { numRuns: 50 },
  )
})
