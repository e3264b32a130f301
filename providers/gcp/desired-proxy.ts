/**
 * A proxy network load balancer, for TLS and for the PROXY header. Each port of the Service has a road of its own:
 *
 *   forwarding-rule external/IPv4/443 -> target-ssl-proxy 443 -> backend-service 443 -> endpoints on the node port
 *
 * all at one address. Of the Premium tier it stands in no region; else it is one of the region, without TLS.
 */
import type { Json } from '../../src/lib/json.ts'
import type { Port } from '../../src/model/load-balancer.ts'
import { ref, type Ref, type Resource } from '../../src/plan/resource.ts'
import type { Problem } from '../../src/model/problem.ts'
import { selects } from '../../src/model/value-ports.ts'
import { affinityFor } from './affinity.ts'
import { wantsHeader } from './annotations-portable.ts'
import { describe } from './descriptions.ts'
import { type Front, labelOrigins } from './desired-address.ts'
import { endpointGroups } from './desired-backends.ts'
import type { DesiredHealthCheck } from './desired-health-check.ts'
import { loggingFor } from './logging.ts'
import { proxyProblems } from './proxy-problems.ts'
import { rulePlace } from './rule-place.ts'
import type { Wish } from './wish.ts'

interface DesiredProxy {
  readonly resources: readonly Resource[]
  readonly problems: readonly Problem[]
}

export function desiredProxy(
  wish: Wish,
  fronts: readonly Front[],
  health: DesiredHealthCheck,
  guards: readonly Ref[],
): DesiredProxy {
  const made = wish.lb.ports
    .filter(({ protocol }) => protocol === 'TCP')
    .map((port) => roadFor(wish, port, fronts, health, guards))
  return {
    resources: made.flatMap(({ resources }) => resources),
    problems: [
      ...proxyProblems(wish),
      ...made.flatMap(({ problems }) => problems),
      ...affinityFor(wish).problems,
      ...loggingFor(wish).problems,
    ],
  }
}

const managed = ({ internal }: Wish): string => (internal ? 'INTERNAL_MANAGED' : 'EXTERNAL_MANAGED')

const scope = ({ global, region }: Wish): { region?: Json } => (global ? {} : { region })

function roadFor(
  wish: Wish,
  port: Port,
  fronts: readonly Front[],
  health: DesiredHealthCheck,
  guards: readonly Ref[],
): DesiredProxy {
  const { stack, owners, lb, names, settings } = wish
  const key = `${wish.scheme}/${port.port}`
  const description = describe({ service: lb.owner.name, uid: lb.uid })
  const why = `the nodePort of ${port.port}, which the API server allocates`
  const backends = endpointGroups(wish, {
    stack,
    owners,
    prefix: `${port.port}/`,
    name: () => names.suffixed(`-${port.port}`),
    port: { number: port.nodePort, why },
    purpose: `node port ${port.nodePort ?? '<node port>'} of each node`,
  })
  const service = backendFor(wish, port, key, health, backends.parts, description)
  const proxy = targetProxy(wish, port, service, description)
  const rules = fronts.map(({ family, ip, known, needs, origin }): Resource => {
    const ipv6 = family === 'IPv6'
    const own = `${wish.scheme}/${family}/proxy/${port.port}`
    const place = rulePlace(wish, family, { key: own, transport: 'TCP', port: port.port })
    return {
      stack: place.stack,
      kind: 'forwarding-rule',
      key: place.key,
      owners,
      spec: {
        name: names.numbered('TCP', port.port, ipv6),
        ...scope(wish),
        loadBalancingScheme: managed(wish),
        IPProtocol: 'TCP',
        IPAddress: ip,
        ...(ipv6 ? { ipVersion: 'IPV6' } : {}),
        portRange: `${port.port}-${port.port}`,
        networkTier: wish.tier,
        ...(wish.internal
          ? { network: wish.network, allowGlobalAccess: settings.globalAccess?.value === true }
          : {}),
        target: ref(proxy, 'selfLink'),
        ...(Object.keys(place.labels).length === 0 ? {} : { labels: place.labels }),
        description: describe({ service: lb.owner.name, uid: lb.uid, ip: known }),
      },
      needs: [...needs, ...guards],
      origins: {
        '': `spec.ports[${port.index}]`,
        portRange: `spec.ports[${port.index}].port`,
        ...(origin === undefined ? {} : { IPAddress: origin }),
        ...labelOrigins(wish),
      },
      purpose: `TCP port ${port.port}, over ${family}`,
    }
  })
  return { resources: [...backends.resources, service, proxy, ...rules], problems: backends.problems }
}

