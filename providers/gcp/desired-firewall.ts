/**
 * Who may pass to the nodes. The rule that allows is written before the one that denies, so that no packet of a
 * client that may connect is ever lost to the order of writing:
 *
 *   denyRules off   allow 1000                        what else the network allows is not our business
 *   denyRules on    allow 999, deny everything 1000   at the addresses of this load balancer
 */
import type { Json } from '../../src/lib/json.ts'
import type { Family } from '../../src/model/load-balancer.ts'
import { refOf, type Resource, unknown } from '../../src/plan/resource.ts'
import { has } from './config.ts'
import { describe, sharedBy } from './descriptions.ts'
import type { Front } from './desired-address.ts'
import type { DesiredHealthCheck } from './desired-health-check.ts'
import { sharedStack } from './owners.ts'
import { joined, transportsOf } from './ports.ts'
import type { Wish } from './wish.ts'

/** Where Google's health checks come from. */
const healthRanges = {
  IPv4: ['130.211.0.0/22', '35.191.0.0/16', '209.85.152.0/22', '209.85.204.0/22'],
  internalIPv6: '2600:2d00:1:b029::/64',
  externalIPv6: '2600:1901:8001::/48',
} as const

/** Where proxies that stand in no region connect from. */
const proxyRanges: readonly string[] = ['130.211.0.0/22', '35.191.0.0/16']

export const everywhere: Readonly<Record<Family, string>> = { IPv4: '0.0.0.0/0', IPv6: '::/0' }

/** A family without a range of its own is open to all, unless ranges of the other family say who may connect. */
export function sourceRanges({ lb }: Pick<Wish, 'lb'>, family: Family): readonly string[] {
  if (lb.sourceRanges.length === 0) return [everywhere[family]]
  return lb.sourceRanges.filter((range) => range.family === family).map(({ cidr }) => cidr)
}

export function desiredFirewalls(
  wish: Wish,
  fronts: readonly Front[],
  health: DesiredHealthCheck,
): readonly Resource[] {
  const traffic = wish.proxy
    ? [proxyFirewall(wish)]
    : fronts.flatMap((front) => {
        const ranges = sourceRanges(wish, front.family)
        if (ranges.length === 0) return wish.config.denyRules ? [denyFirewall(wish, front)] : []
        const allow = allowFirewall(wish, front, ranges)
        return wish.config.denyRules ? [allow, denyFirewall(wish, front, allow)] : [allow]
      })
  const families = wish.proxy ? (['IPv4'] as const) : wish.lb.families
  return [...traffic, ...families.map((family) => healthFirewall(wish, family, health))]
}

const common = (wish: Wish) => ({
  network: wish.network,
  direction: 'INGRESS',
  targetTags: wish.tags,
})

function trafficRule(wish: Wish, key: string, fields: Readonly<Record<string, Json>>): Resource {
  const path = wish.lb.sourceRanges[0]?.path ?? 'spec.loadBalancerSourceRanges'
  return {
    stack: wish.stack,
    kind: 'firewall',
    key,
    owners: wish.owners,
    spec: { ...fields, ...common(wish) },
    origins: { sourceRanges: path, allowed: 'spec.ports' },
  }
}

const destination = ({ config, settings }: Wish, { ip }: Front): { destinationRanges?: Json } =>
  has(config, 'destination-ranges') || config.denyRules || settings.group !== undefined
    ? { destinationRanges: [ip] }
    : {}

const about = ({ lb }: Wish, known?: string): string =>
  describe({ service: lb.owner.name, uid: lb.uid, ip: known })

function allowFirewall(wish: Wish, front: Front, ranges: readonly string[]): Resource {
  const { tcp, udp } = transportsOf(wish.lb.ports)
  const allowed = [
    { IPProtocol: 'tcp', of: tcp },
    { IPProtocol: 'udp', of: udp },
  ].flatMap(({ IPProtocol, of }) =>
    of.length === 0 ? [] : [{ IPProtocol, ports: joined(of.map(({ port }) => `${port}`)) }],
  )
  const { denyRules } = wish.config
  return {
    ...trafficRule(wish, `allow/${front.family}`, {
      name: wish.names.firewall(front.family === 'IPv6'),
      description: about(wish, front.known),
      priority: denyRules ? 999 : 1000,
      sourceRanges: ranges,
      ...destination(wish, front),
      allowed,
    }),
    purpose: `lets ${wish.lb.sourceRanges.length === 0 ? 'everybody' : 'those who may connect'} through to the nodes over ${front.family}`,
  }
}

function denyFirewall(wish: Wish, front: Front, allow?: Resource): Resource {
  return {
    ...trafficRule(wish, `deny/${front.family}`, {
      name: wish.names.denyFirewall(front.family === 'IPv6'),
      description: about(wish, front.known),
      priority: 1000,
      sourceRanges: [everywhere[front.family]],
      ...destination(wish, front),
      denied: [{ IPProtocol: 'all' }],
    }),
    ...(allow === undefined ? {} : { needs: [refOf(allow)] }),
    purpose: `keeps everybody else out over ${front.family}, whatever other rules of the network say`,
  }
}

/** Clients end at the proxy: what reaches the nodes comes from Google. */
function proxyFirewall(wish: Wish): Resource {
  const ports = wish.lb.ports.flatMap(({ nodePort }) => (nodePort === undefined ? [] : [`${nodePort}`]))
  const [missing] = wish.lb.ports.filter(({ nodePort }) => nodePort === undefined)
  return {
    ...trafficRule(wish, 'allow/IPv4', {
      name: wish.names.firewall(false),
      description: about(wish),
      priority: 1000,
      sourceRanges: wish.global ? proxyRanges : unknown('the proxy-only subnet of the region'),
      allowed: [
        {
          IPProtocol: 'tcp',
          ports:
            missing === undefined
              ? joined(ports)
              : unknown(`the nodePort of ${missing.port}, which the API server allocates`),
        },
      ],
    }),
    purpose: 'lets the proxies of the load balancer through to the nodes',
  }
}

function healthFirewall(wish: Wish, family: Family, health: DesiredHealthCheck): Resource {
  const { shared, port } = health
  const ipv6 = family === 'IPv6'
  const { internalIPv6, externalIPv6 } = healthRanges
  const one = wish.internal ? internalIPv6 : externalIPv6
  return {
    stack: shared ? sharedStack : wish.stack,
    kind: 'firewall',
    key: `health/${family}`,
    owners: shared ? [wish.cluster] : wish.owners,
    spec: {
      name: wish.names.healthFirewall(shared, ipv6),
      description: shared ? describe({ service: '', resource: sharedBy('') }) : about(wish),
      priority: 999,
      sourceRanges: ipv6 ? (shared ? [internalIPv6, externalIPv6] : [one]) : healthRanges.IPv4,
      allowed: [{ IPProtocol: 'tcp', ports: typeof port === 'number' ? [`${port}`] : port }],
      ...common(wish),
    },
    origins: { allowed: 'spec.externalTrafficPolicy' },
    purpose: `lets health checks through to the nodes over ${family}${shared ? ', for all Services with policy Cluster' : ''}`,
  }
}
