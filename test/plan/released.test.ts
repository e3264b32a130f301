import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Contribution } from '../../src/plan/merge.ts'
import { mergeStack } from '../../src/plan/merge.ts'
import type { JsonObject } from '../../src/lib/json.ts'
import type { Resource } from '../../src/plan/resource.ts'

const shared = (spec: JsonObject, uid: string): Resource => ({
  stack: 'g',
  kind: 'thing',
  key: 'x',
  spec,
  owners: [{ uid, name: uid }],
})

const by = (uid: string, what: Partial<Contribution>): Contribution => ({
  owner: { uid, name: uid },
  created: '',
  resources: [],
  ...what,
})

const merged = (...all: readonly Contribution[]) => mergeStack(all, {}, () => undefined).resources

test('released: what only a leaver had named is forgotten, for him too', () => {
  const [one] = merged(
    by('a', { resources: [shared({ Name: 'n' }, 'a')] }),
    by('b', { released: [shared({ Name: 'n', Tags: { team: 't' } }, 'b')] }),
  )
  assert.deepEqual([one?.forgotten, one?.owners.map(({ uid }) => uid)], [['Tags.team'], ['a', 'b']])
})

test('released: what others name too, or nobody wants any more, is not', () => {
  const [one] = merged(
    by('a', { resources: [shared({ Name: 'n', Size: 2 }, 'a')] }),
    by('b', { released: [shared({ Name: 'n', Size: 1 }, 'b')] }),
  )
  assert.deepEqual([one?.forgotten, one?.owners.length], [undefined, 1])
  assert.deepEqual(merged(by('b', { released: [shared({ Name: 'n' }, 'b')] })), [])
})