function backendFor(
  wish: Wish,
  port: Port,
  key: string,
  health: DesiredHealthCheck,
  groups: NonNullable<Resource['parts']>,
  description: string,
): Resource {
  const { settings } = wish
  const logging = loggingFor(wish)
  const affinity = affinityFor(wish)
  return {
    stack: wish.stack,
    kind: 'backend-service',
    key,
    owners: wish.owners,
    spec: {
      name: wish.names.suffixed(`-${port.port}`),
      ...scope(wish),
      loadBalancingScheme: managed(wish),
      protocol: 'TCP',
      healthChecks: [ref(health.resource, 'selfLink')],
      ...affinity.spec,
      ...(settings.idleTimeout === undefined ? {} : { timeoutSec: settings.idleTimeout.value }),
      ...(logging.config === undefined ? {} : { logConfig: logging.config }),
      description,
    },
    parts: Object.fromEntries(
      Object.entries(groups).map(([at, part]) => [
        at,
        { ...part, spec: { ...part.spec, maxConnectionsPerEndpoint: 10_000 } },
      ]),
    ),
    origins: {
      protocol: `spec.ports[${port.index}].protocol`,
      ...affinity.origins,
      ...(settings.idleTimeout === undefined ? {} : { timeoutSec: settings.idleTimeout.path }),
    },
    purpose: `sends what comes in on port ${port.port} to the nodes`,
  }
}

/** TLS ends at an SSL proxy, and where it does not a TCP proxy passes the bytes on; both can write the PROXY header. */
function targetProxy(wish: Wish, port: Port, service: Resource, description: string): Resource {
  const { settings, names } = wish
  const { tlsCertificate, tlsPorts, tlsPolicy, proxyProtocol } = settings
  const tls = tlsCertificate !== undefined && selects(tlsPorts?.value ?? 'all', port)
  const header = wantsHeader(proxyProtocol?.value) === 'off' ? 'NONE' : 'PROXY_V1'
  return {
    stack: wish.stack,
    kind: tls ? 'target-ssl-proxy' : 'target-tcp-proxy',
    key: `${wish.global ? 'global' : 'regional'}/${port.port}`,
    owners: wish.owners,
    spec: {
      name: names.suffixed(`-${port.port}`),
      ...scope(wish),
      service: ref(service, 'selfLink'),
      proxyHeader: header,
      ...(tls
        ? {
            sslCertificates: [...new Set(tlsCertificate.value)].map((name) =>
              name.includes('/') ? name : `global/sslCertificates/${name}`,
            ),
            ...(tlsPolicy === undefined ? {} : { sslPolicy: `global/sslPolicies/${tlsPolicy.value}` }),
          }
        : {}),
      description,
    },
    origins: {
      ...(proxyProtocol === undefined ? {} : { proxyHeader: proxyProtocol.path }),
      ...(tlsCertificate === undefined ? {} : { sslCertificates: tlsCertificate.path }),
      ...(tlsPolicy === undefined ? {} : { sslPolicy: tlsPolicy.path }),
    },
    purpose: tls ? `ends TLS on port ${port.port}` : `takes connections on port ${port.port}`,
  }
}
