import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from '../fuzz/fuzz.ts'
import { fuzzTogether } from '../fuzz/together.ts'
import { keysOfClouds } from '../keys/keys.ts'

const services = 100_000
/** One for the gate, which a day of the year must not close; FUZZ_SEED looks elsewhere, as one should now and then. */
const seed = Number(process.env['FUZZ_SEED'] ?? 2_077_900_000)

for (const cloud of keysOfClouds) {
  test(`${cloud.blueprint.name}: ${services} Services with anything on them keep all laws (FUZZ_SEED=${seed})`, () => {
    const { planned, broken } = fuzz(cloud, services, seed)
    assert.deepEqual(broken, [])
    assert.ok(planned * 2 >= services, `only ${planned} of ${services} Services had a plan`)
  })

  test(`${cloud.blueprint.name}: Services that share objects are one plan in any order (FUZZ_SEED=${seed})`, () => {
    assert.deepEqual(fuzzTogether(cloud, 2_000, seed), [])
  })
}
