import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutLost, type Claimed } from '../../src/plan/lost-ports.ts'
import type { Conflict } from '../../src/plan/merge.ts'
import { owner, wish } from './view.ts'

/** By uid: the ports that are wanted, each under its place in `spec.ports`. */
type Ports = Readonly<Record<string, readonly number[]>>

const claimOf = (uid: string, ports: readonly number[], gone: ReadonlySet<number> = new Set()) => ({
  owner: owner(uid),
  created: '',
  resources: ports.flatMap((port, at) =>
    gone.has(at) ? [] : wish(`${at}/${port}`, { owners: [owner(uid)] }),
  ),
})

const claimsOf = (all: Ports): readonly Claimed[] =>
  Object.entries(all).map(([uid, ports]) => ({
    contribution: claimOf(uid, ports),
    without: (lost) => {
      const rest = claimOf(uid, ports, lost)
      return rest.resources.length === 0 ? undefined : rest
    },
  }))

/** Who comes first holds a port; `seen` gets what everybody brought to each plan. */
function settle(all: Ports, code = 'LB_PART_TAKEN', seen: string[] = []) {
  const { plan, left, lost } = withoutLost(claimsOf(all), (contributions) => {
    seen.push(
      contributions.map((one) => `${one.owner.uid}:${one.resources.map(({ key }) => key).join()}`).join(' '),
    )
    const holders = new Map<string, string>()
    const conflicts: Conflict[] = []
    for (const { owner: loser, resources } of contributions)
      for (const { key } of resources) {
        const [at = '', port = ''] = key.split('/')
        const holder = holders.get(port)
        if (holder === undefined) holders.set(port, loser.uid)
        else {
          const path = `spec.ports[${at}]`
          const problem = { code, severity: 'error', path, message: `${holder} holds ${port}` } as const
          conflicts.push({ loser, problem })
        }
      }
    return { conflicts }
  })
  return {
    told: plan.conflicts.map(({ loser, problem }) => `${loser.uid} ${problem.path}: ${problem.message}`),
    left: [...left].map(([uid, one]) => `${uid}:${one.resources.map(({ key }) => key).join()}`),
    lost: [...lost].map(([uid, ports]) => `${uid}:${[...ports].join()}`),
  }
}

const rows: readonly {
  readonly name: string
  readonly ports: Ports
  readonly ends: ReturnType<typeof settle>
  readonly plans: readonly string[]
}[] = [
  {
    name: 'nobody loses: one plan of everything',
    ports: { a: [80], b: [81] },
    ends: { told: [], left: [], lost: [] },
    plans: ['a:0/80 b:0/81'],
  },
  {
    name: 'the loser is left with its other port, and told once',
    ports: { a: [80], b: [80, 81] },
    ends: { told: ['b spec.ports[0]: a holds 80'], left: ['b:1/81'], lost: ['b:0'] },
    plans: ['a:0/80 b:0/80,1/81', 'a:0/80 b:1/81'],
  },
  {
    name: 'who loses its only port brings nothing',
    ports: { a: [80], b: [80] },
    ends: { told: ['b spec.ports[0]: a holds 80'], left: [], lost: ['b:0'] },
    plans: ['a:0/80 b:0/80', 'a:0/80'],
  },
  {
    name: 'two losers of two ports',
    ports: { a: [80, 81], b: [81, 80, 82], c: [82, 83] },
    ends: {
      told: ['b spec.ports[0]: a holds 81', 'b spec.ports[1]: a holds 80', 'c spec.ports[0]: b holds 82'],
      left: ['b:2/82', 'c:1/83'],
      lost: ['b:0,1', 'c:0'],
    },
    plans: ['a:0/80,1/81 b:0/81,1/80,2/82 c:0/82,1/83', 'a:0/80,1/81 b:2/82 c:1/83'],
  },
]

for (const { name, ports, ends, plans } of rows)
  test(`lost ports: ${name}`, () => {
    const seen: string[] = []
    assert.deepEqual(settle(ports, 'LB_PART_TAKEN', seen), ends)
    assert.deepEqual(seen, plans)
  })

test('lost ports: another conflict takes no port away', () => {
  const ends = settle({ a: [80], b: [80] }, 'LB_SHARE_DIFFERS')
  assert.deepEqual(ends, { told: ['b spec.ports[0]: a holds 80'], left: [], lost: [] })
})
