import assert from 'node:assert/strict'
import { test } from 'node:test'
import { check, dependent } from './shuffle.ts'
import { mergeStack, type Contribution } from '../../src/plan/merge.ts'
import type { Observed, Part, Resource } from '../../src/plan/resource.ts'
import { kindOf, owner, seen, wish } from './view.ts'

const kinds = { thing: kindOf('thing', { packedFields: ['Note'] }) }

/** `age` is the minute of creation. */
const says = (uid: string, age: number, resource: Partial<Resource>): Contribution => ({
  owner: owner(uid),
  created: `2026-01-01T00:0${age}:00Z`,
  resources: [wish('g', { owners: [owner(uid)], ...resource })],
})

const parts = (uid: string, all: Record<string, Part['spec']>): Record<string, Part> =>
  Object.fromEntries(
    Object.entries(all).map(([key, spec]) => [key, { spec, owners: [owner(uid)], path: `spec.${key}` }]),
  )

interface Row {
  readonly name: string
  readonly says: readonly Contribution[]
  readonly seen?: Partial<Observed>
  readonly spec?: object
  /** part -> what it is and whose */
  readonly parts?: Readonly<Record<string, string>>
  /** `loser code path` */
  readonly conflicts?: readonly string[]
}

const rows: readonly Row[] = [
  {
    name: 'one Service: as it says',
    says: [says('a', 1, { spec: { Size: 1 }, parts: parts('a', { x: { P: 1 } }) })],
    spec: { Size: 1 },
    parts: { x: '1 a' },
  },
  {
    name: 'two Services: parts of both, each its own',
    says: [
      says('a', 1, { parts: parts('a', { x: { P: 1 } }) }),
      says('b', 2, { parts: parts('b', { y: { P: 2 } }) }),
    ],
    parts: { x: '1 a', y: '2 b' },
  },
  {
    name: 'equal parts are one, with both as owners',
    says: [
      says('b', 2, { parts: parts('b', { x: { P: 1 } }) }),
      says('a', 1, { parts: parts('a', { x: { P: 1 } }) }),
    ],
    parts: { x: '1 a b' },
  },
  {
    name: 'what pack decides may differ',
    says: [
      says('a', 1, { parts: parts('a', { x: { P: 1, Note: 'a' } }) }),
      says('b', 2, { parts: parts('b', { x: { P: 1, Note: 'b' } }) }),
    ],
    parts: { x: '1 a b' },
  },
  {
    name: 'unequal parts: the older wins',
    says: [
      says('a', 2, { parts: parts('a', { x: { P: 1 } }) }),
      says('b', 1, { parts: parts('b', { x: { P: 2 } }) }),
    ],
    parts: { x: '2 b' },
    conflicts: ['a LB_PART_TAKEN spec.x'],
  },
  {
    name: 'unequal parts of one age: the smaller uid wins',
    says: [
      says('b', 1, { parts: parts('b', { x: { P: 2 } }) }),
      says('a', 1, { parts: parts('a', { x: { P: 1 } }) }),
    ],
    parts: { x: '1 a' },
    conflicts: ['b LB_PART_TAKEN spec.x'],
  },
  {
    name: 'unequal parts: who holds it in the cloud keeps it',
    says: [
      says('a', 1, { parts: parts('a', { x: { P: 1 } }) }),
      says('b', 2, { parts: parts('b', { x: { P: 2 } }) }),
    ],
    seen: { parts: parts('b', { x: { P: 2 } }) },
    parts: { x: '2 b' },
    conflicts: ['a LB_PART_TAKEN spec.x'],
  },
  {
    name: 'both hold it: the older',
    says: [
      says('a', 1, { parts: parts('a', { x: { P: 1 } }) }),
      says('b', 2, { parts: parts('b', { x: { P: 2 } }) }),
    ],
    seen: { parts: { x: { spec: { P: 2 }, owners: [owner('a'), owner('b')] } } },
    parts: { x: '1 a' },
    conflicts: ['b LB_PART_TAKEN spec.x'],
  },
  {
    name: 'two against one: both lose to the holder',
    says: [
      says('a', 1, { parts: parts('a', { x: { P: 1 } }) }),
      says('b', 2, { parts: parts('b', { x: { P: 1 } }) }),
      says('c', 3, { parts: parts('c', { x: { P: 3 } }) }),
    ],
    seen: { parts: parts('c', { x: { P: 3 } }) },
    parts: { x: '3 c' },
    conflicts: ['a LB_PART_TAKEN spec.x', 'b LB_PART_TAKEN spec.x'],
  },
  {
    name: 'fields that only one names are united',
    says: [says('a', 1, { spec: { Size: 1 } }), says('b', 2, { spec: { Color: 'red' } })],
    spec: { Size: 1, Color: 'red' },
  },
  {
    name: 'nested fields are united at any depth, keys with dots stay whole',
    says: [
      says('a', 1, { spec: { At: { 'x.y': { Deep: 1, Same: 0 } } } }),
      says('b', 2, { spec: { At: { 'x.y': { Other: 2, Same: 0 }, z: 3 } } }),
    ],
    spec: { At: { 'x.y': { Deep: 1, Same: 0, Other: 2 }, z: 3 } },
  },
  {
    name: 'unequal fields: the older, with the path that the loser wrote',
    says: [
      says('a', 2, { spec: { At: { Size: 1 } }, origins: { 'At.Size': 'metadata.annotations["size"]' } }),
      says('b', 1, { spec: { At: { Size: 2 } } }),
    ],
    spec: { At: { Size: 2 } },
    conflicts: ['a LB_FIELD_TAKEN metadata.annotations["size"]'],
  },
  {
    name: 'unequal fields: the value in the cloud keeps',
    says: [says('a', 1, { spec: { At: { Size: 1 } } }), says('b', 2, { spec: { At: { Size: 2 } } })],
    seen: { spec: { At: { Size: 2 } } },
    spec: { At: { Size: 2 } },
    conflicts: ['a LB_FIELD_TAKEN spec'],
  },
  {
    name: 'lists are one value',
    says: [says('a', 1, { spec: { Zones: ['a', 'b'] } }), says('b', 2, { spec: { Zones: ['b'] } })],
    spec: { Zones: ['a', 'b'] },
    conflicts: ['b LB_FIELD_TAKEN spec'],
  },
]

