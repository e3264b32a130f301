import { kindOf, owner, seen, wish } from './view.ts'
import { hold, part, testRows } from './plan-rows.ts'

/** Of the nodes: its rules let in whatever bears another group, for whoever has that. */
const nodes = kindOf('nodes', { pack: (parts) => parts, partRefs: ['From'] })
const balancer = kindOf('balancer', { refs: ['Group'] })
const kinds = [nodes, balancer]
const foreign = { kind: 'nodes', body: 'foreign' } as const
const rule = (more = {}) => part(['cluster'], { From: 'sg', ...more })
const held = seen('n', { ...foreign, owners: [], parts: { old: rule() } })
const user = (uid: string) =>
  seen(`of-${uid}`, {
    kind: 'balancer',
    id: `lb-${uid}`,
    owners: [owner(uid)],
    spec: { Name: `of-${uid}`, Group: 'sg' },
  })
const keeps = (uid: string) =>
  wish(`of-${uid}`, { kind: 'balancer', owners: [owner(uid)], spec: { Name: `of-${uid}`, Group: 'sg' } })
const wants = (key: string) => wish('n', { ...foreign, owners: [], parts: { [key]: rule() } })

testRows([
  {
    name: 'shared rules: one goes that nobody needs',
    view: { kinds, observed: [held] },
    plan: ['shrink nodes n -old'],
  },
  {
    name: 'shared rules: one stays while somebody who uses it is not known',
    view: { kinds, observed: [held, user('z')], states: { z: 'unknown' } },
    plan: [],
    orphans: ['of-z'],
  },
  {
    name: 'shared rules: one stays while one of several who use it builds what replaces it',
    view: {
      kinds,
      desired: [keeps('y'), keeps('z')],
      observed: [held, user('y'), user('z')],
      building: ({ uid }) => uid === 'z',
    },
    plan: ['keep (what replaces it is not in place yet) nodes n -old (what replaces it is not in place yet)'],
  },
  {
    name: 'shared rules: those who leave keep none',
    view: {
      kinds,
      observed: [held, user('z')],
      states: { z: 'leaving' },
      building: ({ uid }) => uid === 'z',
    },
    plan: ['delete balancer of-z', 'shrink nodes n -old'],
  },
  {
    name: 'shared rules: the wide one goes after the narrow one is in',
    view: { kinds, desired: [wants('new')], observed: [held] },
    plan: ['update nodes n +new', 'shrink nodes n -old [after update nodes n @s]'],
  },
  {
    name: 'shared rules: the wide one stays while the narrow one is refused',
    view: { kinds, desired: [wants('new')], observed: [held], parked: () => hold('refused') },
    plan: [
      'keep (what replaces it was refused or is not known yet) nodes n -old (what replaces it was refused or is not known yet)',
      'parked nodes n +new (refused)',
    ],
  },
  {
    name: 'shared rules: what is no such rule waits for nobody else',
    view: {
      kinds,
      desired: [wish('n', { ...foreign, owners: [], parts: { new: rule() } })],
      observed: [seen('n', { ...foreign, owners: [], parts: { mine: part(['b'], { Cidr: '10.0.0.0/8' }) } })],
    },
    plan: ['shrink nodes n -mine', 'update nodes n +new'],
  },
])
