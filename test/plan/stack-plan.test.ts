import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../../src/lib/json.ts'
import { orderSteps, readySteps } from '../../src/plan/order.ts'
import { underPolicy } from '../../src/plan/policy.ts'
import { ref, unknown, type Part } from '../../src/plan/resource.ts'
import { planStack } from '../../src/plan/stack-plan.ts'
import { kindOf, owner, seen, viewOf, wish, type ViewOptions } from './view.ts'

interface Row {
  readonly name: string
  readonly view: ViewOptions
  /** `verb kind key`, what waits with its reason, in the order in which it could be done. */
  readonly plan: readonly string[]
  readonly reads?: readonly string[]
  readonly orphans?: readonly string[]
}

const part = (
  uids: readonly string[],
  spec: Record<string, Json> = { P: 1 },
  more: Partial<Part> = {},
): Part => ({
  spec,
  owners: uids.map(owner),
  ...more,
})
const group = kindOf('group', { pack: (parts) => parts })
const shared = { kind: 'group', body: 'foreign' } as const
const child = kindOf('child', { refs: ['Thing'] })
const parent = kindOf('parent', { absorbs: ['inner'] })
const inner = { kind: 'inner', within: { stack: 's', kind: 'parent', key: 'p' } } as const
const hold = (why: string) => ({ for: why, recheckMs: 1 })

const rows: readonly Row[] = [
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
    plan: ['delete thing x (child c still refers to it)'],
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
    name: 'parts: add before remove, of one owner',
    view: {
      kinds: [group],
      desired: [wish('g', { ...shared, parts: { n: part(['a']) } })],
      observed: [seen('g', { ...shared, parts: { o: part(['a']) } })],
    },
    plan: ['update group g +n', 'shrink group g -o [after update group g @s]'],
  },
  {
    name: 'parts: one owner removes while another one adds',
    view: {
      kinds: [group],
      desired: [wish('g', { ...shared, parts: { n: part(['b']) } })],
      observed: [seen('g', { ...shared, parts: { o: part(['a']) } })],
    },
    plan: ['shrink group g -o', 'update group g +n'],
  },
  {
    name: 'parts: rules go after the listeners were switched elsewhere',
    view: {
      kinds: [group],
      desired: [wish('g', { ...shared, parts: {} })],
      observed: [seen('g', { ...shared, parts: { o: part(['a']) } })],
      building: () => true,
    },
    plan: ['keep (what replaces it is not in place yet) group g -o (what replaces it is not in place yet)'],
  },
  {
    name: 'parts: targets follow their nodes whatever else is built',
    view: {
      desired: [wish('x', { parts: {} })],
      observed: [seen('x', { parts: { o: part(['a'], { P: 1 }, { path: 'node/n1' }) } })],
      building: () => true,
    },
    plan: ['shrink thing x -o'],
  },
  {
    name: 'parts: foreign ones fulfil a wish and are never changed or removed',
    view: {
      kinds: [group],
      desired: [wish('g', { ...shared, parts: { n: part(['a'], { P: 2 }) } })],
      observed: [
        seen('g', {
          ...shared,
          parts: { n: part([], { P: 1 }, { foreign: true }), o: part([], {}, { foreign: true }) },
        }),
      ],
    },
    plan: [],
  },
  {
    name: 'parts: of an owner that may not be judged stay',
    view: {
      kinds: [group],
      observed: [seen('g', { ...shared, parts: { o: part(['a']) } })],
      states: { a: 'unknown' },
    },
    plan: [],
  },
  {
    name: 'parts: nothing shared goes while a Service was not looked at yet',
    view: {
      kinds: [group],
      observed: [seen('g', { ...shared, parts: { o: part(['a']) } })],
      undecided: true,
    },
    plan: ['keep (some Services were not looked at yet) group g -o (some Services were not looked at yet)'],
  },
  {
    name: 'parts: one that leaves passes them to one that cannot be read',
    view: {
      kinds: [group],
      observed: [seen('g', { ...shared, parts: { o: part(['a']) } })],
      states: { a: 'leaving', z: 'frozen' },
      frozen: [owner('z')],
    },
    plan: ['update group g ~o'],
  },
  {
    name: 'parts: narrowing narrows, though another one cannot be read',
    view: {
      kinds: [group],
      observed: [seen('g', { ...shared, parts: { o: part(['a']) } })],
      states: { z: 'frozen' },
      frozen: [owner('z')],
    },
    plan: ['shrink group g -o'],
  },
  {
    name: 'parts: who leaves is struck from what others need',
    view: {
      kinds: [group],
      desired: [wish('g', { ...shared, owners: [owner('b')], parts: { n: part(['b']) } })],
      observed: [seen('g', { ...shared, parts: { n: part(['a']) } })],
      states: { a: 'leaving' },
    },
    plan: ['update group g ~n'],
  },
  {
    name: 'parts: refused ones stand apart, the others go on, and the owner keeps what it had',
    view: {
      kinds: [group],
      desired: [wish('g', { ...shared, parts: { n: part(['a']), m: part(['b']) } })],
      observed: [seen('g', { ...shared, parts: { o: part(['a']), p: part(['b']) } })],
      parked: (_at, owners) => (owners.every(({ uid }) => uid === 'a') ? hold('refused') : undefined),
    },
    plan: [
      'keep (what replaces it was refused or is not known yet) group g -o (what replaces it was refused or is not known yet)',
      'parked group g +n (refused)',
      'update group g +m',
      'shrink group g -p [after update group g @s]',
    ],
  },
  {
    name: 'parts: a refused field keeps no part waiting',
    view: {
      desired: [wish('x', { spec: { Size: 2 }, parts: { n: part(['a']) } })],
      observed: [seen('x', { spec: { Size: 1 }, parts: {} })],
      parked: (_at, _owners, { fields = [] }) => (fields.length > 0 ? hold('refused') : undefined),
    },
    plan: ['refused thing x (refused)', 'update thing x +n'],
  },
  {
    name: 'parts: one that points at what is not there yet stays as it is and says what it waits for',
    view: {
      kinds: [group],
      desired: [
        wish('g', {
          ...shared,
          parts: { n: part(['a'], { To: ref({ stack: 's', kind: 'thing', key: 'x' }, 'arn') }) },
        }),
      ],
      observed: [seen('g', { ...shared, parts: { o: part(['a']) } })],
    },
    plan: [
      'await group g +n (thing x does not exist yet)',
      'keep (what replaces it was refused or is not known yet) group g -o (what replaces it was refused or is not known yet)',
    ],
  },
  {
    name: 'parts: the oldest Service comes first',
    view: {
      kinds: [group],
      desired: [wish('g', { ...shared, parts: { z: part(['old']), b: part(['new']), a: part(['old']) } })],
      observed: [seen('g', { ...shared, parts: {} })],
    },
    plan: ['update group g +a +z +b'],
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
]

const marks = { add: '+', change: '~', remove: '-' } as const

function shown(view: ViewOptions): readonly string[] {
  return orderSteps(planStack(viewOf(view)).steps).map((step) => {
    const parts = (step.parts ?? []).map((one) => ` ${marks[one.action]}${one.key}`).join('')
    const needs = step.needs.length === 0 ? '' : ` [after ${step.needs.join(', ')}]`
    const waits = step.hold === undefined ? '' : ` (${step.hold.for})`
    return step.id.replace(/ @s$/, '') + (step.action === 'create' ? '' : parts) + needs + waits
  })
}

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
