import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fate } from '../../../src/node-proxy/fate/fate.ts'
import { inUserspace, seenFromUserspace } from '../../../src/node-proxy/userspace/fate.ts'
import { family, tableOf } from './rows.ts'

test('a fate in userspace: dropped becomes refused, and the source is lost', () => {
  const dropped: Fate = { verdict: 'drop', why: 'policy Local, no endpoint here' }
  assert.equal(inUserspace(dropped).verdict, 'reject')
  const rejected: Fate = { verdict: 'reject', why: 'no endpoint' }
  assert.equal(inUserspace(rejected), rejected)
  const passed: Fate = { verdict: 'pass', why: 'not ours' }
  assert.equal(inUserspace(passed), passed)
  const kept: Fate = {
    verdict: 'forward',
    endpoints: [],
    source: 'kept',
    affinitySeconds: 9,
    why: 'policy Local',
  }
  const fate = inUserspace(kept)
  assert.equal(fate.verdict === 'forward' && fate.source, 'relay')
  assert.equal(fate.verdict === 'forward' && fate.affinitySeconds, 9)
})

test('a table seen from userspace: no interface, ranges as they are', () => {
  const byInterface = family({ pods: { by: 'interface', prefix: 'cali' } })
  const seen = seenFromUserspace(tableOf([], { IPv4: byInterface, IPv6: family() }))
  assert.deepEqual(seen.families.IPv4?.pods, { by: 'none' })
  assert.equal(seen.families.IPv6?.pods.by, 'ranges')
  assert.deepEqual(Object.keys(seenFromUserspace(tableOf([], { IPv6: family() })).families), ['IPv6'])
})
