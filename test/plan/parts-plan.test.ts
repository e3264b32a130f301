import { ref } from '../../src/plan/resource.ts'
import { group, hold, part, shared, testRows } from './plan-rows.ts'
import { owner, seen, wish } from './view.ts'

testRows([
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
    name: 'parts: what somebody else is refused keeps nothing that points at an object of one who leaves',
    view: {
      kinds: [{ ...group, partRefs: ['Group'] }],
      desired: [wish('g', { ...shared, owners: [owner('b')], parts: { n: part(['b']) } })],
      observed: [seen('g', { ...shared, parts: { o: part(['a'], { Group: 'sg-1' }) } })],
      states: { a: 'leaving' },
      parked: (_at, owners) => (owners.every(({ uid }) => uid === 'b') ? hold('refused') : undefined),
    },
    plan: ['parked group g +n (refused)', 'shrink group g -o'],
  },
  {
    name: 'parts: what points at an object waits for what is to point at one in its place',
    view: {
      kinds: [{ ...group, partRefs: ['Group'] }],
      desired: [wish('g', { ...shared, owners: [owner('b')], parts: { n: part(['b'], { Group: 'sg-2' }) } })],
      observed: [seen('g', { ...shared, parts: { o: part(['a'], { Group: 'sg-1' }) } })],
      states: { a: 'leaving' },
      parked: (_at, owners) => (owners.every(({ uid }) => uid === 'b') ? hold('refused') : undefined),
    },
    plan: [
      'keep (what replaces it was refused or is not known yet) group g -o (what replaces it was refused or is not known yet)',
      'parked group g +n (refused)',
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
])
