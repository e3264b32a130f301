import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rankOf, rankOfNodes } from '../../src/controller/rank.ts'
import { priority } from '../../src/engine/gates.ts'
import type { ServiceObject } from '../../src/model/objects.ts'

const service = (
  more: Partial<ServiceObject['metadata']> = {},
  spec: ServiceObject['spec'] = {},
): ServiceObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', uid: 'u', ...more },
  spec: { type: 'LoadBalancer', ...spec },
})

const rows = [
  { name: 'new', now: service(), is: 'user' },
  { name: 'gone', before: service(), is: 'remove' },
  {
    name: 'being deleted',
    before: service(),
    now: service({ deletionTimestamp: '2026-01-01T00:00:00Z' }),
    is: 'remove',
  },
  {
    name: 'edited',
    before: service(),
    now: service({}, { loadBalancerSourceRanges: ['10.0.0.0/8'] }),
    is: 'user',
  },
  { name: 'another type', before: service(), now: service({}, { type: 'NodePort' }), is: 'user' },
  {
    name: 'a label, a status, our own mark',
    before: service(),
    now: service({ labels: { a: 'b' } }),
    is: 'resync',
  },
] as const

for (const row of rows)
  test(`rank: ${row.name}: ${row.is}`, () => {
    const { before, now } = { before: undefined, now: undefined, ...row }
    assert.equal(rankOf(before, now, {}), priority[row.is])
  })

test('rank: a node that goes before one that joins', () => {
  assert.equal(rankOfNodes({ left: 1 }), priority.leaving)
  assert.equal(rankOfNodes({ left: 0 }), priority.joining)
})
