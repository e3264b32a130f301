import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keysOfClouds } from '../keys/keys.ts'
import { fuzz } from './fuzz.ts'
import { fuzzTogether } from './together.ts'

const seed = Number(process.env['FUZZ_SEED'] ?? 1)

for (const cloud of keysOfClouds) {
  test(`${cloud.blueprint.name}: 2,000 Services with anything on them keep all laws (seed ${seed})`, () => {
    const { planned, services, broken } = fuzz(cloud, 2_000, seed)
    assert.deepEqual(broken, [])
    assert.ok(planned * 2 >= services, `only ${planned} of ${services} Services had a plan`)
  })

  test(`${cloud.blueprint.name}: Services that share objects are one plan in any order (seed ${seed})`, () => {
    assert.deepEqual(fuzzTogether(cloud, 60, seed), [])
  })
}
