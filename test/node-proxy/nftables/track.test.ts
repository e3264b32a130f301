import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trackConnections } from '../../../src/node-proxy/nftables/track.ts'
import { Kernel } from './kernel.ts'

const { signal } = new AbortController()

test('tracking is asked for by a rule of each family that no packet meets, and nothing of it stays', async () => {
  const kernel = new Kernel()
  await trackConnections(kernel, signal)
  const asked = kernel.transactions.join('')
  for (const family of ['ip', 'ip6'])
    assert.match(asked, new RegExp(`add rule ${family} lb-controller-node-proxy-scratch unused ct state new`))
  assert.doesNotMatch(asked, /hook/)
  for (const family of ['ip', 'ip6'])
    assert.equal(kernel.table(`${family} lb-controller-node-proxy-scratch`), undefined)
})

test('a kernel without IPv6 tracks IPv4; one that takes neither is told of', async () => {
  const kernel = new Kernel()
  kernel.refuse = ' ip6 '
  await trackConnections(kernel, signal)
  kernel.refuse = 'table'
  await assert.rejects(trackConnections(kernel, signal), /refused/)
})
