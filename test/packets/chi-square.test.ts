import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chanceOfUniform } from './chi-square.ts'

// Critical values of the chi-square distribution, from printed tables: degrees of freedom, statistic, chance.
const printed = [
  [1, 3.841, 0.05],
  [2, 5.991, 0.05],
  [2, 13.816, 0.001],
  [4, 18.467, 0.001],
  [6, 22.458, 0.001],
  [6, 12.592, 0.05],
] as const

/** Counts with that statistic: one is above and another below what is expected, the rest just so. */
function countsWith(freedom: number, statistic: number): readonly number[] {
  const expected = 10_000
  const off = Math.sqrt((statistic * expected) / 2)
  return [expected + off, expected - off, ...Array.from({ length: freedom - 1 }, () => expected)]
}

for (const [freedom, statistic, chance] of printed)
  test(`chi-square ${statistic} with ${freedom} degrees of freedom`, () => {
    assert.ok(Math.abs(chanceOfUniform(countsWith(freedom, statistic)) - chance) < chance / 500)
  })

test('even counts are certain, a missing endpoint is out of the question', () => {
  assert.equal(chanceOfUniform([5, 5, 5]), 1)
  assert.ok(chanceOfUniform([500, 500, 0]) < 1e-12)
})
