import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { TestContext } from 'node:test'
import { ClusterState } from '../../../localstack/kubernetes/state.ts'
import { silentLog } from '../../../src/observe/log.ts'
import { createMetricsOf } from '../../../src/observe/metrics.ts'
import { nodeProxyMetricTable } from '../../../src/observe/node-proxy-metric-table.ts'
import { LocalRelay } from '../../../src/relay/local-relay.ts'
import type { Layout } from '../../../src/sandbox/layout.ts'
import type { ProxyParts } from '../../../src/sandbox/net/node-proxy.ts'
import { allOfLoopback, type LoopbackFacts } from '../../../src/sandbox/net/system.ts'
import { Translation, type Place } from '../../../src/sandbox/net/translation.ts'
import { clusterApi } from '../../support/cluster-api.ts'

/** A base belongs to one file of tests, since files run at once; no sandbox of a person is likely to have one so high. */
export async function partsOf(
  layout: Layout,
  facts: LoopbackFacts = allOfLoopback,
): Promise<ProxyParts & { readonly state: ClusterState; readonly translation: Translation }> {
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
    translation: new Translation(facts, layout),
    relay: () => new LocalRelay(),
  }
}

/** A pod's listener, which says its name and whom it sees; the answer ends it. */
export async function listenAs(name: string, { address, port }: Place): Promise<() => void> {
  const server = createServer((socket) => socket.on('error', () => {}).end(`${name} ${socket.remoteAddress}`))
  server.listen(port, address)
  await once(server, 'listening')
  return () => void server.close()
}

/** One whose name is its address, at the port that all pods have. */
export async function pod(t: TestContext, address: string): Promise<void> {
  t.after(await listenAs(address, { address, port: podPort }))
}

export const podPort = 8181

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
