import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../../src/lib/json.ts'
import { orderSteps } from '../../src/plan/order.ts'
import type { Part } from '../../src/plan/resource.ts'
import { planStack } from '../../src/plan/stack-plan.ts'
import { kindOf, owner, viewOf, type ViewOptions } from './view.ts'

export interface Row {
  readonly name: string
  readonly view: ViewOptions
  /** `verb kind key`, what waits with its reason, in the order in which it could be done. */
  readonly plan: readonly string[]
  readonly reads?: readonly string[]
  readonly orphans?: readonly string[]
}

export const part = (
  uids: readonly string[],
  spec: Record<string, Json> = { P: 1 },
  more: Partial<Part> = {},
): Part => ({
  spec,
  owners: uids.map(owner),
  ...more,
})
export const group = kindOf('group', { pack: (parts) => parts })
export const shared = { kind: 'group', body: 'foreign' } as const
export const hold = (why: string) => ({ for: why, recheckMs: 1 })

const marks = { add: '+', change: '~', remove: '-' } as const

function shown(view: ViewOptions): readonly string[] {
  return orderSteps(planStack(viewOf(view)).steps).map((step) => {
    const parts = (step.parts ?? []).map((one) => ` ${marks[one.action]}${one.key}`).join('')
    const needs = step.needs.length === 0 ? '' : ` [after ${step.needs.join(', ')}]`
    const waits = step.hold === undefined ? '' : ` (${step.hold.for})`
    return step.id.replace(/ @s$/, '') + (step.action === 'create' ? '' : parts) + needs + waits
  })
}

/** One test for each row. */
export function testRows(rows: readonly Row[]): void {
  for (const row of rows)
    test(`plan: ${row.name}`, () => {
      const { reads, orphans } = planStack(viewOf(row.view))
      assert.deepEqual(shown(row.view), row.plan)
      assert.deepEqual(
        reads.map((read) => ('seen' in read ? read.seen.key : read.want.key)),
        row.reads ?? [],
      )
      assert.deepEqual(
        orphans.map((object) => object.key),
        row.orphans ?? [],
      )
    })
}
