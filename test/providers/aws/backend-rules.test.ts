import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aggregated, holds } from '../../../providers/aws/backend-rules.ts'
import { backendRule } from '../../../providers/aws/rules.ts'
import type { Part } from '../../../src/plan/resource.ts'

/** `tcp 2-4 of a` from one group, `tcp 2-4 of a from sg-other`, or with `!` one that somebody else made. */
function part(text: string): readonly [string, Part] {
  const match =
    /^(?<foreign>!?)(?<protocol>\w+) (?<from>\d+)-(?<to>\d+) of (?<uid>\w+)(?: from (?<peer>\S+))?$/.exec(
      text,
    )
  const { foreign, protocol = '', from = '', to = '', uid = '', peer = 'sg-shared' } = match?.groups ?? {}
  return [
    `${protocol}/${from}-${to}/${peer}${uid}`,
    {
      spec: {
        IpProtocol: protocol,
        FromPort: Number(from),
        ToPort: Number(to),
        ReferencedGroupId: peer,
        Description: backendRule,
      },
      owners: [{ uid, name: uid }],
      ...(foreign === '!' ? { foreign: true } : {}),
    },
  ]
}

const partsOf = (texts: readonly string[]): Record<string, Part> => Object.fromEntries(texts.map(part))

const shown = (parts: Readonly<Record<string, Part>>): readonly string[] =>
  Object.values(parts).map(({ spec, owners }) => {
    const told = (field: string) => JSON.stringify(spec[field]).replaceAll('"', '')
    const peer = told('ReferencedGroupId')
    const uids = owners.map(({ uid }) => uid).join('+')
    const from = peer === 'sg-shared' ? '' : ` from ${peer}`
    return `${told('IpProtocol')} ${told('FromPort')}-${told('ToPort')} of ${uids}${from}`
  })

const rows: readonly {
  readonly name: string
  readonly asked: readonly string[]
  readonly held?: readonly string[]
  readonly growOnly?: boolean
  readonly inForce: readonly string[]
}[] = [
  { name: 'nothing is asked for', asked: [], inForce: [] },
  { name: 'nothing is asked for any more', asked: [], held: ['tcp 2-4 of c'], inForce: [] },
  { name: 'the first', asked: ['tcp 3-3 of a'], inForce: ['tcp 3-3 of a'] },
  {
    name: 'from the lowest to the highest port of all',
    asked: ['tcp 9-9 of a', 'tcp 3-3 of b', 'tcp 5-6 of a'],
    inForce: ['tcp 3-9 of a+b'],
  },
  {
    name: 'each protocol and each group by itself',
    asked: ['tcp 3-3 of a', 'udp 5-5 of a', 'tcp 7-7 of b from sg-other'],
    inForce: ['tcp 3-3 of a', 'udp 5-5 of a', 'tcp 7-7 of b from sg-other'],
  },
  {
    name: 'one that grows never stops holding what it held, and is asked for by the newcomer',
    asked: ['tcp 3-4 of a', 'tcp 6-6 of b'],
    held: ['tcp 2-4 of c'],
    inForce: ['tcp 2-6 of b'],
  },
  {
    name: 'all that is wanted is in already: it is made narrower, for nobody but its holder',
    asked: ['tcp 3-6 of a'],
    held: ['tcp 2-6 of c'],
    inForce: ['tcp 3-6 of c'],
  },
  {
    name: 'not while somebody may need the rest',
    asked: ['tcp 3-6 of a'],
    held: ['tcp 2-6 of c'],
    growOnly: true,
    inForce: ['tcp 2-6 of c'],
  },
  {
    name: "somebody else's rule is no reason to widen ours, and holds nothing for us",
    asked: ['tcp 3-3 of a'],
    held: ['!tcp 1-9 of x'],
    inForce: ['tcp 3-3 of a'],
  },
  {
    name: 'what another group may reach is not what this one may',
    asked: ['tcp 3-3 of a'],
    held: ['tcp 1-9 of c from sg-other', 'udp 1-9 of c'],
    inForce: ['tcp 3-3 of a'],
  },
]

for (const { name, asked, held = [], growOnly = false, inForce } of rows)
  test(`backend rules: ${name}`, () => {
    assert.deepEqual(shown(aggregated(partsOf(asked), partsOf(held), () => growOnly)), inForce)
  })

test('backend rules: what Services do not share is left alone', () => {
  const own: Part = {
    spec: { IpProtocol: 'tcp', FromPort: 1, ToPort: 2, CidrIp: '10.0.0.0/8', Description: 'mine' },
    owners: [],
  }
  assert.deepEqual(aggregated({ 'tcp/1-2/10.0.0.0/8': own }), { 'tcp/1-2/10.0.0.0/8': own })
})

const of = (from: number, to: number): Part => part(`tcp ${from}-${to} of a`)[1]

test('backend rules: whether one rule holds another', () => {
  assert.deepEqual(
    [
      holds(of(2, 4), of(2, 4)),
      holds(of(2, 4), of(3, 3)),
      holds(of(2, 4), of(1, 3)),
      holds(of(2, 4), of(3, 5)),
      holds({ spec: {} }, of(3, 3)),
      holds(of(2, 4), { spec: {} }),
    ],
    [true, true, false, false, false, false],
  )
})
