import { availableParallelism, hostname, platform } from 'node:os'
import type { NodeProxyConfig } from '../config/node-proxy-settings.ts'
import type { Client } from '../kube/client.ts'
import { EventRecorder } from '../kube/events.ts'
import { monotonicClock, systemClock } from '../lib/clock.ts'
import { choosePlane, type PlaneMakers } from '../node-proxy/choose-plane.ts'
import { PlaneRefused, type DataPlane } from '../node-proxy/data-plane.ts'
import { keepServing } from '../node-proxy/health/keep-serving.ts'
import { createNodeProxy } from '../node-proxy/main.ts'
import { planeMakers } from '../node-proxy/planes.ts'
import type { TableSettings } from '../node-proxy/table/settings.ts'
import { procSysctls, sysctlWishes, warnOfSysctls } from '../node-proxy/sysctls.ts'
import { parseBind, serveObserve } from '../observe/http.ts'
import { createLog, type Log } from '../observe/log.ts'
import { countRequests, createMetricsOf } from '../observe/metrics.ts'
import { nodeProxyMetricTable } from '../observe/node-proxy-metric-table.ts'
import type { NodeProxyOptions } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { connectTo } from './live.ts'
import { nodeProxyConfig, planeOptions, stateDirOf, tableSettings } from './node-proxy-config.ts'

/** The proxy of a node, until SIGTERM or SIGINT; or one of the things that it does once. */
export async function nodeProxy(options: NodeProxyOptions, io: Io): Promise<ExitCode> {
  const config = await nodeProxyConfig(options, io)
  if (config === undefined) return exit.errors
  const { explain: asked } = options
  if (asked !== undefined) {
    const { explain } = await import('./node-proxy-explain.ts')
    return explain(config, { ...options, explain: asked }, io)
  }
  if (options.cleanup === true || options.setSysctls === true) {
    const { cleanUp, setKernelSettings } = await import('./node-proxy-once.ts')
    return options.cleanup === true ? cleanUp(config, io) : setKernelSettings(config, io)
  }
  const log = await createLog({ level: config.logLevel, pretty: config.logFormat === 'text', write: io.err })
  const stop = io.stopSignal()
  return serve(config, log, io, stop)
}

async function serve(config: NodeProxyConfig, log: Log, io: Io, told: AbortSignal): Promise<ExitCode> {
  const superseded = new AbortController()
  const stop = AbortSignal.any([told, superseded.signal])
  const metrics = await createMetricsOf(nodeProxyMetricTable, { process: true })
  let client: Client
  try {
    client = await connectTo(config, { onRequest: countRequests(metrics) })
  } catch (error) {
    io.err(`lb-controller: the cluster cannot be reached: ${textOf(error)}\n`)
    return exit.errors
  }
  try {
    const plane = await started(
      config,
      planeMakers(planeOptions(config, log, metrics, io, () => superseded.abort())),
      log,
      io,
      stop,
    )
    if (plane === undefined) return stop.aborted ? exit.fine : exit.errors
    const table = servable(tableSettings(config), plane)
    if (table.families.length === 0) {
      io.err(`lb-controller: --ip-families asks for what ${plane.name} cannot serve on this machine\n`)
      return exit.errors
    }
    const wishes = sysctlWishes({
      plane: plane.name,
      families: table.families,
      cores: availableParallelism(),
    })
    await warnOfSysctls(wishes, procSysctls, log)
    metrics.lb_node_proxy_data_plane.set({ plane: plane.name }, 1)
    const events = new EventRecorder({
      api: client,
      clock: systemClock,
      instance: hostname(),
      component: 'lb-controller-node-proxy',
      log,
    })
    const proxy = createNodeProxy({
      clock: monotonicClock,
      wall: systemClock,
      log,
      api: client,
      events,
      metrics,
      plane,
      table,
      syncMs: config.syncPeriod,
      minSyncMs: config.minSyncPeriod,
      sharePorts: plane.name === 'userspace' && platform() === 'linux',
      health: config.healthAddress === 'off' ? undefined : parseBind(config.healthAddress),
      ...(config.healthCheckAddresses === undefined ? {} : { healthCheckHosts: config.healthCheckAddresses }),
    })
    const metricsServer = keepServing({
      what: 'metrics',
      clock: monotonicClock,
      log,
      signal: stop,
      serve: () =>
        config.metricsAddress === 'off'
          ? undefined
          : serveObserve({
              bind: config.metricsAddress,
              // kube-proxy answers so there, and tools ask for it.
              texts: (path) => (path === '/proxyMode' ? plane.name : undefined),
              metrics: () => {
                proxy.sample()
                return metrics.text()
              },
            }),
      onServing: ({ host, port }) =>
        log.info('metrics served', { address: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}` }),
    })
    log.info('started', {
      server: client.server,
      node: table.nodeName,
      plane: plane.name,
      families: table.families,
      nodePorts: config.nodeportAddresses.length === 0 ? ['primary'] : config.nodeportAddresses,
      health: config.healthAddress,
    })
    await proxy.run(stop)
    await metricsServer.closed
    await events.drained()
    if (superseded.signal.aborted && config.superseded === 'wait') {
      const { waitBehind } = await import('../node-proxy/userspace/wait-behind.ts')
      await waitBehind({ folder: stateDirOf(config), clock: monotonicClock, log }, told)
    }
    log.info('stopped')
    return exit.fine
  } finally {
    await client.close()
  }
}

/** Undefined, after saying why, when the data plane that was asked for cannot work here. */
async function started(
  { dataPlane }: NodeProxyConfig,
  makers: PlaneMakers,
  log: Log,
  io: Io,
  stop: AbortSignal,
): Promise<DataPlane | undefined> {
  try {
    return await choosePlane(dataPlane, makers, log, stop)
  } catch (error) {
    if (stop.aborted) return undefined
    if (!(error instanceof PlaneRefused)) throw error
    io.err(`lb-controller: ${error.missing}\n  hint: ${error.hint}\n`)
    return undefined
  }
}

/** Without families that the machine has addresses of and the plane cannot serve. */
const servable = (settings: TableSettings, { families }: DataPlane): TableSettings =>
  families === undefined
    ? settings
    : { ...settings, families: settings.families.filter((family) => families.includes(family)) }

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
