import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { runningProxy } from '../../src/cli/running-proxy.ts'

test('a node proxy that runs here is told by its metrics, and nobody else is taken for one', async () => {
  let metrics = 'lb_node_proxy_data_plane{plane="nftables"} 1\n'
  const server = createServer((_request, response) => response.end(metrics))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const at = `127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    assert.equal(await runningProxy({ metricsAddress: at }), at)
    metrics = 'kubeproxy_sync_proxy_rules_last_timestamp_seconds 1\n'
    assert.equal(await runningProxy({ metricsAddress: at }), undefined)
    assert.equal(await runningProxy({ metricsAddress: 'off' }), undefined)
  } finally {
    server.closeAllConnections()
    server.close()
  }
  assert.equal(await runningProxy({ metricsAddress: at }), undefined, 'nobody answers any more')
})
