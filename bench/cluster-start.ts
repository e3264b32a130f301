/**
 * What it takes the controllers of the local cluster to bring Deployments to life that are created all at once, with a
 * Service each: until every pod is ready and every Service has its endpoints. A small cluster beside a large one tells
 * whether the cost of a pod grows with their number. `node bench/cluster-start.ts [--services 200] [--pods 5] [--nodes 10]`.
 */
import { parseArgs } from 'node:util'
import { runControllers } from '../localstack/kubernetes/controllers/run.ts'
import type { AnyObject } from '../localstack/kubernetes/object.ts'
import { ClusterState } from '../localstack/kubernetes/state.ts'

const { values } = parseArgs({
  options: {
    services: { type: 'string', default: '200' },
    pods: { type: 'string', default: '5' },
    nodes: { type: 'string', default: '10' },
  },
})
const [most, replicas, nodes] = [values.services, values.pods, values.nodes].map(Number) as [
  number,
  number,
  number,
]

const names = (count: number) => Array.from({ length: count }, (_, at) => `web-${at}`)

function create(state: ClusterState, name: string): void {
  const labels = { app: name }
  state.create('deployments', {
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'app', image: 'nginx:1.27', ports: [{ containerPort: 80 }] }] },
      },
    },
  })
  state.create('services', {
    metadata: { name },
    spec: { type: 'LoadBalancer', selector: labels, ports: [{ port: 80 }] },
  })
}

function isDone(state: ClusterState, services: number): boolean {
  const slices = state.list('endpointslices').items as readonly (AnyObject & {
    endpoints?: readonly unknown[]
  })[]
  const endpoints = slices.reduce((sum, slice) => sum + (slice.endpoints?.length ?? 0), 0)
  const available = state
    .list('deployments')
    .items.filter(({ status }) => status?.availableReplicas === replicas)
  return endpoints === services * replicas && available.length === services
}

async function measure(services: number): Promise<{ readonly ms: number; readonly writes: number }> {
  const state = new ClusterState()
  const running = new AbortController()
  for (let number = 1; number <= nodes; number++)
    state.addNode({ name: `node-${number}`, podCIDRs: [`10.${number}.0.0/16`] })
  runControllers(state, running.signal)
  const begin = process.cpuUsage()
  for (const name of names(services)) create(state, name)
  for (let turn = 0; turn < 10_000 && !isDone(state, services); turn++)
    await new Promise((resolve) => setImmediate(resolve))
  if (!isDone(state, services)) throw new Error(`${services} Services never got all their endpoints`)
  const { user, system } = process.cpuUsage(begin)
  running.abort()
  return { ms: (user + system) / 1000, writes: Number(state.resourceVersion) }
}

// The first run warms up what is compiled on the way.
await measure(Math.ceil(most / 10))
const small = await measure(Math.ceil(most / 10))
const large = await measure(most)
const each = (run: { readonly ms: number }, services: number) => run.ms / (services * replicas)
const growth = each(large, most) / each(small, Math.ceil(most / 10))
console.log(
  `${most} Services with ${replicas} pods each on ${nodes} nodes: ${(large.ms / 1000).toFixed(2)} s of CPU, ${large.writes} writes`,
)
console.log(
  `${each(large, most).toFixed(2)} ms a pod, ${growth.toFixed(1)} times what it is with ${Math.ceil(most / 10)} Services`,
)
