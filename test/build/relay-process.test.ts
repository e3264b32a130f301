import assert from 'node:assert/strict'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { test } from 'node:test'
import { SharedRelay } from '../../src/relay/shared-relay.ts'
import { forkWorker } from '../../src/relay/worker-process.ts'
import { builtOnce } from './bundle.ts'

test('the bundle starts itself as a process of a relay', async (t) => {
  const { main } = await builtOnce()
  const relay = await SharedRelay.start({ processes: 1, spawn: () => forkWorker(main) })
  t.after(() => relay.drain(0))
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const [failure] = await relay.serve([
    { id: 'f', protocol: 'TCP', address: '127.0.0.1', port, routes: [] },
    { id: 'bad', protocol: 'TCP', address: '203.0.113.1', port, routes: [] },
  ])
  assert.deepEqual([failure?.id, failure?.reason], ['bad', 'unavailable'])
  assert.deepEqual([...(await relay.counters()).keys()], ['f', 'bad'])
})
