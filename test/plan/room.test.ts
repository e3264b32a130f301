import assert from 'node:assert/strict'
import { test } from 'node:test'
import { error } from '../../src/model/problem.ts'
import { mergeStack } from '../../src/plan/merge.ts'
import type { Observed } from '../../src/plan/resource.ts'
import { group, part, shared } from './plan-rows.ts'
import { owner, seen, wish } from './view.ts'

const full = error('LB_PART_TAKEN', 'spec', 'no room')

/** Has no room for b. */
const kinds = { group: { ...group, room: () => new Map([['b', full]]) } }

const contribution = (uid: string, key: string) => ({
  owner: owner(uid),
  created: uid,
  resources: [wish('g', { ...shared, owners: [owner(uid)], parts: { [key]: part([uid]) } })],
})

function merged(contributions: readonly ReturnType<typeof contribution>[], found?: Observed) {
  const { resources, conflicts } = mergeStack(contributions, kinds, () => found)
  return {
    parts: Object.keys(resources[0]?.parts ?? {}),
    told: conflicts.map(({ loser, problem }) => [loser.uid, problem.message]),
  }
}

test('room: the parts of whom there is no room for stay out, and he is told', () => {
  assert.deepEqual(merged([contribution('a', 'x'), contribution('b', 'y')]), {
    parts: ['x'],
    told: [['b', 'no room']],
  })
})

test('room: what others need too, or is there already, stays', () => {
  const both = [contribution('a', 'x'), contribution('b', 'x'), contribution('b', 'y')]
  const held = seen('g', { ...shared, parts: { y: part(['b']) } })
  assert.deepEqual(merged(both, held).parts, ['x', 'y'])
})

const house = { ...group, most: { flat: 2 } }
const within = { stack: 's', kind: 'group', key: 'g' }

function lodgers(uids: readonly string[], there: readonly string[] = []) {
  const contributions = uids.map((uid) => ({
    owner: owner(uid),
    created: uid,
    resources: [
      wish(uid, { kind: 'flat', within, owners: [owner(uid)], origins: { '': 'spec.ports[0].port' } }),
    ],
  }))
  const find = ({ key }: { key: string }) => (there.includes(key) ? seen(key) : undefined)
  const { resources, conflicts } = mergeStack(contributions, { group: house, flat: group }, find)
  return {
    in: resources.map(({ key }) => key),
    told: conflicts.map(({ loser, problem }) => `${loser.uid} ${problem.code} ${problem.path}`),
  }
}

test('room: of too many within one object the newest stays out and is told', () => {
  assert.deepEqual(lodgers(['a', 'b']), { in: ['a', 'b'], told: [] })
  assert.deepEqual(lodgers(['c', 'a', 'b']), { in: ['a', 'b'], told: ['c LB_SHARE_FULL spec.ports[0].port'] })
})

test('room: what is there keeps its place, however young', () => {
  assert.deepEqual(lodgers(['a', 'b', 'c'], ['c', 'b']), {
    in: ['b', 'c'],
    told: ['a LB_SHARE_FULL spec.ports[0].port'],
  })
})
