import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planStack } from '../../src/plan/stack-plan.ts'
import { kindOf, seen, viewOf, wish, type ViewOptions } from './view.ts'

const kinds = [
  kindOf('port', { replace: 'swap', immutable: ['Number'] }),
  kindOf('zone', {
    interrupts: (_want, _seen, fields) => {
      const paths = fields.map(({ path }) => path).filter((path) => path === 'Address')
      return paths.length === 0 ? undefined : { paths, why: 'it leaves first' }
    },
  }),
]

const swap: ViewOptions = {
  kinds,
  desired: [wish('x', { kind: 'port', spec: { Number: 2 } })],
  observed: [seen('x', { kind: 'port', spec: { Number: 1 } })],
}
const inPlace: ViewOptions = {
  kinds,
  desired: [wish('x', { kind: 'zone', spec: { Address: 'b', Size: 2 } })],
  observed: [seen('x', { kind: 'zone', spec: { Address: 'a', Size: 1 } })],
}

const rows: readonly {
  readonly name: string
  readonly view: ViewOptions
  readonly leave: boolean
  /** Id, and what it waits for. */
  readonly steps: readonly string[]
}[] = [
  {
    name: 'what is swapped waits for leave',
    view: swap,
    leave: false,
    steps: ['swap out port x @s: LB_OUTAGE_NOT_ALLOWED', 'create port x @s: needs swap out port x @s'],
  },
  {
    name: 'and goes with it',
    view: swap,
    leave: true,
    steps: ['swap out port x @s: ready', 'create port x @s: needs swap out port x @s'],
  },
  {
    name: 'of an object that changes in place only the field that interrupts waits',
    view: inPlace,
    leave: false,
    steps: ['interrupt zone x @s: LB_OUTAGE_NOT_ALLOWED, needs update zone x @s', 'update zone x @s: ready'],
  },
  {
    name: 'with leave it comes after the others',
    view: inPlace,
    leave: true,
    steps: ['interrupt zone x @s: needs update zone x @s', 'update zone x @s: ready'],
  },
]

for (const { name, view, leave, steps } of rows)
  test(`leave: ${name}`, () => {
    const plan = planStack(viewOf({ ...view, leave: () => leave })).steps
    assert.deepEqual(
      plan.map(({ id, hold, needs }) => {
        const waits = [
          ...(hold === undefined ? [] : [hold.problem?.code ?? hold.for]),
          ...(needs.length === 0 ? [] : [`needs ${needs.join(', ')}`]),
        ]
        return `${id}: ${waits.length === 0 ? 'ready' : waits.join(', ')}`
      }),
      steps,
    )
    assert.ok(plan.some(({ outage }) => outage !== undefined))
  })

test('leave: who goes has none to give', () => {
  const { steps } = planStack(viewOf({ ...swap, leave: () => false, states: { a: 'leaving' } }))
  assert.equal(steps.find(({ outage }) => outage !== undefined)?.hold, undefined)
})