const shownParts = (resource: Resource | undefined) =>
  Object.fromEntries(
    Object.entries(resource?.parts ?? {}).map(([key, { spec, owners }]) => [
      key,
      [JSON.stringify(spec['P']), ...owners.map((one) => one.uid)].join(' '),
    ]),
  )

for (const row of rows)
  test(`merge: ${row.name}`, () => {
    const object = row.seen === undefined ? undefined : seen('g', row.seen)
    const before = JSON.stringify(row.says)
    const { resources, conflicts } = mergeStack(row.says, kinds, () => object)
    assert.equal(resources.length, 1)
    if (row.spec !== undefined) assert.deepEqual(resources[0]?.spec, row.spec)
    if (row.parts !== undefined) assert.deepEqual(shownParts(resources[0]), row.parts)
    assert.deepEqual(
      conflicts.map(({ loser, problem }) => `${loser.uid} ${problem.code} ${problem.path}`),
      row.conflicts ?? [],
    )
    assert.equal(JSON.stringify(row.says), before, 'nothing that was given is changed')
  })

test('merge: a field that one forgot and another one names is not forgotten', () => {
  const all = [says('a', 1, { spec: {}, forgotten: ['Size', 'Color'] }), says('b', 2, { spec: { Size: 2 } })]
  const { resources } = mergeStack(all, kinds, () => undefined)
  assert.deepEqual(resources[0]?.forgotten, ['Color'])
  assert.deepEqual(
    resources[0]?.owners.map((one) => one.uid),
    ['a', 'b'],
  )
})

test('merge: the order of the contributions does not matter', () =>
  check(dependent(rows.map((row) => row.says)), ([before, after]) =>
    assert.deepEqual(
      mergeStack(after, kinds, () => undefined),
      mergeStack(before, kinds, () => undefined),
    ),
  ))
