/** What commands that look at a cluster and its cloud once have in common: settings, connections, the lease. */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Config } from '../config/schema.ts'
import { Look, type LookParts } from '../controller/look.ts'
import { connect, type Client } from '../kube/client.ts'
import { clusterUid } from '../kube/cluster.ts'
import { Lease } from '../kube/lease.ts'
import { nodes as nodeType, services as serviceType, type KubeApi, type ResourceType } from '../kube/port.ts'
import { systemClock } from '../lib/clock.ts'
import type { KubeObject, NodeObject, ServiceObject } from '../model/objects.ts'
import type { Cluster } from '../provider/blueprint.ts'
import { loadProvider } from '../provider/load.ts'
import type { Provider } from '../provider/provider.ts'
import { paintFor } from './colour.ts'
import type { RunOptions } from './context.ts'
import type { Io } from './io.ts'
import { problemText } from './print.ts'
import { readConfig } from './read-config.ts'

export interface Live {
  readonly config: Config
  readonly client: Client
  readonly provider: Provider
  readonly cluster: Cluster
  readonly signal: AbortSignal
  look(more?: Partial<Pick<LookParts, 'forbids' | 'heldUntil' | 'onStep'>>): Look
}

/** Connects and runs `work`; undefined, after saying why, when the cluster or the provider cannot be had. */
export async function withLive<T>(
  options: RunOptions,
  io: Io,
  work: (live: Live) => Promise<T>,
): Promise<T | undefined> {
  const { config, problems } = await readConfig(options.configFile, options.flags, io)
  const paint = paintFor(io, 'err', 'auto')
  for (const located of problems) io.err(problemText(located, paint))
  if (config === undefined) return undefined
  if (config.provider === undefined) {
    io.err('lb-controller: no provider is given: say --provider aws, or LB_CONTROLLER_PROVIDER=aws\n')
    return undefined
  }
  const signal = io.stopSignal()
  let client: Client | undefined
  try {
    client = await connect({
      clock: systemClock,
      ...(config.kubeconfig === undefined ? {} : { kubeconfig: config.kubeconfig }),
      ...(config.context === undefined ? {} : { context: config.context }),
    })
    const uid = await clusterUid(client, signal)
    const loaded = await loadProvider(config.provider, config, { clock: systemClock, clusterUid: uid })
    if (!loaded.ok) {
      for (const problem of loaded.error) io.err(problemText({ problem }, paint))
      return undefined
    }
    return await work(liveOf(config, client, loaded.value, { uid, name: config.clusterName }, signal))
  } catch (error) {
    io.err(`lb-controller: ${error instanceof Error ? error.message : String(error)}\n`)
    return undefined
  } finally {
    await client?.close()
  }
}

const liveOf = (
  config: Config,
  client: Client,
  provider: Provider,
  cluster: Cluster,
  signal: AbortSignal,
): Live => ({
  config,
  client,
  provider,
  cluster,
  signal,
  look: (more = {}) =>
    new Look({
      clock: systemClock,
      provider,
      cluster,
      concurrency: config.concurrency * 2,
      heldUntil: () => 0,
      ...(config.loadBalancerClass === undefined ? {} : { loadBalancerClass: config.loadBalancerClass }),
      ...more,
    }),
})

/** Everything of a type, page by page. */
export async function listed<T extends KubeObject>(
  api: KubeApi,
  resource: ResourceType,
  signal: AbortSignal,
  namespace?: string,
): Promise<readonly T[]> {
  const items: T[] = []
  let next: string | undefined
  do {
    const page = await api.list<T>(
      resource,
      {
        limit: 500,
        ...(namespace === undefined ? {} : { namespace }),
        ...(next === undefined ? {} : { continue: next }),
      },
      signal,
    )
    items.push(...page.items)
    next = page.continue
  } while (next !== undefined && next !== '')
  return items
}

/** Services and nodes, listed after the cloud was: what was made by then has its Service among them. */
export async function readCluster(
  { client, signal }: Live,
  look: Look,
  namespace: string | undefined,
): Promise<readonly ServiceObject[]> {
  await look.list(signal)
  const [services, nodes] = await Promise.all([
    listed<ServiceObject>(client, serviceType, signal, namespace),
    listed<NodeObject>(client, nodeType, signal),
  ])
  look.nodes = nodes
  return services
}

export interface Held {
  readonly heldUntil: () => number
}

/** How long another holder is waited for: its lease would be over by then if it did not live. */
const patienceMs = 40_000

/** Works as the one writer (law 10), which the controller is not meanwhile. */
export async function underLease<T>(
  { config, client, signal }: Live,
  io: Io,
  work: (held: Held) => Promise<T>,
): Promise<T | undefined> {
  const acquired = Promise.withResolvers<boolean>()
  const lease = new Lease({
    api: client,
    clock: systemClock,
    namespace: config.leaseNamespace,
    name: config.leaseName,
    identity: config.leaseIdentity ?? `${hostname()}-${randomUUID().slice(0, 8)}`,
    onAcquired: () => acquired.resolve(true),
  })
  const over = new AbortController()
  signal.addEventListener('abort', () => acquired.resolve(false), { once: true })
  const running = lease.start(over.signal)
  const told = setTimeout(() => {
    io.err(`lb-controller: waiting for the lease, which ${lease.holder ?? 'nobody'} holds\n`)
  }, 2_000)
  const timer = setTimeout(() => acquired.resolve(false), patienceMs)
  try {
    if (await acquired.promise) return await work({ heldUntil: () => lease.heldUntil() })
    if (!signal.aborted) io.err(heldText(config, lease.holder))
    return undefined
  } finally {
    clearTimeout(told)
    clearTimeout(timer)
    over.abort()
    await running
  }
}

const heldText = ({ leaseNamespace, leaseName }: Config, holder: string | undefined): string =>
  `lb-controller: ${holder ?? 'somebody'} holds the lease ${leaseNamespace}/${leaseName}, and one alone may write\n` +
  `  hint: stop the controller meanwhile: kubectl -n ${leaseNamespace} scale deployment lb-controller --replicas=0\n`
