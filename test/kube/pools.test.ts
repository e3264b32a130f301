import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as undici from 'undici'
import { Pools } from '../../src/kube/pools.ts'

const withCa = (text: string) => ({ type: 'agent' as const, connect: { ca: Buffer.from(text) } })

test('pools: the same certificates share connections, a rotated one gets its own', async () => {
  const pools = new Pools(undici)
  const first = pools.for(withCa('one'))
  assert.equal(pools.for(withCa('one')), first)
  const second = pools.for(withCa('two'))
  assert.notEqual(second, first)
  assert.equal(pools.for(withCa('two')), second)
  assert.notEqual(pools.for({ type: 'none' }), second)
  await pools.close()
})

test('pools: a SOCKS proxy is refused, not passed by', () => {
  const pools = new Pools(undici)
  assert.throws(() => pools.for({ type: 'socks', uri: 'socks5://127.0.0.1:1', requestTls: {} }), {
    reason: 'Misconfigured',
  })
})
