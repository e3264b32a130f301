import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as v from 'valibot'
import { checked } from '../../src/cli/facts-file.ts'

const schema = v.strictObject({
  id: v.optional(v.string()),
  free: v.optional(v.number()),
  public: v.optional(v.boolean()),
  subnets: v.optional(v.array(v.string())),
  network: v.optional(v.strictObject({})),
})

const rows = [
  { given: { id: 1 }, accepted: 'a text' },
  { given: { free: '8' }, accepted: 'a number' },
  { given: { public: 'yes' }, accepted: 'true or false' },
  { given: { subnets: {} }, accepted: 'a list' },
  { given: { network: 'vpc-1' }, accepted: 'a map' },
] as const

for (const { given, accepted } of rows)
  test(`facts: ${JSON.stringify(given)} is told that ${accepted} is accepted`, () => {
    const [problem] = checked(schema, given, 'toy').problems
    assert.deepEqual([problem?.path, problem?.accepted], [`toy.${Object.keys(given)[0]}`, accepted])
  })
