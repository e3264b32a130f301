import type { Clock } from '../../lib/clock.ts'
import type { NodeObject } from '../../model/objects.ts'
import type { Answer } from './answer-server.ts'
import type { SyncHealth } from './sync-health.ts'

/** What the cluster autoscaler puts on a node that it is about to remove (KEP-3836). */
const leavingTaint = 'ToBeDeletedByClusterAutoscaler'

/**
 * Whether load balancers may send new connections to this node. One that is about to go is not to get any, whatever
 * else is on it: a cordon or any other taint says nothing about traffic. A node that is not known is not eligible.
 */
export const isEligible = (node: NodeObject | undefined): boolean =>
  node !== undefined &&
  node.metadata.deletionTimestamp === undefined &&
  node.spec?.taints?.some(({ key }) => key === leavingTaint) !== true

export interface ProxyHealthParts {
  readonly health: SyncHealth
  readonly node: () => NodeObject | undefined
  /** The one that tells dates. */
  readonly wall: Clock
  readonly onAnswer?: (path: 'healthz' | 'livez', code: number) => void
}

/**
 * `/healthz` is for load balancers, `/livez` for the kubelet: the proxy of a node that is drained must not be restarted
 * while its last connections end, so only the first one looks at the node.
 */
export const proxyHealth =
  (parts: ProxyHealthParts) =>
  (path: string): Answer => {
    if (path !== '/healthz' && path !== '/livez')
      return { code: 404, body: '{"error":"try /healthz or /livez"}\n' }
    const eligible = path === '/healthz' ? { nodeEligible: isEligible(parts.node()) } : {}
    const { health, wall } = parts
    const code = health.healthy && eligible.nodeEligible !== false ? 200 : 503
    parts.onAnswer?.(path === '/healthz' ? 'healthz' : 'livez', code)
    const now = wall.now()
    const body = {
      lastUpdated: dateOf(health.healthy ? now : health.lastUpdated),
      currentTime: dateOf(now),
      ...eligible,
      healthy: health.healthy,
      status: Object.fromEntries(
        [...health.families].map(([family, { healthy, lastUpdated }]) => [
          family,
          { lastUpdated: dateOf(healthy ? now : lastUpdated), healthy },
        ]),
      ),
    }
    return { code, body: JSON.stringify(body) }
  }

/** The year 1 stands for never, as Go writes it and readers expect. */
const dateOf = (ms: number | undefined): string =>
  ms === undefined ? '0001-01-01T00:00:00Z' : new Date(ms).toISOString()
