import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddress } from '../../../../src/lib/ip.ts'
import {
  holds,
  lowestFree,
  parseRange,
  parsePools,
  type Pool,
} from '../../../../providers/local/server/pools.ts'

const poolOf = (name: string, ...texts: string[]): Pool => ({
  name,
  ranges: texts.map((text) => {
    const range = parseRange(text)
    assert.ok(range.ok, range.ok ? '' : range.error)
    return range.value
  }),
})

const free: readonly { name: string; ranges: string[]; held: string[]; lowest: string | undefined }[] = [
  { name: 'the network itself is not given out', ranges: ['10.0.0.0/24'], held: [], lowest: '10.0.0.1' },
  { name: 'a gap is filled', ranges: ['10.0.0.0/24'], held: ['10.0.0.1', '10.0.0.3'], lowest: '10.0.0.2' },
  {
    name: 'the last is not given out',
    ranges: ['10.0.0.0/30'],
    held: ['10.0.0.1', '10.0.0.2'],
    lowest: undefined,
  },
  { name: 'a pair is given out whole', ranges: ['10.0.0.0/31'], held: ['10.0.0.0'], lowest: '10.0.0.1' },
  { name: 'one address', ranges: ['10.0.0.7'], held: [], lowest: '10.0.0.7' },
  {
    name: 'from to',
    ranges: ['10.0.0.254-10.0.1.1'],
    held: ['10.0.0.254', '10.0.0.255'],
    lowest: '10.0.1.0',
  },
  { name: 'the second range', ranges: ['10.0.0.7', '10.0.0.9'], held: ['10.0.0.7'], lowest: '10.0.0.9' },
  { name: 'IPv6', ranges: ['fd00::/64'], held: ['fd00::1'], lowest: 'fd00::2' },
]

for (const { name, ranges, held, lowest } of free)
  test(`lowest free: ${name}`, () => assert.equal(lowestFree(poolOf('a', ...ranges), new Set(held)), lowest))

const wrong: readonly { name: string; text: string; says: RegExp }[] = [
  { name: 'backwards', text: '10.0.0.9-10.0.0.1', says: /does not begin before it ends/ },
  { name: 'two families', text: '10.0.0.9-fd00::1', says: /does not begin/ },
  { name: 'host bits', text: '10.0.0.5/24', says: /write 10\.0\.0\.0\/24/ },
  { name: 'a name', text: 'home', says: /not an IP address/ },
]

for (const { name, text, says } of wrong)
  test(`no range: ${name}`, () => {
    const range = parseRange(text)
    assert.ok(!range.ok)
    assert.match(range.error, says)
  })

test('an address is in a pool, or not', () => {
  const pool = poolOf('a', '10.0.0.0/24')
  const inside = (text: string): boolean => {
    const address = parseAddress(text)
    return address.ok && holds(pool, address.value)
  }
  assert.deepEqual(['10.0.0.0', '10.0.0.1', '10.0.0.255', '10.0.1.1', 'fd00::1'].map(inside), [
    false,
    true,
    false,
    false,
    false,
  ])
})

const pools: readonly { name: string; texts: string[]; says: RegExp | undefined }[] = [
  { name: 'two', texts: ['a=10.0.0.0/24', 'b=10.0.1.0/24,10.0.2.7'], says: undefined },
  { name: 'the same name', texts: ['a=10.0.0.1', 'a=10.0.0.2'], says: /two pools have the name a/ },
  { name: 'the same address', texts: ['a=10.0.0.0/24', 'b=10.0.0.9'], says: /pools a and b share addresses/ },
  { name: 'no name', texts: ['10.0.0.0/24'], says: /is no pool; write NAME=RANGE/ },
  { name: 'no range', texts: ['a=home'], says: /"home" is not an IP address/ },
  { name: 'none', texts: [], says: /there is no pool/ },
]

for (const { name, texts, says } of pools)
  test(`pools: ${name}`, () => {
    const read = parsePools(texts)
    if (says === undefined) assert.ok(read.ok)
    else assert.match(read.ok ? '' : read.error, says)
  })
