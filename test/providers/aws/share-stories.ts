import { isTrue, type Story, type Turn } from '../../conformance/subject.ts'
import type { Bed } from '../../support/bed.ts'

const key = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`
const edge = { 'lb-controller.io/group': 'edge' }
const port = (n: number, nodePort = 30_000 + n) =>
  ({ name: `p${n}`, port: n, protocol: 'TCP', nodePort }) as const

const crossZone = { [key('cross-zone-load-balancing-enabled')]: 'true' }

const a = (bed: Bed): void =>
  void bed.apply('a', { ports: [port(80)], loadBalancerSourceRanges: ['10.0.0.0/8'] }, edge)
const b = (bed: Bed): void => void bed.apply('b', { ports: [port(81)] }, { ...edge, ...crossZone })
const both = (bed: Bed): void => {
  a(bed)
  b(bed)
}
const joins = (name: string, group: string | null) => (bed: Bed) =>
  void bed.edit(name, { metadata: { annotations: { 'lb-controller.io/group': group } } })
const settled = (bed: Bed, name: string): boolean =>
  isTrue(bed, name) && bed.condition(name)?.message.includes('stays until') !== true
const gone = (bed: Bed, ...names: readonly string[]): boolean =>
  names.every((name) => bed.service(name) === undefined)
const grace = { settings: { graceMs: 60_000 } }

const lastLeaves: Turn = {
  name: 'the other member deleted',
  happens: (bed) => bed.delete('b'),
  over: (bed) => gone(bed, 'a', 'b'),
}
const portMoves: Turn = {
  name: 'the port given up by who holds it',
  happens: (bed) => void bed.edit('a', { spec: { ports: [port(82)] } }),
  over: (bed) => settled(bed, 'a') && settled(bed, 'c'),
}

/** Services that share a load balancer. */
const told: readonly Story[] = [
  {
    name: 'first member of a group',
    options: grace,
    before: () => {},
    act: a,
    over: (bed) => settled(bed, 'a'),
    turns: [
      { name: 'a second member made', happens: b, over: (bed) => settled(bed, 'a') && settled(bed, 'b') },
      { name: 'it deleted', happens: (bed) => bed.delete('a'), over: (bed) => gone(bed, 'a') },
      { name: 'it sent to another group', happens: joins('a', 'other'), over: (bed) => settled(bed, 'a') },
    ],
  },
  {
    name: 'second member of a group',
    before: a,
    act: b,
    over: (bed) => settled(bed, 'a') && settled(bed, 'b'),
  },
  {
    name: 'two members that want one port',
    before: a,
    act: (bed) => void bed.apply('c', { ports: [port(80, 31_080), port(83)] }, edge),
    over: (bed) => bed.condition('c')?.reason === 'LB_PART_TAKEN' && bed.address('c') !== undefined,
    turns: [portMoves],
  },
  {
    name: 'a port that the next one takes over',
    before(bed) {
      a(bed)
      bed.apply('c', { ports: [port(80, 31_080), port(83)] }, edge)
    },
    act: (bed) => bed.delete('a'),
    over: (bed) => gone(bed, 'a') && settled(bed, 'c'),
  },
  {
    name: 'a member that leaves',
    before: both,
    act: (bed) => bed.delete('b'),
    over: (bed) => gone(bed, 'b') && settled(bed, 'a'),
  },
  {
    name: 'the last member that leaves',
    before: a,
    act: (bed) => bed.delete('a'),
    over: (bed) => gone(bed, 'a'),
    turns: [{ name: 'another member made', happens: b, over: (bed) => gone(bed, 'a') && settled(bed, 'b') }],
  },
  {
    name: 'all members deleted at once',
    before: both,
    act(bed) {
      bed.delete('a')
      bed.delete('b')
    },
    over: (bed) => gone(bed, 'a', 'b'),
  },
  {
    name: 'from an own load balancer to a group',
    options: grace,
    before(bed) {
      bed.apply('a', { ports: [port(80)] })
      b(bed)
    },
    act: joins('a', 'edge'),
    over: (bed) => settled(bed, 'a') && settled(bed, 'b'),
  },
  {
    name: 'from a group to an own load balancer',
    options: grace,
    before: both,
    act: joins('b', null),
    over: (bed) => settled(bed, 'a') && settled(bed, 'b'),
    turns: [
      {
        name: 'sent back',
        happens: joins('b', 'edge'),
        over: (bed) => settled(bed, 'a') && settled(bed, 'b'),
      },
    ],
  },
  {
    name: 'from one group to another, as its last member',
    options: grace,
    before: a,
    act: joins('a', 'other'),
    over: (bed) => settled(bed, 'a'),
  },
  { ...lastOf(lastLeaves), name: 'a member that leaves, with the other one close behind' },
]

function lastOf(turn: Turn): Story {
  return {
    name: turn.name,
    before: both,
    act: (bed) => bed.delete('a'),
    over: (bed) => gone(bed, 'a'),
    turns: [turn],
  }
}

/** For which of its members a rule that several need is written, history decides. */
export const shareStories: readonly Story[] = told.map((story) => ({ ...story, timeless: true }))
