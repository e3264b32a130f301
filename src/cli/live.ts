/** What commands that look at a cluster and its cloud once have in common: settings, connections, the lease. */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Config } from '../config/schema.ts'
import { readPlainYaml } from '../config/plain-yaml.ts'
import { preview, type Preview, type PreviewParts } from '../controller/preview.ts'
import { connect, type Client, type ClientOptions } from '../kube/client.ts'
import { clusterUid } from '../kube/cluster.ts'
import { Lease } from '../kube/lease.ts'
import { listAll } from '../kube/list-all.ts'
import { nodes as nodeType, services as serviceType } from '../kube/port.ts'
import { systemClock } from '../lib/clock.ts'
import type { NodeObject, ServiceObject } from '../model/objects.ts'
import type { Cluster } from '../provider/blueprint.ts'
import { loadProvider } from '../provider/load.ts'
import type { Provider } from '../provider/provider.ts'
import { paintFor } from './colour.ts'
import type { RunOptions } from './context.ts'
import type { Io } from './io.ts'
import { problemText } from './print.ts'
import { readConfig } from './read-config.ts'
import { secretReader } from '../controller/read-secret.ts'

export interface Live {
  readonly config: Config
  readonly client: Client
  readonly provider: Provider
  readonly cluster: Cluster
  readonly signal: AbortSignal
  /** What the controller would do with these Services. */
  see(
    found: Found,
    more?: Partial<Pick<PreviewParts, 'trusting' | 'hands' | 'onProgress' | 'provider'>>,
  ): Promise<Preview>
}

/** The settings of a command that works on a cloud; undefined, after saying why, when there are none. */
export async function settingsFor(
  options: RunOptions,
  io: Io,
): Promise<(Config & { readonly provider: string }) | undefined> {
  const { config, problems } = await readConfig(options.configFile, options.flags, io)
  const paint = paintFor(io, 'err', 'auto')
  for (const located of problems) io.err(problemText(located, paint))
  if (config === undefined) return undefined
  const { provider } = config
  if (provider !== undefined) return { ...config, provider }
  io.err('lb-controller: no provider is given: say --provider aws, or LB_CONTROLLER_PROVIDER=aws\n')
  return undefined
}

/** The cluster that the settings name. Rejects when they name none. */
export const connectTo = (
  { kubeconfig, context }: Pick<Config, 'kubeconfig' | 'context'>,
  more: Pick<ClientOptions, 'attempts' | 'onRequest'> = {},
): Promise<Client> =>
  connect({
    clock: systemClock,
    readYaml: readPlainYaml,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
    ...more,
  })

/** Connects and runs `work`, for `patienceMs` at most; undefined, after saying why, when that cannot be done. */
export async function withLive<T>(
  options: RunOptions,
  io: Io,
  work: (live: Live) => Promise<T>,
  patienceMs?: number,
): Promise<T | undefined> {
  const config = await settingsFor(options, io)
  if (config === undefined) return undefined
  const stop = io.stopSignal()
  const signal = patienceMs === undefined ? stop : AbortSignal.any([AbortSignal.timeout(patienceMs), stop])
  let client: Client | undefined
  try {
    client = await connectTo(config)
    const uid = await clusterUid(client, signal)
    const loaded = await loadProvider(config.provider, config, {
      clock: systemClock,
      clusterUid: uid,
      readSecret: secretReader(client),
    })
    if (loaded.ok)
      return await work(liveOf(config, client, loaded.value, { uid, name: config.clusterName }, signal))
    const paint = paintFor(io, 'err', 'auto')
    for (const problem of loaded.error) io.err(problemText({ problem }, paint))
    return undefined
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
  see: (found, more = {}) =>
    preview(
      {
        clock: systemClock,
        api: client,
        provider,
        cluster,
        ...found,
        settings: {
          adopt: config.adopt,
          graceMs: config.grace,
          serviceWorkers: config.concurrency,
          stackWorkers: config.concurrency,
          cloudConcurrency: config.concurrency * 2,
          ...(config.loadBalancerClass === undefined ? {} : { loadBalancerClass: config.loadBalancerClass }),
        },
        ...more,
      },
      signal,
    ),
})

export interface Found {
  readonly services: readonly ServiceObject[]
  readonly nodes: readonly NodeObject[]
}

/** Services, of one namespace if that is given, and nodes. */
export async function readCluster({ client, signal }: Live, namespace?: string): Promise<Found> {
  const [services, nodes] = await Promise.all([
    listAll<ServiceObject>(client, serviceType, signal, namespace),
    listAll<NodeObject>(client, nodeType, signal),
  ])
  return { services, nodes }
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
