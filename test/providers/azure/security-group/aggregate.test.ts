import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aggregated } from '../../../../providers/azure/security-group/aggregate.ts'
import { contains, parseAddress, parseCidr } from '../../../../src/lib/ip.ts'

const rows: readonly { name: string; ranges: readonly string[]; becomes: readonly string[] }[] = [
  { name: 'nothing stays nothing', ranges: [], becomes: [] },
  { name: 'a range within another goes', ranges: ['10.1.0.0/16', '10.0.0.0/8'], becomes: ['10.0.0.0/8'] },
  { name: 'the same twice is one', ranges: ['10.0.0.0/8', '10.0.0.0/8'], becomes: ['10.0.0.0/8'] },
  { name: 'two halves are the whole', ranges: ['10.0.1.0/24', '10.0.0.0/24'], becomes: ['10.0.0.0/23'] },
  {
    name: 'neighbours that are no halves of one range stay two',
    ranges: ['10.0.1.0/24', '10.0.2.0/24'],
    becomes: ['10.0.1.0/24', '10.0.2.0/24'],
  },
  {
    name: 'halves of halves',
    ranges: ['10.0.0.0/26', '10.0.0.64/26', '10.0.0.128/25'],
    becomes: ['10.0.0.0/24'],
  },
  { name: 'everything, in two halves', ranges: ['128.0.0.0/1', '0.0.0.0/1'], becomes: ['0.0.0.0/0'] },
  { name: 'two addresses', ranges: ['192.0.2.1/32', '192.0.2.0/32'], becomes: ['192.0.2.0/31'] },
  {
    name: 'IPv6 likewise',
    ranges: ['2001:db8:0:1::/64', '2001:db8::/64', '2001:db8::1/128'],
    becomes: ['2001:db8::/63'],
  },
  { name: 'sorted as text', ranges: ['9.0.0.0/8', '100.0.0.0/8'], becomes: ['100.0.0.0/8', '9.0.0.0/8'] },
]

for (const { name, ranges, becomes } of rows)
  test(`aggregated ranges: ${name}`, () => {
    assert.deepEqual(aggregated(ranges), becomes)
    assert.deepEqual(aggregated(ranges.toReversed()), becomes, 'whatever the order')
  })

test('aggregated ranges hold the same addresses, neither more nor fewer', () => {
  let state = 7
  const random = (below: number): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) % below
  const everyAddress = Array.from({ length: 64 }, (_, at) => `10.0.0.${at}`)
  const cover = (ranges: readonly string[]): readonly string[] =>
    everyAddress.filter((text) =>
      ranges.some((range) => {
        const [outer, inner] = [parseCidr(range), parseAddress(text)]
        return outer.ok && inner.ok && contains(outer.value, inner.value)
      }),
    )
  for (let round = 0; round < 300; round++) {
    const ranges = Array.from({ length: 1 + random(6) }, () => {
      const prefix = 26 + random(7)
      const size = 2 ** (32 - prefix)
      return `10.0.0.${Math.floor(random(64) / size) * size}/${prefix}`
    })
    assert.deepEqual(cover(aggregated(ranges)), cover(ranges), ranges.join(' '))
  }
})
