import type { Clock } from '../lib/clock.ts'
import type { Log } from '../observe/log.ts'
import type { PlaneMakers } from './choose-plane.ts'
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
  readonly drainMs: number
  readonly stateDir?: string
  /** nftables. */
  readonly masqueradeBit: number
}

/** The data planes there are. */
export const planeMakers = (opts: PlaneOptions): PlaneMakers => ({
  nftables: async () => withLoopback(await withFlows(await nftables(opts), opts), opts),
  userspace: async () => {
    const { log, bindAddresses, drainMs } = opts
    const { UserspacePlane } = await import('./userspace/plane.ts')
    return new UserspacePlane({
      relay: await relayOf(opts),
      log,
      drainMs,
      settings: bindAddresses === undefined ? {} : { bindAddresses },
    })
  },
})

async function nftables({ masqueradeBit }: PlaneOptions): Promise<DataPlane> {
  const { NftablesPlane } = await import('./nftables/plane.ts')
  return new NftablesPlane({ masqueradeBit })
}

async function relayOf({ clock, log }: PlaneOptions) {
  const [{ LocalRelay }, { listenUdp }] = await Promise.all([
    import('../relay/local-relay.ts'),
    import('../relay/udp-listening.ts'),
  ])
  return new LocalRelay({ clock, log, listen: { UDP: listenUdp } })
}

async function withFlows(plane: DataPlane, { clock, log, metrics }: PlaneOptions): Promise<DataPlane> {
  const [{ FlowPlane }, { FlowCleaner }, { conntrackTool }] = await Promise.all([
    import('./flow-plane.ts'),
    import('./conntrack.ts'),
    import('./conntrack-tool.ts'),
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
    relay: await relayOf(opts),
    log,
    drainMs,
    counts: {
      listeners: (count) => metrics.kubeproxy_nftables_localhost_nodeport_listeners.set({}, count),
      failed: (by) =>
        metrics.kubeproxy_nftables_localhost_nodeport_listener_creation_failures_total.inc({}, by),
    },
  })
}
