import type { JsonObject } from '../../src/lib/json.ts'
import { type Parts, ref, refOf, type Resource } from '../../src/plan/resource.ts'
import { tagOrigins } from './desired-load-balancer.ts'
import { type Health, monitorSpec, timingOf } from './health.ts'
import { membersOn, type MembersOf, unknownMembers } from './members.ts'
import { childName } from './names.ts'
import { methodOf, poolKey, type PoolProtocol } from './protocols.ts'
import { nodePortGap, type Route } from './routes.ts'
import type { Wish } from './wish.ts'

interface PoolOf {
  readonly name: string
  readonly protocol: PoolProtocol
  readonly method: string
  /** One client stays with one member. */
  readonly sticky: boolean
}

export const poolSpec = ({ name, protocol, method, sticky }: PoolOf): JsonObject => ({
  name,
  protocol,
  lb_algorithm: method,
  ...(sticky ? { session_persistence: { type: 'SOURCE_IP' } } : {}),
})

export function desiredPool(wish: Wish, route: Route, health: Health | undefined): Resource {
  const { settings, config, features, balancer, lb, legacy } = wish
  const key = poolKey(`${wish.root.key}/${route.claim}`, route.pool)
  return {
    stack: balancer.stack,
    kind: 'pool',
    key,
    owners: [lb.owner],
    within: balancer,
    spec: {
      ...poolSpec({
        name: childName('pool', route.index, legacy),
        protocol: route.pool,
        method: methodOf(settings.lbMethod?.value, config.lbMethod, features.ovn),
        sticky: lb.affinity !== undefined,
      }),
      loadbalancer_id: ref(balancer, 'id'),
      tags: wish.tags(key),
    },
    parts: membersFor(wish, route, health),
    origins: {
      '': `${route.path}.port`,
      name: 'metadata.name',
      protocol: protocolPath(wish, route),
      'session_persistence.type': 'spec.sessionAffinity',
      ...(settings.lbMethod === undefined ? {} : { lb_algorithm: settings.lbMethod.path }),
      ...tagOrigins(settings),
    },
    purpose: `the nodes that answer for port ${route.port} on node port ${route.nodePort ?? '<node port>'}`,
  }
}

function protocolPath({ settings }: Wish, route: Route): string {
  const { proxyProtocol, certificates, forwardedFor } = settings
  if (route.traffic.proxy !== 'off' && proxyProtocol !== undefined) return proxyProtocol.path
  const setting = route.traffic.tls ? certificates : route.traffic.forwardedFor ? forwardedFor : undefined
  return setting?.path ?? `${route.path}.protocol`
}

function membersFor(wish: Wish, route: Route, health: Health | undefined): Parts {
  const { context, lb, config } = wish
  const of: MembersOf = {
    nodes: health?.local === true ? withPods(wish) : wish.nodes,
    family: lb.families[0],
    nodePort: route.nodePort,
    gap: nodePortGap(route.port),
    subnetId: wish.memberSubnet,
    monitorPort: health?.port,
    serial: config.serialApiCalls,
    owners: [lb.owner],
  }
  if (context.nodesUnknown !== undefined) return unknownMembers(of, context.nodesUnknown)
  return askedElsewhere(membersOn(of), wish, route)
}

/**
 * A member that was asked on a port of its own keeps that until it is told otherwise, and nothing answers there any more.
 */
function askedElsewhere(parts: Parts, { context, balancer, root }: Wish, { claim, pool }: Route): Parts {
  const key = poolKey(`${root.key}/${claim}`, pool)
  const seen = context.observed.find(
    (item) => item.kind === 'pool' && item.stack === balancer.stack && item.key === key,
  )
  const stale = Object.entries(parts).filter(
    ([member, { spec }]) =>
      spec['monitor_port'] === undefined && seen?.parts?.[member]?.spec['monitor_port'] !== undefined,
  )
  const told = stale.map(([member, part]) => [
    member,
    { ...part, spec: { ...part.spec, monitor_port: null } },
  ])
  return { ...parts, ...Object.fromEntries(told) }
}

/** Where nobody looked for pods, all nodes stand for those that have one. */
function withPods({ context, nodes }: Wish): Wish['nodes'] {
  if (context.endpoints === undefined) return nodes
  const names = new Set(context.endpoints.filter(({ ready }) => ready).flatMap(({ node }) => node ?? []))
  return nodes.filter(({ name }) => names.has(name))
}

export function desiredMonitor(wish: Wish, route: Route, pool: Resource, health: Health): Resource {
  const { settings, config, lb, legacy } = wish
  const policy = lb.trafficPolicy === 'Local' ? 'spec.externalTrafficPolicy' : undefined
  const by = settings.healthCheckProtocol?.path ?? policy ?? settings.enableMonitor?.path ?? health.portPath
  const path = (setting: { readonly path: string } | undefined): string => setting?.path ?? by
  return {
    stack: pool.stack,
    kind: 'health-monitor',
    key: pool.key,
    owners: [lb.owner],
    within: refOf(pool),
    spec: {
      ...monitorSpec({
        name: childName('monitor', route.index, legacy),
        protocol: route.traffic.protocol,
        http: health.http,
        path: health.path,
        timing: timingOf(settings, config),
      }),
      pool_id: ref(pool, 'id'),
      tags: wish.tags(pool.key),
    },
    origins: {
      '': `${route.path}.port`,
      name: 'metadata.name',
      type: by,
      url_path: path(settings.healthCheckPath),
      delay: path(settings.monitorDelay),
      timeout: path(settings.monitorTimeout),
      max_retries: path(settings.monitorMaxRetries),
      max_retries_down: path(settings.monitorMaxRetriesDown),
      ...tagOrigins(settings),
    },
    purpose:
      lb.trafficPolicy === 'Local' && health.http !== undefined
        ? `asks the nodes which of them have pods behind port ${route.port}`
        : `asks the nodes behind port ${route.port} whether they answer`,
  }
}
