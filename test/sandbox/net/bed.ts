import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { ClusterState } from '../../../localstack/kubernetes/state.ts'
import { silentLog } from '../../../src/observe/log.ts'
import { createMetricsOf } from '../../../src/observe/metrics.ts'
import { nodeProxyMetricTable } from '../../../src/observe/node-proxy-metric-table.ts'
import { LocalRelay } from '../../../src/relay/local-relay.ts'
import { layoutOf } from '../../../src/sandbox/layout.ts'
import type { ProxyParts } from '../../../src/sandbox/net/node-proxy.ts'
import { clusterApi } from '../../support/cluster-api.ts'

/** Two nodes, and addresses that no sandbox of a person is likely to have. */
export const layout = layoutOf(216, 2)

export async function partsOf(): Promise<ProxyParts & { readonly state: ClusterState }> {
  const state = new ClusterState({ loopbackEndpoints: true, serviceCidrs: [layout.serviceRange] })
  for (const { name, address, podRange } of layout.nodes)
    state.addNode({ name, address, podCIDRs: [podRange] })
  return {
    state,
    api: clusterApi(state),
    layout,
    log: silentLog,
    metrics: await createMetricsOf(nodeProxyMetricTable),
    events: { record() {} },
    relay: () => new LocalRelay(),
  }
}

/** A pod's listener, which says its name and whom it sees. */
export async function pod(t: TestContext, name: string, address: string): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}).end(`${name} ${socket.remoteAddress}`))
  server.listen(0, address)
  t.after(() => server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** What a client hears, or the code of why nothing. */
export async function ask(host: string, port: number, localAddress?: string): Promise<string> {
  const socket = connect({ host, port, ...(localAddress === undefined ? {} : { localAddress }) })
  let heard = ''
  try {
    for await (const chunk of socket) heard += String(chunk)
    return heard
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}
