import type { Clock } from '../lib/clock.ts'
import type { EventSink } from '../kube/events.ts'
import type { KubeApi } from '../kube/port.ts'
import type { Trouble } from '../kube/reflector.ts'
import type { Log } from '../observe/log.ts'
import { serveAnswers, type AnswerServer, type ListenAt } from './health/answer-server.ts'
import type { DataPlane } from './data-plane.ts'
import { HealthCheckPorts } from './health/health-check-ports.ts'
import { keepServing } from './health/keep-serving.ts'
import { Measures, type NodeProxyMetrics } from './measures.ts'
import { healthCheckHosts, machineAddresses } from './node-addresses.ts'
import { proxyHealth } from './health/proxy-health.ts'
import { ProxyEvents } from './sync/events.ts'
import { ProxySource } from './sync/source.ts'
import { SyncHealth } from './health/sync-health.ts'
import { SyncLoop, type Synced } from './sync/loop.ts'
import type { TableSettings } from './table/settings.ts'
import { TableTracker } from './table/tracker.ts'
import { Watches } from './sync/watches.ts'

export interface NodeProxyParts {
  /** One that only goes on. */
  readonly clock: Clock
  /** The one that tells dates. */
  readonly wall: Clock
  readonly log: Log
  readonly api: KubeApi
  readonly events: EventSink
  readonly metrics: NodeProxyMetrics
  /** Started. */
  readonly plane: DataPlane
  readonly table: TableSettings
  readonly syncMs: number
  readonly minSyncMs: number
  /** Of /healthz and /livez. Undefined: nowhere. */
  readonly health: ListenAt | undefined
  /** Of healthCheckNodePorts. Undefined: where NodePorts are answered. */
  readonly healthCheckHosts?: readonly string[]
  readonly machineAddresses?: () => readonly string[]
  /** How health is served. Default: where it is said to be. */
  readonly serveHealth?: typeof serveAnswers
  /** Load balancers get an answer while another process takes over, from either of the two. */
  readonly sharePorts?: boolean
}

export interface NodeProxy {
  /** Until the signal aborts. */
  run(signal: AbortSignal): Promise<void>
  /** Brings those metrics up to date that are looked up when somebody asks. */
  sample(): void
}

/** Whoever asks whether this process lives gets an answer after so long, also while the cluster cannot be seen. */
const sharePatienceMs = 10_000

/** Watches the cluster and keeps the data plane, the health ports and the metrics in step with it. */
export function createNodeProxy(parts: NodeProxyParts): NodeProxy {
  const { clock, wall, log, api, plane, syncMs } = parts
  const { serviceProxyName, everyNode } = parts.table
  const { sharePorts = false, serveHealth: serve = serveAnswers } = parts
  const ownAddresses = parts.machineAddresses ?? machineAddresses
  const measures = new Measures(parts.metrics)
  const health = new SyncHealth(clock, wall, 2 * syncMs)
  const events = new ProxyEvents(parts.events, parts.table.nodeName, (key) => watches.service(key))
  const watches = new Watches({
    api,
    clock,
    log,
    nodeName: parts.table.nodeName,
    ...(serviceProxyName === undefined ? {} : { serviceProxyName }),
    ...(everyNode === undefined ? {} : { everyNode }),
    machineAddresses: ownAddresses,
    onService: (key) => touch(key, () => measures.changed('service', wall.now())),
    onSlice: (key, change) =>
      touch(key, () => {
        source.noteSlice(change)
        const type = (change.now ?? change.before)?.addressType
        if (type === 'IPv4' || type === 'IPv6') measures.changed('endpoint', wall.now(), [type])
      }),
    onNode: () => {
      tracker.touchNode()
      loop.changed()
    },
    onTrouble: (resource: string, trouble: Trouble) =>
      parts.metrics.lb_node_proxy_watch_troubles_total.inc({ resource, trouble }),
  })
  const tracker = new TableTracker(watches, parts.table)
  const source = new ProxySource(tracker, wall.now(), (news) => {
    for (const { namespace, name, code, path, message, accepted, hint } of news)
      log.warn(message, {
        code,
        service: `${namespace}/${name}`,
        path,
        ...(accepted === undefined ? {} : { accepted }),
        ...(hint === undefined ? {} : { hint }),
      })
  })
  const ports = new HealthCheckPorts({
    clock,
    sharePorts,
    serve,
    isHealthy: () => health.healthy,
    onFailure: (service, error) => events.healthCheckFailed(service, error),
  })
  const loop = new SyncLoop({
    clock,
    log,
    plane,
    source,
    health,
    checkMs: syncMs,
    minMs: parts.minSyncMs,
    onSynced: (synced) => {
      if (!serving) sayServing(synced)
      measures.synced(synced, source.servedTriggers(synced.families), wall.now())
      events.rowsFailed(synced)
      openPorts(synced)
    },
    onCheck: () => lookAtMachine(),
  })

  function touch(key: string, count: () => void): void {
    tracker.touch(key)
    count()
    loop.changed()
  }

  let serving = false
  /** From here on packets follow the cluster. */
  function sayServing({ families, table: { rows }, ms }: Synced): void {
    if (families.length === 0) return
    serving = true
    log.info('serving', { plane: plane.name, families, servicePorts: rows.size, ms: Math.round(ms) })
  }

  /** Load balancers are told only what packets already meet. */
  function openPorts({ table, families }: Synced): void {
    const due = families.length === 0 ? undefined : source.dueHealthChecks(table)
    if (due === undefined) return
    void ports.sync(due, parts.healthCheckHosts ?? healthCheckHosts(table, ownAddresses()))
  }

  let known = ownAddresses().join()
  function lookAtMachine(): void {
    const now = ownAddresses().join()
    if (now === known) return
    known = now
    tracker.touchNode()
    loop.changed()
  }

  return {
    sample: () => measures.sample(ports.counts),
    async run(signal) {
      const stop = AbortSignal.any([signal])
      const answer = proxyHealth({
        health,
        node: watches.node,
        wall,
        onAnswer: (path, code) => {
          if (path === 'healthz') parts.metrics.kubeproxy_proxy_healthz_total.inc({ code: String(code) })
          else parts.metrics.kubeproxy_proxy_livez_total.inc({ code: String(code) })
        },
      })
      const ready = watches.ready(stop)
      const serveHealth = async (): Promise<AnswerServer | undefined> => {
        if (parts.health === undefined) return undefined
        // The one before knows better until then: of a Node that is not known, load balancers are told to stay away.
        if (sharePorts) await Promise.race([ready, clock.sleep(sharePatienceMs, stop)])
        return serve({ ...parts.health, reusePort: sharePorts }, answer)
      }
      const healthServer = keepServing({
        what: 'the health of the proxy',
        clock,
        log,
        signal: stop,
        serve: () => serveHealth(),
        onServing: ({ port }) => log.info('health served', { port }),
      })
      const watching = watches.run(stop)
      if (await ready) await loop.run(stop)
      // Whoever asks goes elsewhere from now on.
      await Promise.all([ports.close(), healthServer.closed])
      await plane.stop()
      await watching
    },
  }
}
