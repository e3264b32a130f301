import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Relay, RelayFrontend } from '../../../src/relay/frontend.ts'
import { SlowRelay } from '../../../src/sandbox/net/slow-relay.ts'

const frontend = (id: string): RelayFrontend => ({
  id,
  protocol: 'TCP',
  address: '127.0.0.1',
  port: 80,
  routes: [],
})

/** Remembers what it serves: each with its delay. */
function bed(delayMs?: number) {
  const served = new Map<string, number | undefined>()
  const inner: Relay = {
    serve: async (frontends) => {
      served.clear()
      for (const { id, dialDelayMs } of frontends) served.set(id, dialDelayMs)
      return []
    },
    change: async (put, remove) => {
      for (const id of remove) served.delete(id)
      for (const { id, dialDelayMs } of put) served.set(id, dialDelayMs)
      return []
    },
    counters: async () => new Map(),
    drain: async () => {},
  }
  const relay = new SlowRelay(inner, delayMs)
  return { relay, served: () => Object.fromEntries(served) }
}

test('a slow relay: all that it serves is slow until it is quick again', async () => {
  const { relay, served } = bed()
  await relay.serve([frontend('a'), frontend('b')])
  assert.deepEqual(served(), { a: undefined, b: undefined })
  await relay.slow(50)
  await relay.change([frontend('c')], ['a'])
  assert.deepEqual(served(), { b: 50, c: 50 })
  await relay.slow(undefined)
  assert.deepEqual(served(), { b: undefined, c: undefined })
})

test('a slow relay: what is served anew is all there is', async () => {
  const { relay, served } = bed(70)
  await relay.serve([frontend('a')])
  await relay.serve([frontend('b')])
  await relay.slow(50)
  assert.deepEqual(served(), { b: 50 })
})
