import type { Owner } from '../../src/plan/resource.ts'
import { part, testRows } from './plan-rows.ts'
import { kindOf, owner, seen, wish } from './view.ts'

/** Several Services have it in common; what lives in it is each one's own. */
const balancer = kindOf('balancer', { absorbs: ['listener'] })
const kinds = [balancer, kindOf('listener')]
const group: Owner = { uid: 'group/edge', name: 'group edge' }
const common = seen('edge', { kind: 'balancer', id: 'lb', owners: [group] })
const within = { stack: 's', kind: 'balancer', key: 'edge' }
const listenerOf = (uid: string) =>
  seen(`of-${uid}`, { kind: 'listener', id: `listener-${uid}`, owners: [owner(uid)], within })

testRows([
  {
    name: 'shared objects: one that nothing lives in goes',
    view: { kinds, observed: [common] },
    plan: ['delete balancer edge'],
  },
  {
    name: 'shared objects: what lives in it is looked up before it goes',
    view: { kinds, observed: [{ ...common, depth: 'listed' }] },
    plan: [],
    reads: ['edge'],
  },
  {
    name: 'shared objects: one stays while somebody unknown has a listener in it',
    view: { kinds, observed: [common, listenerOf('z')], states: { z: 'unknown' } },
    plan: [],
    orphans: ['of-z'],
  },
  {
    name: 'shared objects: one goes with the listeners of those who leave',
    view: { kinds, observed: [common, listenerOf('z')], states: { z: 'leaving' } },
    plan: ['delete balancer edge'],
  },
  {
    name: 'shared objects: one stays while one of two listeners is not to go',
    view: {
      kinds,
      observed: [common, listenerOf('y'), listenerOf('z')],
      states: { y: 'leaving', z: 'unknown' },
    },
    plan: ['delete listener of-y'],
    orphans: ['of-z'],
  },
  {
    name: "one Service's own goes with whatever is in it, unread",
    view: {
      kinds,
      observed: [{ ...common, owners: [owner('a')], depth: 'listed' }],
      states: { a: 'leaving' },
    },
    plan: ['delete balancer edge'],
  },
  {
    name: 'parts: what nobody named is not compared, however deep it stands',
    view: {
      desired: [wish('x', { parts: { n: part(['a'], { P: { Q: 1 } }) } })],
      observed: [seen('x', { parts: { n: part(['a'], { P: { Q: 1, R: 2 }, S: 3 }) } })],
    },
    plan: [],
  },
  {
    name: 'parts: what was named is compared, however deep it stands',
    view: {
      desired: [wish('x', { parts: { n: part(['a'], { P: { Q: 1 } }), m: part(['a'], { P: { Q: 1 } }) } })],
      observed: [
        seen('x', { parts: { n: part(['a'], { P: { Q: 2, R: 2 } }), m: part(['a'], { P: 'text' }) } }),
      ],
    },
    plan: ['update thing x ~m ~n'],
  },
])
