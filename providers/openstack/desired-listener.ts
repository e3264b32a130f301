import type { JsonObject } from '../../src/lib/json.ts'
import type { SourceRange } from '../../src/model/load-balancer.ts'
import { ref, type Resource } from '../../src/plan/resource.ts'
import { versionsFrom } from './annotations-portable.ts'
import { formerTags, tagOrigins } from './desired-load-balancer.ts'
import { childName } from './names.ts'
import type { ListenerProtocol } from './protocols.ts'
import type { Route } from './routes.ts'
import { enforcedBy } from './sources.ts'
import { hostnameTag } from './tags.ts'
import type { Wish } from './wish.ts'

/** What is asked of one listener, by Octavia's own names; what is absent is left to Octavia. */
interface ListenerOf {
  readonly name: string
  readonly protocol: ListenerProtocol
  readonly port: number
  readonly connectionLimit: number | undefined
  readonly certificates: readonly string[]
  readonly forwardedFor: boolean
  readonly ranges: readonly SourceRange[]
}

export function listenerSpec(of: ListenerOf): JsonObject {
  const [certificate, ...more] = of.protocol === 'TERMINATED_HTTPS' ? of.certificates : []
  return {
    name: of.name,
    protocol: of.protocol,
    protocol_port: of.port,
    ...(of.connectionLimit === undefined ? {} : { connection_limit: of.connectionLimit }),
    ...(certificate === undefined ? {} : { default_tls_container_ref: certificate }),
    ...(more.length === 0 ? {} : { sni_container_refs: more.toSorted() }),
    ...(of.forwardedFor ? { insert_headers: { 'X-Forwarded-For': 'true' } } : {}),
    ...(of.ranges.length === 0 ? {} : { allowed_cidrs: of.ranges.map(({ cidr }) => cidr).toSorted() }),
  }
}

export function desiredListener(wish: Wish, route: Route, pool: Resource): Resource {
  const { settings, features, balancer, lb, legacy } = wish
  const key = `${wish.root.key}/${route.claim}`
  const spec = listenerSpec({
    name: childName('listener', route.index, legacy),
    protocol: route.listener,
    port: route.port,
    connectionLimit: features.ovn ? undefined : settings.connectionLimit?.value,
    certificates: settings.certificates?.value ?? [],
    forwardedFor: route.traffic.forwardedFor,
    ranges: enforcedBy(wish) === 'listener' ? lb.sourceRanges : [],
  })
  const hostname = settings.hostname === undefined ? {} : { [hostnameTag]: settings.hostname.value }
  return {
    stack: balancer.stack,
    kind: 'listener',
    key,
    owners: [lb.owner],
    within: balancer,
    spec: {
      ...spec,
      ...(route.listener === 'TERMINATED_HTTPS' && settings.tlsPolicy !== undefined
        ? { tls_versions: versionsFrom(settings.tlsPolicy.value) }
        : {}),
      ...timeoutsOf(wish).spec,
      loadbalancer_id: ref(balancer, 'id'),
      default_pool_id: ref(pool, 'id'),
      tags: { ...wish.tags(key), ...hostname },
    },
    ...formerTags(wish),
    origins: originsOf(wish, route),
    purpose: `${route.listener} port ${route.port}, passed on to node port ${route.nodePort ?? '<node port>'}`,
  }
}

const timeouts = [
  ['timeout_client_data', 'timeoutClientData'],
  ['timeout_member_connect', 'timeoutMemberConnect'],
  ['timeout_member_data', 'timeoutMemberData'],
  ['timeout_tcp_inspect', 'timeoutTcpInspect'],
] as const

/** Idle is whoever is silent: clients and members both, where their own keys say nothing. */
const idle: readonly string[] = ['timeoutClientData', 'timeoutMemberData']

function timeoutsOf({ settings, config, features }: Wish): {
  readonly spec: JsonObject
  readonly origins: Readonly<Record<string, string>>
} {
  const spec: Record<string, number> = {}
  const origins: Record<string, string> = {}
  if (!features.timeouts) return { spec, origins }
  for (const [field, name] of timeouts) {
    const own = settings[name]
    const shared = idle.includes(name) ? settings.idleTimeout : undefined
    const value = own?.value ?? (shared === undefined ? config[name] : shared.value * 1000)
    const path = own?.path ?? shared?.path
    if (value !== undefined) spec[field] = value
    if (path !== undefined) origins[field] = path
  }
  return { spec, origins }
}

function originsOf(wish: Wish, route: Route): Record<string, string> {
  const { settings, lb } = wish
  const { certificates, forwardedFor, connectionLimit, tlsPolicy, hostname } = settings
  const [range] = lb.sourceRanges
  const protocolPath = route.traffic.tls
    ? certificates?.path
    : route.traffic.forwardedFor
      ? forwardedFor?.path
      : undefined
  return {
    '': `${route.path}.port`,
    name: 'metadata.name',
    protocol: protocolPath ?? `${route.path}.protocol`,
    protocol_port: `${route.path}.port`,
    default_pool_id: `${route.path}.nodePort`,
    ...(connectionLimit === undefined ? {} : { connection_limit: connectionLimit.path }),
    ...(certificates === undefined
      ? {}
      : { default_tls_container_ref: certificates.path, sni_container_refs: certificates.path }),
    ...(forwardedFor === undefined ? {} : { 'insert_headers.X-Forwarded-For': forwardedFor.path }),
    ...(tlsPolicy === undefined ? {} : { tls_versions: tlsPolicy.path }),
    ...(range === undefined ? {} : { allowed_cidrs: range.path.replace(/\[\d+\]$/, '') }),
    ...(hostname === undefined ? {} : { [`tags.${hostnameTag}`]: hostname.path }),
    ...timeoutsOf(wish).origins,
    ...tagOrigins(settings),
  }
}
