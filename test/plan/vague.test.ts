import { unknown } from '../../src/plan/resource.ts'
import { group, part, shared, testRows } from './plan-rows.ts'
import { kindOf, owner, seen, wish } from './view.ts'

const kinds = [group, kindOf('packed', { pack: (parts) => parts, packedFields: ['Holder'] })]
const known = { offline: true, kinds } as const

const held = (spec: Parameters<typeof part>[1], uid = 'a') =>
  seen('g', { ...shared, parts: { 'i-1:80': part([uid], spec) } })
const vague = (spec: Parameters<typeof part>[1]) =>
  wish('g', { ...shared, parts: { '<node>:80': part(['a'], spec) } })

testRows([
  {
    name: 'offline: a part that is not known may be one that is there',
    view: {
      ...known,
      desired: [vague({ Id: unknown('the nodes'), Port: 80 })],
      observed: [held({ Id: 'i-1', Port: 80 })],
    },
    plan: [],
  },
  {
    name: 'offline: one that differs in what is known is another',
    view: {
      ...known,
      desired: [vague({ Id: unknown('the nodes'), Port: 81 })],
      observed: [held({ Id: 'i-1', Port: 80 })],
    },
    plan: ['update group g +<node>:80', 'shrink group g -i-1:80 [after update group g @s]'],
  },
  {
    name: 'offline: one of another owner is another',
    view: {
      ...known,
      desired: [vague({ Id: unknown('the nodes'), Port: 80 })],
      observed: [held({ Id: 'i-1', Port: 80 }, 'b')],
      states: { b: 'unknown' },
    },
    plan: ['update group g +<node>:80'],
  },
  {
    name: 'offline: a value that is not known is no difference',
    view: {
      ...known,
      desired: [
        wish('g', { ...shared, parts: { 'i-1:80': part(['a'], { Id: unknown('the nodes'), Port: 80 }) } }),
      ],
      observed: [held({ Id: 'i-1', Port: 80 })],
    },
    plan: [],
  },
  {
    name: 'offline: whom a part is written for stays while he is not known',
    view: {
      ...known,
      desired: [wish('p', { kind: 'packed', parts: { x: part(['a'], { P: 1, Holder: 'a' }) } })],
      observed: [
        seen('p', {
          kind: 'packed',
          owners: [owner('a')],
          parts: { x: part(['b'], { P: 1, Holder: 'b' }) },
        }),
      ],
      states: { b: 'unknown' },
    },
    plan: [],
  },
])
