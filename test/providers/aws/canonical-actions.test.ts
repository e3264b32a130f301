import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalActions } from '../../../providers/aws/kinds/canonical-actions.ts'
import type { JsonObject } from '../../../src/lib/json.ts'

const forward = (ForwardConfig: JsonObject): JsonObject => ({
  Port: 80,
  TargetGroupArn: 'first',
  DefaultActions: [{ Type: 'forward', Order: 1, ForwardConfig }],
})
const off = { TargetGroupStickinessConfig: { Enabled: false } }
const on = { TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 } }

const rows: readonly { readonly name: string; readonly from: JsonObject; readonly to: JsonObject }[] = [
  { name: 'no actions', from: { Port: 80, TargetGroupArn: 'a' }, to: { Port: 80, TargetGroupArn: 'a' } },
  {
    name: 'one target group',
    from: forward({ TargetGroups: [{ TargetGroupArn: 'a', Weight: 1 }], ...off }),
    to: { Port: 80, TargetGroupArn: 'a' },
  },
  {
    name: 'one with stickiness',
    from: forward({ TargetGroups: [{ TargetGroupArn: 'a' }], ...on }),
    to: {
      Port: 80,
      DefaultActions: [
        { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: 'a', Weight: 1 }], ...on } },
      ],
    },
  },
  {
    name: 'two, of which the first is not the one',
    from: forward({ TargetGroups: [{ TargetGroupArn: 'a', Weight: 0 }, { TargetGroupArn: 'b' }], ...off }),
    to: {
      Port: 80,
      DefaultActions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: 'a', Weight: 0 },
              { TargetGroupArn: 'b', Weight: 1 },
            ],
          },
        },
      ],
    },
  },
]

for (const { name, from, to } of rows)
  test(`aws: where a listener leads: ${name}`, () => {
    assert.deepEqual(canonicalActions(from), to)
    assert.deepEqual(canonicalActions(to), to)
  })
