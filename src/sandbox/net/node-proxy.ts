import type { EventSink } from '../../kube/events.ts'
import type { KubeApi } from '../../kube/port.ts'
import { monotonicClock, systemClock } from '../../lib/clock.ts'
import type { DataPlane } from '../../node-proxy/data-plane.ts'
import { serveAnswers } from '../../node-proxy/health/answer-server.ts'
import { createNodeProxy } from '../../node-proxy/main.ts'
import type { NodeProxyMetrics } from '../../node-proxy/measures.ts'
import type { TableSettings } from '../../node-proxy/table/settings.ts'
import { UserspacePlane } from '../../node-proxy/userspace/plane.ts'
import type { UserspaceSettings } from '../../node-proxy/userspace/frontends.ts'
import type { Log } from '../../observe/log.ts'
import type { FrontendCounters, Relay } from '../../relay/frontend.ts'
import type { Layout } from '../layout.ts'
import { allOfLoopback } from './system.ts'
import { TranslatedRelay } from './translated-relay.ts'
import { Translation, type Place } from './translation.ts'

/** What all proxies of a sandbox share. */
export interface ProxyParts {
  readonly api: KubeApi
  readonly layout: Layout
  readonly log: Log
  readonly metrics: NodeProxyMetrics
  readonly events: EventSink
  /** Where things really are. Default: where they are said to be. */
  readonly translation?: Translation
  /** Makes what listens, for each proxy its own. */
  readonly relay: (log: Log) => Relay
}

/** A node proxy that runs in this process. */
export interface RunningProxy {
  /** Resolves when it serves what the cluster asked for when it began, or has been closed. */
  readonly ready: Promise<void>
  /** By frontend: `NAMESPACE/NAME:PORT/PROTOCOL/FAMILY ADDRESS PORT`. */
  counters(): Promise<ReadonlyMap<string, FrontendCounters>>
  /** Takes no new connections, gives those that are open so long to end, then breaks them. Default 0 ms. */
  close(graceMs?: number): Promise<void>
}

export interface ProxyWish {
  /** Whose it is, for the log. */
  readonly name: string
  readonly table: Pick<TableSettings, 'nodeName' | 'everyNode' | 'pods'>
  readonly settings: UserspaceSettings
  /** Where /healthz is answered, and healthCheckNodePorts. Absent: nowhere. */
  readonly healthAt?: string
}

/** kube-proxy's. */
const healthPort = 10_256
/** Changes that come within this time are written together. */
const minSyncMs = 10
const syncMs = 30_000

export function runProxy(parts: ProxyParts, { name, table, settings, healthAt }: ProxyWish): RunningProxy {
  const log = parts.log.child({ proxy: name })
  const { translation = new Translation(allOfLoopback, parts.layout) } = parts
  const inner = new TranslatedRelay(parts.relay(log), translation)
  const stop = new AbortController()
  const served = Promise.withResolvers<void>()
  let drainMs = 0
  // How long connections may go on is known only when the proxy is closed.
  const relay: Relay = {
    serve: (frontends) => inner.serve(frontends),
    change: (put, remove) => inner.change(put, remove),
    counters: () => inner.counters(),
    drain: () => inner.drain(drainMs),
  }
  const plane = announcing(new UserspacePlane({ relay, settings, log }), served.resolve)
  const proxy = createNodeProxy({
    clock: monotonicClock,
    wall: systemClock,
    log,
    api: parts.api,
    events: parts.events,
    metrics: parts.metrics,
    plane,
    table: {
      ...table,
      families: ['IPv4'],
      nodePortAddresses: { ranges: [], all: false, primary: true, localhost: false },
      masqueradeAll: false,
      onlyLoadBalancer: false,
      ignoreExternalAddresses: true,
      serviceRanges: [parts.layout.serviceRange],
    },
    syncMs,
    minSyncMs,
    health: healthAt === undefined ? undefined : { host: healthAt, port: healthPort },
    healthCheckHosts: healthAt === undefined ? [] : [healthAt],
    machineAddresses: () => [],
    serveHealth: ({ host, port, ...at }, answer) =>
      serveAnswers(
        host === undefined ? { port, ...at } : { ...at, ...listenAt(translation, { address: host, port }) },
        answer,
      ),
  })
  const running = proxy.run(stop.signal)
  return {
    ready: served.promise,
    counters: () => inner.counters(),
    close(graceMs = 0) {
      drainMs = graceMs
      stop.abort()
      served.resolve()
      return running
    },
  }
}

function listenAt(translation: Translation, place: Place): { readonly host: string; readonly port: number } {
  const { address: host, port } = translation.at('TCP', place)
  return { host, port }
}

/** The plane, which says when it was first brought up to date. */
const announcing = (plane: DataPlane, served: () => void): DataPlane => ({
  name: plane.name,
  start: (signal) => plane.start(signal),
  async apply(...asked) {
    const applied = await plane.apply(...asked)
    served()
    return applied
  },
  intact: (signal) => plane.intact(signal),
  stop: () => plane.stop(),
  cleanup: (signal) => plane.cleanup(signal),
})
