import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orderSteps, readySteps } from '../../src/plan/order.ts'
import { underPolicy } from '../../src/plan/policy.ts'
import { ref, unknown } from '../../src/plan/resource.ts'
import { planStack } from '../../src/plan/stack-plan.ts'
import { group, part, shared, testRows } from './plan-rows.ts'
import { kindOf, owner, seen, viewOf, wish } from './view.ts'

const child = kindOf('child', { refs: ['Thing'] })
const parent = kindOf('parent', { absorbs: ['inner'] })
const inner = { kind: 'inner', within: { stack: 's', kind: 'parent', key: 'p' } } as const

testRows([
  { name: 'wanted and absent: create', view: { desired: [wish('x')] }, plan: ['create thing x'] },
  {
    name: 'wanted and as it should be: nothing',
    view: { desired: [wish('x')], observed: [seen('x')] },
    plan: [],
  },
  {
    name: 'a field differs: update',
    view: {
      desired: [wish('x', { spec: { Name: 'x', Size: 2 } })],
      observed: [seen('x', { spec: { Name: 'x', Size: 1 } })],
    },
    plan: ['update thing x'],
  },
  {
    name: 'a name is chosen once and kept',
    view: { desired: [wish('x')], observed: [seen('x', { spec: { Name: 'other' } })] },
    plan: [],
  },
  {
    name: 'what nobody ever named is not compared',
    view: { desired: [wish('x')], observed: [seen('x', { spec: { Name: 'x', Size: 1 } })] },
    plan: [],
  },
  {
    name: 'a forgotten field returns to its default',
    view: {
      kinds: [kindOf('thing', { defaults: { Size: 5 } })],
      desired: [wish('x', { forgotten: ['Size'] })],
      observed: [seen('x', { spec: { Name: 'x', Size: 1 } })],
    },
    plan: ['update thing x'],
  },
  {
    name: 'a forgotten field that is at its default: nothing',
    view: {
      kinds: [kindOf('thing', { defaults: { Size: 5 } })],
      desired: [wish('x', { forgotten: ['Size'] })],
      observed: [seen('x', { spec: { Name: 'x', Size: 5 } })],
    },
    plan: [],
  },
  {
    name: 'what cannot change in place waits and says so',
    view: {
      kinds: [kindOf('thing', { immutable: ['Size'] })],
      desired: [wish('x', { spec: { Name: 'x', Size: 2 } })],
      observed: [seen('x', { spec: { Name: 'x', Size: 1 } })],
    },
    plan: ['update thing x (Size cannot change in place)'],
  },
  { name: 'unwanted: delete', view: { observed: [seen('x')] }, plan: ['delete thing x'] },
  {
    name: 'unwanted, owner frozen: stays',
    view: { observed: [seen('x')], states: { a: 'frozen' } },
    plan: [],
  },
  {
    name: 'unwanted, owner not decided on: stays',
    view: { observed: [seen('x')], states: { a: 'pending' } },
    plan: [],
  },
  {
    name: 'unwanted, owner unknown: an orphan',
    view: { observed: [seen('x')], states: { a: 'unknown' } },
    plan: [],
    orphans: ['x'],
  },
  {
    name: 'unwanted, one of two owners unknown: stays, and is told',
    view: {
      observed: [seen('x', { owners: [owner('a'), owner('b')] })],
      states: { a: 'leaving', b: 'unknown' },
    },
    plan: [],
    orphans: ['x'],
  },
  {
    name: 'without an owner it is not ours to delete',
    view: { observed: [seen('x', { owners: [] })] },
    plan: [],
  },
  {
    name: 'deletes wait for lists that hold everything',
    view: { observed: [seen('x')], lists: { complete: true, settled: false } },
    plan: ['delete thing x (the lists of what exists are not complete yet)'],
  },
  {
    name: 'a create with a unique name does not wait for lists',
    view: { desired: [wish('x')], lists: { complete: false, settled: false } },
    plan: ['create thing x'],
  },
  {
    name: 'a create whose name could exist twice waits for lists',
    view: {
      kinds: [kindOf('thing', { nameIsUnique: false })],
      desired: [wish('x')],
      lists: { complete: false, settled: false },
    },
    plan: ['create thing x (the lists of what exists are not complete yet)'],
  },
  {
    name: 'nothing is made before the finalizer is written',
    view: { desired: [wish('x')], armed: () => false },
    plan: ['create thing x (the finalizer on shop/a is not written yet)'],
  },
  {
    name: 'in doubt: read before anything else',
    view: {
      desired: [wish('x', { spec: { Name: 'x', Size: 2 } })],
      observed: [seen('x', { state: 'doubt' })],
    },
    plan: [],
    reads: ['x'],
  },
  {
    name: 'unwanted and in doubt: read first',
    view: { observed: [seen('x', { state: 'doubt' })] },
    plan: [],
    reads: ['x'],
  },
  {
    name: 'listed and not trusted: read first',
    view: { desired: [wish('x')], observed: [seen('x', { depth: 'listed' })] },
    plan: [],
    reads: ['x'],
  },
  {
    name: 'listed and trusted: unread fields are as they were accepted',
    view: {
      desired: [wish('x', { spec: { Name: 'x', Size: 2 } })],
      observed: [seen('x', { depth: 'listed' })],
      trusted: () => true,
    },
    plan: [],
  },
  {
    name: 'listed and trusted, and the list shows it otherwise: update',
    view: {
      desired: [wish('x', { spec: { Name: 'x', Size: 2 } })],
      observed: [seen('x', { depth: 'listed', spec: { Name: 'x', Size: 1 } })],
      trusted: () => true,
    },
    plan: ['update thing x'],
  },
  {
    name: 'parts that were never read: read first',
    view: { desired: [wish('x', { parts: { p: part(['a']) } })], observed: [seen('x')], trusted: () => true },
    plan: [],
    reads: ['x'],
  },
  {
    name: 'failed: repair',
    view: { desired: [wish('x')], observed: [seen('x', { state: 'failed' })] },
    plan: ['repair thing x'],
  },
  {
    name: 'failed, and the kind knows no repair: said, and left',
    view: {
      kinds: [{ ...kindOf('thing'), repair: undefined as never }],
      desired: [wish('x')],
      observed: [seen('x', { state: 'failed' })],
    },
    plan: ['repair thing x (thing x failed in the cloud)'],
  },
  {
    name: 'busy: waits',
    view: {
      desired: [wish('x', { spec: { Name: 'x', Size: 2 } })],
      observed: [seen('x', { state: 'busy', spec: { Name: 'x', Size: 1 } })],
    },
    plan: ['update thing x (thing x is busy)'],
  },
  {
    name: 'under a locked root nothing is written while that is busy',
    view: {
      kinds: [kindOf('parent'), kindOf('inner', { lock: 'root' })],
      desired: [wish('p', { kind: 'parent' }), wish('i', inner)],
      observed: [seen('p', { kind: 'parent', state: 'busy' })],
    },
    plan: ['create inner i (parent p is busy)'],
  },
  {
    name: 'two objects with one identity: the ready one with the smaller id stays',
    view: {
      desired: [wish('x')],
      observed: [
        seen('x', { id: 'id-2' }),
        seen('x', { id: 'id-1' }),
        seen('x', { id: 'id-0', state: 'failed' }),
      ],
    },
    plan: ['delete id-0 beside thing x', 'delete id-2 beside thing x'],
  },
  {
    name: 'created before what refers to it',
    view: {
      kinds: [child],
      desired: [
        wish('c', { kind: 'child', spec: { Thing: ref({ stack: 's', kind: 'thing', key: 'x' }, 'arn') } }),
        wish('x'),
      ],
    },
    plan: ['create thing x', 'create child c [after create thing x @s]'],
  },
  {
    name: 'a ref to what nobody makes: waits',
    view: {
      kinds: [child],
      desired: [
        wish('c', { kind: 'child', spec: { Thing: ref({ stack: 's', kind: 'thing', key: 'x' }, 'arn') } }),
      ],
    },
    plan: ['create child c (thing x does not exist yet)'],
  },
  {
    name: 'deleted after what refers to it',
    view: { kinds: [child], observed: [seen('x'), seen('c', { kind: 'child', spec: { Thing: 'id-x' } })] },
    plan: ['delete child c', 'delete thing x [after delete child c @s]'],
  },
  {
    name: 'still referred to by what stays: waits',
    view: {
      kinds: [child],
      desired: [wish('c', { kind: 'child', spec: {} })],
      observed: [seen('x'), seen('c', { kind: 'child', spec: { Thing: 'id-x' } })],
    },
    plan: ['delete thing x (child c still refers to thing x)'],
  },
  {
    name: 'what an object absorbs goes with it in one call',
    view: {
      kinds: [parent, kindOf('inner')],
      observed: [seen('p', { kind: 'parent' }), seen('i', inner)],
    },
    plan: ['delete parent p'],
  },
  {
    name: 'within an object that was only listed absence proves nothing',
    view: {
      kinds: [parent, kindOf('inner')],
      desired: [wish('p', { kind: 'parent' }), wish('i', inner)],
      observed: [seen('p', { kind: 'parent', depth: 'listed' })],
      trusted: () => true,
    },
    plan: [],
  },
  {
    name: 'and is looked at when the wish is not the accepted one',
    view: {
      kinds: [parent, kindOf('inner')],
      desired: [wish('i', inner)],
      observed: [seen('p', { kind: 'parent', depth: 'listed', owners: [owner('z')] })],
      states: { z: 'frozen' },
    },
    plan: [],
    reads: ['p'],
  },
  {
    name: 'an owner that stays loses nothing before what it builds is there',
    view: { desired: [wish('new')], observed: [seen('old')] },
    plan: ['create thing new', 'delete thing old [after create thing new @s]'],
  },
  {
    name: 'an owner that leaves waits for nobody',
    view: {
      desired: [wish('new', { owners: [owner('b')] })],
      observed: [seen('old')],
      states: { a: 'leaving' },
    },
    plan: ['create thing new', 'delete thing old'],
  },
  {
    name: 'what it builds in other stacks counts too',
    view: { observed: [seen('old')], building: () => true },
    plan: ['delete thing old (what replaces it is not in place yet)'],
  },
  {
    name: 'an unknown value is not sent',
    view: { desired: [wish('x', { spec: { Name: unknown('the VPC') } })] },
    plan: ['create thing x (not known yet: the VPC)'],
  },
  {
    name: 'offline an unknown value holds nothing up',
    view: { desired: [wish('x', { spec: { Name: unknown('the VPC') } })], offline: true },
    plan: ['create thing x'],
  },
  {
    name: 'a shared object that nobody looked at yet is looked for',
    view: { kinds: [group], desired: [wish('g', { ...shared, parts: { n: part(['a']) } })] },
    plan: ['update group g +n'],
    reads: ['g'],
  },
])

test('plan: only steps without needs and hold are ready, and a policy holds them all', () => {
  const { steps } = planStack(viewOf({ desired: [wish('new')], observed: [seen('old')] }))
  assert.deepEqual(
    readySteps(steps).map((step) => step.id),
    ['create thing new @s'],
  )
  assert.deepEqual(readySteps(underPolicy('plan-only', steps)), [])
  assert.equal(underPolicy('sync', steps), steps)
})

test('plan: a circle is shown rather than waited for', () => {
  const { steps } = planStack(viewOf({ desired: [wish('x'), wish('y')] }))
  const [x, y] = steps
  assert.ok(x !== undefined && y !== undefined)
  const circle = [
    { ...x, needs: [y.id] },
    { ...y, needs: [x.id] },
  ]
  assert.deepEqual(
    orderSteps(circle).map((step) => step.id),
    [x.id, y.id],
  )
})
