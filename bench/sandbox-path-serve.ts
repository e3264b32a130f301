/** One of the two relays of a sandbox, for the benchmark: `balancer|node BASE BALANCER NODE POD`, places as ADDRESS:PORT. */
import { ClusterState } from '../localstack/kubernetes/state.ts'
import { frontendOf } from '../providers/local/server/frontends.ts'
import { silentLog } from '../src/observe/log.ts'
import { silentMetricsOf } from '../src/observe/metrics.ts'
import { nodeProxyMetricTable } from '../src/observe/node-proxy-metric-table.ts'
import { LocalRelay } from '../src/relay/local-relay.ts'
import { layoutOf } from '../src/sandbox/layout.ts'
import { openNodeNetwork } from '../src/sandbox/net/network.ts'
import { clusterApi } from '../test/support/cluster-api.ts'

const [part, base, ...places] = process.argv.slice(2)
const [balancer, node, pod] = places.map((text) => {
  const [address = '', port] = text.split(':')
  return { address, port: Number(port) }
}) as [Place, Place, Place]

interface Place {
  readonly address: string
  readonly port: number
}

/** As the controller asks for a Service of one port, and the balancer carries it out. */
async function serveBalancer(): Promise<void> {
  const stored = { id: 'a', etag: '1', name: 'a', tags: {}, pool: 'default', address: balancer.address }
  const listener = {
    id: 'l',
    etag: '1',
    addressId: 'a',
    tags: {},
    protocol: 'TCP' as const,
    port: balancer.port,
    targets: [node],
    scheduler: 'random',
  }
  const failures = await new LocalRelay().serve([frontendOf(listener, { address: stored }, () => 'healthy')])
  for (const failure of failures) throw new Error(failure.message)
}

/** A NodePort with policy Cluster, served by the proxy of a node. */
async function serveNode(): Promise<void> {
  const layout = layoutOf(Number(base), 1)
  const state = new ClusterState({ loopbackEndpoints: true, serviceCidrs: [layout.serviceRange] })
  for (const { name, address } of layout.nodes) state.addNode({ name, address })
  state.create('services', {
    metadata: { name: 'web', namespace: 'default' },
    spec: { type: 'NodePort', ports: [{ port: 80, nodePort: node.port }] },
  })
  state.create('endpointslices', {
    metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [pod.address], conditions: { ready: true } }],
    ports: [{ name: '', port: pod.port, protocol: 'TCP' }],
  })
  const metrics = silentMetricsOf(nodeProxyMetricTable)
  const events = { record() {} }
  const parts = {
    api: clusterApi(state),
    layout,
    log: silentLog,
    metrics,
    events,
    relay: () => new LocalRelay(),
  }
  await Promise.all(layout.nodes.map((each) => openNodeNetwork(parts, each).ready))
}

await (part === 'balancer' ? serveBalancer() : serveNode())
process.on('SIGTERM', () => process.exit())
