import type { JsonObject } from '../../src/lib/json.ts'
import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { type Parts, ref, type Resource } from '../../src/plan/resource.ts'
import { healthOf } from './health.ts'
import type { Place, PlaceOf } from './place.ts'
import type { Route } from './routes.ts'
import { marksOf } from './tags.ts'
import { labelled, nodeTargets, unknownTargets } from './targets.ts'

interface ListenerOf {
  readonly lb: LoadBalancer
  readonly of: PlaceOf
  readonly place: Place
  readonly address: Resource
  readonly route: Route
  readonly certificate: Resource | undefined
}

const defaultDrainSeconds = 30

export const listenerKey = (place: Pick<Place, 'key'>, { claim }: Pick<Route, 'claim'>): string =>
  `${place.key}/${claim}`

export function desiredListener(wish: ListenerOf): Resource {
  const { lb, of, place, address, route } = wish
  const { settings, config, context } = of
  const key = listenerKey(place, route)
  const health = healthOf(lb, route, settings, config)
  const owner = { uid: lb.uid, name: lb.owner.name }
  return {
    stack: place.stack,
    kind: 'listener',
    key,
    owners: [lb.owner],
    serves: route.claim,
    spec: {
      addressId: ref(address, 'id'),
      protocol: route.protocol,
      port: route.port,
      ...(health === undefined ? {} : { healthCheck: health.spec }),
      ...(lb.sourceRanges.length === 0 ? {} : { sources: lb.sourceRanges.map(({ cidr }) => cidr) }),
      scheduler: settings.scheduler?.value ?? config.scheduler,
      ...(lb.affinity === undefined ? {} : { affinitySeconds: lb.affinity.timeoutSeconds }),
      ...(route.proxyProtocol === undefined ? {} : { proxyProtocol: route.proxyProtocol }),
      ...tlsOf(wish),
      ...limitsOf(wish),
      drainMs: (settings.drain?.value ?? defaultDrainSeconds) * 1000,
      tags: {
        ...settings.tags?.value,
        ...marksOf({ cluster: context.cluster, key, group: place.group, owner }),
      },
    },
    parts: targetsOf(wish),
    origins: { ...health?.origins, ...originsOf(wish) },
    purpose: `${route.protocol} port ${route.port}${route.tls ? ', where TLS ends' : ''}, passed on to node port ${route.nodePort ?? '<node port>'}`,
  }
}

function tlsOf({ route, certificate, of: { settings } }: ListenerOf): JsonObject {
  if (!route.tls || certificate === undefined) return {}
  return {
    certificateId: ref(certificate, 'id'),
    ...(settings.tlsPolicy === undefined ? {} : { minTlsVersion: settings.tlsPolicy.value }),
  }
}

function limitsOf({ of: { settings } }: ListenerOf): JsonObject {
  const { maxConnections, connectTimeout, idleTimeout } = settings
  return {
    ...(maxConnections === undefined ? {} : { maxConnections: maxConnections.value }),
    ...(connectTimeout === undefined ? {} : { connectTimeoutMs: connectTimeout.value }),
    ...(idleTimeout === undefined ? {} : { idleTimeoutMs: idleTimeout.value * 1000 }),
  }
}

function targetsOf({ route, of: { settings, context } }: ListenerOf): Parts {
  const labels = settings.targetNodeLabels?.value
  if (context.nodesUnknown !== undefined || route.nodePort === undefined) {
    const of = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`)
    const which = context.nodesUnknown ?? 'each node'
    return unknownTargets(of.length === 0 ? which : `${which}, those with ${of.join(', ')}`, route.nodePort)
  }
  return nodeTargets(labels === undefined ? context.nodes : labelled(context.nodes, labels), route.nodePort)
}

function originsOf({ lb, route, of: { settings } }: ListenerOf): Record<string, string> {
  const [range] = lb.sourceRanges
  const paths: readonly (readonly [string, string | undefined])[] = [
    ['', `${route.path}.port`],
    ['protocol', `${route.path}.protocol`],
    ['port', `${route.path}.port`],
    ['sources', range?.path.replace(/\[\d+\]$/, '')],
    ['scheduler', settings.scheduler?.path],
    ['affinitySeconds', lb.affinity === undefined ? undefined : 'spec.sessionAffinity'],
    ['proxyProtocol', route.proxyProtocol === undefined ? undefined : settings.proxyProtocol?.path],
    ['certificateId', settings.certificate?.path],
    ['minTlsVersion', settings.tlsPolicy?.path],
    ['maxConnections', settings.maxConnections?.path],
    ['connectTimeoutMs', settings.connectTimeout?.path],
    ['idleTimeoutMs', settings.idleTimeout?.path],
    ['drainMs', settings.drain?.path],
    ...Object.keys(settings.tags?.value ?? {}).map((key) => [`tags.${key}`, settings.tags?.path] as const),
  ]
  return Object.fromEntries(paths.flatMap(([field, path]) => (path === undefined ? [] : [[field, path]])))
}
