import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenStackConfig } from '../../../providers/openstack/config.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import { type Asked, at, facts, L, planOf } from './world.ts'

export interface Bad {
  readonly name: string
  readonly asked: Asked
  readonly config?: Partial<OpenStackConfig>
  readonly facts?: JsonObject
  /** `severity CODE path = value`. */
  readonly said: readonly string[]
  /** Of the first problem: part of what is accepted, or of the hint. */
  readonly helps: RegExp
}

export const annotated = (
  annotations: Readonly<Record<string, string>>,
  spec: Asked['spec'] = {},
): Asked => ({
  annotations,
  spec,
})
export const one = (key: string, value: string): Asked =>
  annotated({ [key.includes('/') ? key : `${L}${key}`]: value })
export const error = (code: string, key: string, value: string): string[] => [
  `error ${code} ${at(key.includes('/') ? key : `${L}${key}`)} = ${value}`,
]
export const ovn = { lbProvider: 'ovn' }
export const old = (version: string): JsonObject => ({ ...facts, octavia: { ...facts.octavia, version } })

/** Each row is planned, and has to say just this; what it says has to help. */
export function refuse(rows: readonly Bad[]): void {
  for (const { name, asked, config, facts: given, said, helps } of rows)
    test(`bad input: ${name}`, () => {
      const { plan, problems } = planOf([asked], given === undefined ? {} : { facts: given }, config)
      assert.deepEqual(
        problems.map(({ severity, code, path, value }) => `${severity} ${code} ${path} = ${value}`),
        said,
      )
      const [first] = problems
      assert.match(`${first?.message} ${first?.accepted} ${first?.hint}`, helps)
      if (said.some((line) => line.startsWith('error'))) assert.deepEqual(plan.steps, [])
      else assert.notDeepEqual(plan.steps, [])
    })
}
