import type { Config } from '../config/schema.ts'
import { assemble } from '../controller/assemble.ts'
import type { Manager } from '../controller/manager.ts'
import type { Client } from '../kube/client.ts'
import { clusterUid } from '../kube/cluster.ts'
import { KubeError } from '../kube/errors.ts'
import { systemClock } from '../lib/clock.ts'
import { serveObserve, type ObserveServer } from '../observe/http.ts'
import { createLog, type Log } from '../observe/log.ts'
import { countRequests, createMetrics, type Metrics } from '../observe/metrics.ts'
import type { PageServer } from '../page/server.ts'
import { loadProvider } from '../provider/load.ts'
import type { Provider } from '../provider/provider.ts'
import { paintFor } from './colour.ts'
import type { RunOptions } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { connectTo, settingsFor } from './live.ts'
import { problemText } from './print.ts'
import { secretReader } from '../controller/read-secret.ts'
import { measure } from './run-metrics.ts'

/** Between two tries to reach an API server at the start. */
const reachAgainMs = 5_000

/** The controller, until SIGTERM or SIGINT. */
export async function run(options: RunOptions, io: Io): Promise<ExitCode> {
  const config = await settingsFor(options, io)
  if (config === undefined) return exit.errors
  const stop = io.stopSignal()
  const log = await createLog({ level: config.logLevel, pretty: config.logFormat === 'text', write: io.err })
  const metrics = await createMetrics({ process: true })
  let client: Client
  try {
    client = await connectTo(config, { onRequest: countRequests(metrics) })
  } catch (error) {
    io.err(
      `lb-controller: the cluster cannot be reached: ${error instanceof Error ? error.message : String(error)}\n`,
    )
    return exit.errors
  }
  try {
    const uid = await reach(client, log, stop)
    if (uid === undefined) return exit.fine
    const provider = await loadProvider(config.provider, config, {
      clock: systemClock,
      clusterUid: uid,
      readSecret: secretReader(client),
    })
    if (provider.ok)
      return await lead({ config, client, uid, provider: provider.value, log, metrics, stop, io })
    const paint = paintFor(io, 'err', 'auto')
    for (const problem of provider.error) io.err(problemText({ problem }, paint))
    return exit.errors
  } finally {
    await client.close()
  }
}

/** The cluster's identity; waits for an API server that does not answer yet. Undefined when told to stop. */
async function reach(client: Client, log: Log, stop: AbortSignal): Promise<string | undefined> {
  while (!stop.aborted) {
    try {
      return await clusterUid(client, stop)
    } catch (error) {
      if (stop.aborted) break
      const hint =
        error instanceof KubeError && error.code === 403 ? 'see manifests/base/cluster-role.yaml' : undefined
      log.warn('the cluster does not tell its identity yet', {
        server: client.server,
        error,
        ...(hint === undefined ? {} : { hint }),
      })
      await systemClock.sleep(reachAgainMs, stop)
    }
  }
  return undefined
}

interface Leading {
  readonly config: Config
  readonly client: Client
  readonly uid: string
  readonly provider: Provider
  readonly log: Log
  readonly metrics: Metrics
  readonly stop: AbortSignal
  readonly io: Io
}

async function lead({ config, client, uid, provider, log, metrics, stop, io }: Leading): Promise<ExitCode> {
  const measured = measure(metrics, provider.name, config.leaseName)
  const about = { provider: provider.name, cluster: config.clusterName, API: client.server }
  const page = config.pageAddress === 'off' ? undefined : new (await import('./run-page.ts')).RunPage(about)
  const controller = assemble({
    config,
    clock: systemClock,
    api: client,
    uid,
    provider,
    log,
    ...measured.hooks,
    onStep(executed) {
      measured.hooks.onStep?.(executed)
      page?.stepped(executed)
    },
    ...(page === undefined ? {} : { overhear: page.overhear }),
  })
  const { manager, identity } = controller
  let server: ObserveServer
  try {
    server = await serve(config, manager, metrics, () => measured.sample(manager))
  } catch (error) {
    return refuse(io, config.httpAddress, '--http-address', error)
  }
  let pageServer: PageServer | undefined
  try {
    pageServer = await page?.serve(config, manager)
  } catch (error) {
    await server.close()
    return refuse(io, config.pageAddress, '--page-address', error)
  }
  log.info('started', {
    server: client.server,
    provider: provider.name,
    identity,
    http: `${server.host}:${server.port}`,
    ...(pageServer === undefined ? {} : { page: pageServer.url }),
  })
  await controller.run(stop)
  await server.close()
  await pageServer?.close()
  log.info('stopped')
  return exit.fine
}

/** An address that cannot be had. */
function refuse(io: Io, address: string, flag: string, error: unknown): ExitCode {
  io.err(
    `lb-controller: ${address} cannot be served: ${error instanceof Error ? error.message : String(error)}\n`,
  )
  io.err(`  hint: choose another one with ${flag}, or :0 for any free port\n`)
  return exit.errors
}

const statusPage = /^\/status\/([^/]+)\/([^/]+)$/

const serve = (
  config: Config,
  manager: Manager,
  metrics: Metrics,
  sample: () => void,
): Promise<ObserveServer> =>
  serveObserve({
    bind: config.httpAddress,
    ready: Object.keys(manager.checks()).map((name) => ({ name, check: () => manager.checks()[name] })),
    metrics: () => {
      sample()
      return metrics.text()
    },
    pages: (path) => {
      const [, namespace, name] = statusPage.exec(path) ?? []
      return namespace === undefined || name === undefined ? undefined : manager.report(namespace, name)
    },
  })
