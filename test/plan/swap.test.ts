import { testRows } from './plan-rows.ts'
import { kindOf, owner, seen, wish } from './view.ts'

const kinds = [kindOf('ip', { immutable: ['Zone'], replace: 'swap' })]
const want = wish('x', { kind: 'ip', spec: { Name: 'x', Zone: '2' } })
const held = (...uids: readonly string[]) =>
  seen('x', { kind: 'ip', spec: { Name: 'x', Zone: '1' }, owners: uids.map(owner) })

testRows([
  {
    name: 'swap: one of its own goes and is made anew',
    view: { kinds, desired: [want], observed: [held('a')] },
    plan: ['swap out ip x', 'create ip x [after swap out ip x @s]'],
  },
  {
    name: 'swap: what another owner no longer asks for goes too',
    view: { kinds, desired: [want], observed: [held('a', 'b')] },
    plan: ['swap out ip x', 'create ip x [after swap out ip x @s]'],
  },
  {
    name: 'swap: what another owner may still need waits for him',
    view: { kinds, desired: [want], observed: [held('a', 'b')], states: { b: 'unknown' } },
    plan: [
      'swap out ip x (shop/b may still need the one that is there)',
      'create ip x [after swap out ip x @s]',
    ],
  },
])
