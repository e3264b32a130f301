import assert from 'node:assert/strict'
import { test } from 'node:test'
import { meanwhileListener } from '../../../providers/aws/kinds/meanwhile.ts'
import type { Json, JsonObject } from '../../../src/lib/json.ts'
import { ref, type Ref, type Resource } from '../../../src/plan/resource.ts'

const stack = 'a'
const arn = (key: string): JsonObject => ref({ stack, kind: 'target-group', key }, 'arn')
const group = (key: string): Resource => ({
  stack,
  kind: 'target-group',
  key,
  owners: [],
  spec: { VpcId: 'vpc-1', ...(key.includes('ipv6') ? { IpAddressType: 'ipv6' } : {}) },
})
const find = ({ key }: Ref): Resource => group(key)

const one = (key: string, Protocol = 'TCP'): JsonObject => ({ Protocol, TargetGroupArn: arn(key) })
const several = (weights: Readonly<Record<string, number>>, sticky?: Json): JsonObject => ({
  Protocol: 'TCP',
  DefaultActions: [
    {
      Type: 'forward',
      ForwardConfig: {
        TargetGroups: Object.entries(weights).map(([key, Weight]) => ({ TargetGroupArn: arn(key), Weight })),
        ...(sticky === undefined ? {} : { TargetGroupStickinessConfig: sticky }),
      },
    },
  ],
})
const sticks: Json = { Enabled: true, DurationSeconds: 60 }

const rows: readonly { name: string; before: JsonObject; now: JsonObject; leads?: JsonObject }[] = [
  {
    name: 'the old one as before, the new one beside it',
    before: one('old'),
    now: one('new'),
    leads: several({ old: 1, new: 0 }),
  },
  { name: 'the same group', before: one('old'), now: one('old') },
  { name: 'the listener changes its own protocol', before: one('old'), now: one('new', 'TLS') },
  {
    name: 'shares: each as before, with how clients stick to them',
    before: several({ old: 9, canary: 1 }, sticks),
    now: several({ new: 5, canary: 5 }),
    leads: several({ old: 9, canary: 1, new: 0 }, sticks),
  },
  { name: 'other shares of the same groups', before: several({ a: 9, b: 1 }), now: several({ a: 5, b: 5 }) },
  {
    name: 'more than five',
    before: several({ a: 1, b: 1, c: 1 }),
    now: several({ d: 1, e: 1, f: 1 }),
  },
  { name: 'two families', before: one('old'), now: one('ipv6') },
]

const listener = (spec: JsonObject): Resource => ({ stack, kind: 'listener', key: '80', owners: [], spec })

for (const { name, before, now, leads } of rows)
  test(`aws: a listener whose target group is replaced: ${name}`, () => {
    assert.deepEqual(meanwhileListener(listener(now), listener(before), find)?.spec, leads)
  })
