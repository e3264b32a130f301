import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { inOrder, matches, visibleRange, wordsOf } from '../../../src/page/client/filter.ts'
import { moves, Rates } from '../../../src/page/client/rates.ts'
import { bytesText, rateText, shortened, spanText } from '../../../src/page/client/words.ts'
import type { Row, ServiceState } from '../../../src/page/wire.ts'
import { pathOf } from '../../support/page-story.ts'

const row = (key: string, state: ServiceState = 'ready'): Row => ({
  key,
  type: 'LoadBalancer',
  state,
  address: '127.17.240.1',
  ports: '80 443',
  note: 'waits for x',
})

const filters = [
  { name: 'nothing asked', text: ' ', states: [], holds: true },
  { name: 'part of a name, in any letters', text: 'SHOP/w', states: [], holds: true },
  { name: 'all words must be there', text: 'web nobody', states: [], holds: false },
  { name: 'in any field', text: '443 127.17 waits', states: [], holds: true },
  { name: 'a state that it has', text: '', states: ['ready', 'problem'], holds: true },
  { name: 'a state that it has not', text: 'web', states: ['problem'], holds: false },
] as const

for (const { name, text, states, holds } of filters)
  test(`filter: ${name}`, () =>
    assert.equal(matches(row('shop/web'), wordsOf(text), new Set<ServiceState>(states)), holds))

test('Services stand by namespace, then by name, numbers by size', () => {
  const keys = ['b/a', 'a/s10', 'a/s9', 'a-b/c'].map((key) => row(key)).toSorted(inOrder)
  assert.deepEqual(
    keys.map(({ key }) => key),
    ['a/s9', 'a/s10', 'a-b/c', 'b/a'],
  )
})

test('all that is in sight is drawn, and never more than fits and some', () => {
  fc.assert(
    fc.property(
      fc.nat(100_000),
      fc.integer({ min: 0, max: 2_000 }),
      fc.nat(5_000),
      (scrolled, room, count) => {
        const { first, end } = visibleRange(scrolled, room, 58, count)
        assert.ok(first >= 0 && end <= count)
        assert.ok(end - first <= room / 58 + 14)
        for (let at = Math.floor(scrolled / 58); at * 58 < scrolled + room && at < count; at++)
          assert.ok(at >= first && at < end)
      },
    ),
  )
})

const withCounters = (accepted: number) => {
  const path = pathOf({ address: '127.17.240.1', pods: [] })
  return {
    ...path,
    listeners: path.listeners.map((one) => ({
      ...one,
      counters: { open: 0, accepted, shed: 0, bytesIn: accepted * 10, bytesOut: 0 },
    })),
  }
}

test('rates are per second, from looks that are not too near, and begin anew with the counters', () => {
  const rates = new Rates()
  const look = (accepted: number, at: number) => {
    const path = withCounters(accepted)
    rates.look(path, at)
    return rates.of(path.listeners[0]!)
  }
  assert.equal(moves(look(100, 0)), false)
  assert.deepEqual(look(150, 500), { accepted: 100, bytesIn: 1_000, bytesOut: 0, history: [100] })
  assert.equal(look(900, 600).accepted, 100)
  assert.equal(moves(look(3, 1_500)), false)
  assert.equal(look(5, 2_500).accepted, 2)
})

const texts = [
  { name: 'seconds', text: spanText(89_400), says: '89 s' },
  { name: 'minutes', text: spanText(91_000), says: '2 min' },
  { name: 'hours', text: spanText(7_200_000), says: '2 h' },
  { name: 'days', text: spanText(172_800_000), says: '2 d' },
  { name: 'never less than nothing', text: spanText(-5_000), says: '0 s' },
  { name: 'bytes', text: bytesText(999), says: '999 B' },
  { name: 'kilobytes', text: bytesText(1_000), says: '1.0 kB' },
  { name: 'what rounds up to the next unit', text: bytesText(999_950), says: '1.0 MB' },
  { name: 'many bytes', text: bytesText(123_456_789), says: '123 MB' },
  { name: 'a slow rate', text: rateText(0.44), says: '0.4' },
  { name: 'no rate', text: rateText(0), says: '0' },
  { name: 'a fast rate', text: rateText(123.6), says: '124' },
  { name: 'a short name', text: shortened('web', 3), says: 'web' },
  { name: 'a long name', text: shortened('abcdefghij', 5), says: 'ab…ij' },
]

for (const { name, text, says } of texts) test(`words: ${name}`, () => assert.equal(text, says))
