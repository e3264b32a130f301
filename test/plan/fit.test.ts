import { hold, testRows } from './plan-rows.ts'
import { kindOf, seen, wish } from './view.ts'

const back = kindOf('back', {
  suits: {
    field: 'For',
    fits: (value, { Of }) => value === 'any' || value === Of,
  },
})
const rule = kindOf('rule', { refs: ['To'], immutable: ['Of'], replace: 'swap' })
const kinds = [back, rule]

const wantBack = (of: string) => wish('b', { kind: 'back', spec: { Name: 'b', For: of } })
const hasBack = (of: string) => seen('b', { kind: 'back', spec: { Name: 'b', For: of } })
const spec = (key: string, of: string) => ({ Name: key, Of: of, To: 'id-b' })
const wantRule = (key: string, of: string) => wish(key, { kind: 'rule', spec: spec(key, of) })
const hasRule = (key: string, of: string) => seen(key, { kind: 'rule', spec: spec(key, of) })

testRows([
  {
    name: 'fit: what suits only the new value is made after the change',
    view: {
      kinds,
      desired: [wantBack('any'), wantRule('t', 'tcp'), wantRule('u', 'udp')],
      observed: [hasBack('tcp'), hasRule('t', 'tcp')],
    },
    plan: ['update back b', 'create rule u [after update back b @s]'],
  },
  {
    name: 'fit: what suits only the old value goes before the change',
    view: {
      kinds,
      desired: [wantBack('tcp'), wantRule('t', 'tcp')],
      observed: [hasBack('any'), hasRule('t', 'tcp'), hasRule('u', 'udp')],
    },
    plan: ['delete rule u', 'update back b [after delete rule u @s]'],
  },
  {
    name: 'fit: a swap stands around the change',
    view: {
      kinds,
      desired: [wantBack('udp'), wantRule('r', 'udp')],
      observed: [hasBack('tcp'), hasRule('r', 'tcp')],
    },
    plan: [
      'swap out rule r',
      'update back b [after swap out rule r @s]',
      'create rule r [after swap out rule r @s, update back b @s]',
    ],
  },
  {
    name: 'fit: what goes before the change does not wait for what comes after it',
    view: {
      kinds,
      desired: [wantBack('udp'), wantRule('u', 'udp')],
      observed: [hasBack('tcp'), hasRule('t', 'tcp')],
    },
    plan: [
      'delete rule t',
      'update back b [after delete rule t @s]',
      'create rule u [after update back b @s]',
    ],
  },
  {
    name: 'fit: what suits both values waits for no change',
    view: {
      kinds,
      desired: [wantBack('tcp'), wantRule('r', 'tcp')],
      observed: [hasBack('any'), hasRule('r', 'all')],
    },
    plan: [
      'swap out rule r',
      'create rule r [after swap out rule r @s]',
      'update back b [after swap out rule r @s]',
    ],
  },
  {
    name: 'fit: nothing goes for a change that was refused',
    view: {
      kinds,
      desired: [wantBack('udp'), wantRule('r', 'udp')],
      observed: [hasBack('tcp'), hasRule('r', 'tcp')],
      parked: ({ kind }) => (kind === 'back' ? hold('refused before') : undefined),
    },
    plan: [
      'swap out rule r (refused before)',
      'refused back b [after swap out rule r @s] (refused before)',
      'create rule r [after swap out rule r @s, refused back b @s]',
    ],
  },
  {
    name: 'fit: a field that nothing has to suit orders nothing',
    view: {
      kinds: [kindOf('back'), rule],
      desired: [wantBack('any'), wantRule('u', 'udp')],
      observed: [hasBack('tcp')],
    },
    plan: ['create rule u', 'update back b'],
  },
])
