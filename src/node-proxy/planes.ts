import type { Clock } from '../lib/clock.ts'
import type { Log } from '../observe/log.ts'
import type { PlaneMakers } from './choose-plane.ts'
import type { SharingRelay } from '../relay/frontend.ts'
import type { DataPlane } from './data-plane.ts'
import type { NodeProxyMetrics } from './measures.ts'

export interface PlaneOptions {
  /** One that only goes on. */
  readonly clock: Clock
  readonly log: Log
  readonly metrics: NodeProxyMetrics
  /** Userspace: listen here instead of at the node port addresses. */
  readonly bindAddresses?: readonly string[]
  /** Userspace: how many processes share the connections. */
  readonly workers: number
  /** The file that Node was started with: workers are started with it too. */
  readonly program: string
  readonly drainMs: number
  /** Userspace: where a new process takes over from the old one. */
  readonly stateDir: string
  /** Userspace: another process has taken over. */
  readonly onSuperseded: () => void
  /** nftables. */
  readonly masqueradeBit: number
}

/** The data planes there are. */
export const planeMakers = (opts: PlaneOptions): PlaneMakers => ({
  nftables: async () => withLoopback(await withFlows(await nftables(opts), opts), opts),
  userspace: async () => {
    const { log, bindAddresses, drainMs, stateDir: folder, onSuperseded } = opts
    const [{ UserspacePlane }, { HandoverPlane }] = await Promise.all([
      import('./userspace/plane.ts'),
      import('./userspace/handover-plane.ts'),
    ])
    const relay = await sharedRelay(opts)
    const settings = bindAddresses === undefined ? {} : { bindAddresses }
    const plane = new UserspacePlane({ relay, log, drainMs, settings })
    return new HandoverPlane(plane, { relay, log, folder, onSuperseded })
  },
})

async function nftables({ masqueradeBit, log, metrics }: PlaneOptions): Promise<DataPlane> {
  const { NftablesPlane } = await import('./nftables/plane.ts')
  return new NftablesPlane({
    masqueradeBit,
    log,
    onCleanupFailed: (ip_family) =>
      metrics.kubeproxy_sync_proxy_rules_nftables_cleanup_failures_total.inc({ ip_family }),
  })
}

/** A relay whose ports a successor can have too. */
async function sharedRelay({ clock, log, workers, program }: PlaneOptions): Promise<SharingRelay> {
  if (workers === 1) return localRelay({ clock, log }, true)
  const [{ SharedRelay }, { forkWorker }] = await Promise.all([
    import('../relay/shared-relay.ts'),
    import('../relay/worker-process.ts'),
  ])
  return SharedRelay.start({ processes: workers, spawn: () => forkWorker(program), clock, log })
}

async function localRelay(
  parts: Pick<PlaneOptions, 'clock' | 'log'>,
  sharePorts: boolean,
): Promise<SharingRelay> {
  const { LocalRelay } = await import('../relay/local-relay.ts')
  return new LocalRelay({ ...parts, sharePorts })
}

async function withFlows(plane: DataPlane, { clock, log, metrics }: PlaneOptions): Promise<DataPlane> {
  const [{ FlowPlane }, { FlowCleaner }, { conntrackTool }] = await Promise.all([
    import('./conntrack/flow-plane.ts'),
    import('./conntrack/cleaner.ts'),
    import('./conntrack/tool.ts'),
  ])
  const cleaner = new FlowCleaner({
    tool: conntrackTool(),
    clock,
    log,
    onPass: ({ ms, deleted }) => {
      metrics.kubeproxy_conntrack_reconciler_sync_duration_seconds.observe({}, ms / 1000)
      metrics.kubeproxy_conntrack_reconciler_deleted_entries_total.inc({}, deleted)
    },
  })
  return new FlowPlane(plane, cleaner)
}

/** Node ports on loopback, where `--nodeport-addresses` asks for them: it costs nothing elsewhere. */
async function withLoopback(plane: DataPlane, opts: PlaneOptions): Promise<DataPlane> {
  const { LocalhostPlane } = await import('./userspace/localhost.ts')
  const { log, drainMs, metrics } = opts
  return new LocalhostPlane(plane, {
    relay: await localRelay(opts, false),
    log,
    drainMs,
    counts: {
      listeners: (count) => metrics.kubeproxy_nftables_localhost_nodeport_listeners.set({}, count),
      failed: (by) =>
        metrics.kubeproxy_nftables_localhost_nodeport_listener_creation_failures_total.inc({}, by),
    },
  })
}
