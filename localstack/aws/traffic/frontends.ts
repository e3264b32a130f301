import type { LocalHealthCheck, LocalTarget } from '../../../providers/local/api.ts'
import type { RelayFrontend, RelayTarget } from '../../../src/relay/frontend.ts'
import { bothOf, within } from '../../../src/node-proxy/table/ranges.ts'
import { forwardersOf, listenersOf } from '../elbv2/find.ts'
import { liveTargets } from '../elbv2/live-targets.ts'
import type { Listener, LoadBalancer, Rule, Target, TargetGroup } from '../state/records.ts'
import type { World } from '../state/world.ts'

export type Standing = 'healthy' | 'unhealthy' | 'unproven'

export interface TrafficView {
  /** Where a load balancer is reached; undefined: nowhere. */
  readonly addressOf: (balancer: LoadBalancer) => string | undefined
  readonly standing: (group: TargetGroup, target: Target) => Standing
}

type Protocol = 'TCP' | 'UDP'
/** Ranges of clients; undefined: everybody. */
type Sources = readonly string[] | undefined

/** What the relay serves for the listeners of all network load balancers. TLS and application ones are not carried. */
export const frontendsOf = (world: World, view: TrafficView): readonly RelayFrontend[] =>
  world.loadBalancers.list().flatMap((balancer) => {
    const address = view.addressOf(balancer)
    if (balancer.type !== 'network' || address === undefined) return []
    return listenersOf(world, balancer.arn).flatMap((listener) =>
      protocolsOf(listener).map((protocol) => frontendOf(world, view, balancer, listener, protocol, address)),
    )
  })

const protocolsOf = ({ protocol }: Listener): readonly ('TCP' | 'UDP')[] =>
  protocol === 'TCP' ? ['TCP'] : protocol === 'UDP' ? ['UDP'] : protocol === 'TCP_UDP' ? ['TCP', 'UDP'] : []

function frontendOf(
  world: World,
  view: TrafficView,
  balancer: LoadBalancer,
  listener: Listener,
  protocol: 'TCP' | 'UDP',
  address: string,
): RelayFrontend {
  const forwards = listener.forwards.flatMap(({ targetGroupArn, weight }) => {
    const group = world.targetGroups.get(targetGroupArn)
    return group === undefined ? [] : [{ group, weight }]
  })
  const groups = forwards.map(({ group }) => group)
  const every = (name: string): boolean =>
    groups.length > 0 && groups.every(({ attributes }) => attributes[name] === 'true')
  const sources = sourcesThrough(world, balancer, listener.port, protocol, groups)
  const sticky = groups.some(({ attributes }) => attributes['stickiness.enabled'] === 'true')
  return {
    id: `${listener.arn} ${protocol}`,
    protocol,
    address,
    port: listener.port,
    routes: [
      {
        ...(sources === undefined ? {} : { sources }),
        targets: forwards.flatMap(({ group, weight }) => targetsOf(world, view, group, weight)),
      },
    ],
    scheduler: forwards.length > 1 ? 'weighted-round-robin' : sticky ? 'source-hash' : 'random',
    ...(every('preserve_client_ip.enabled') ? { dialFrom: 'client' } : {}),
    ...(protocol === 'TCP' && every('proxy_protocol_v2.enabled') ? { proxyProtocol: { send: 'v2' } } : {}),
    ...(every('deregistration_delay.connection_termination.enabled') ? { drainMs: 0 } : {}),
  }
}

/**
 * A group's share is divided among its healthy targets. Where none is, all are tried: a network load balancer fails open.
 * Those that drain keep what they have.
 */
function targetsOf(
  world: World,
  view: TrafficView,
  group: TargetGroup,
  share: number,
): readonly RelayTarget[] {
  const live = [...liveTargets(world, group).values()]
  const registered = live.filter(({ drainedAt }) => drainedAt === undefined)
  const healthy = registered.filter((target) => view.standing(group, target) === 'healthy')
  const taking = new Set(healthy.length > 0 ? healthy : registered)
  const weight = share === 0 ? 0 : Math.max(1, Math.round((share * 100) / Math.max(1, taking.size)))
  return live.flatMap((target): readonly RelayTarget[] => {
    const address = addressOf(world, target)
    return address === undefined
      ? []
      : [{ address, port: target.port, weight: taking.has(target) ? weight : 0 }]
  })
}

/** Of an instance its private address; other targets are addresses. */
export const addressOf = (world: World, { id }: Target): string | undefined =>
  id.startsWith('i-') ? world.instances.get(id)?.privateIp : id.startsWith('arn:') ? undefined : id

/**
 * Who comes through the groups of the load balancer and those of the instances behind it. Where these differ, AWS would drop
 * what meets the wrong one: here only those come who are let in by all.
 */
function sourcesThrough(
  world: World,
  balancer: LoadBalancer,
  port: number,
  protocol: Protocol,
  groups: readonly TargetGroup[],
): Sources {
  const own = sourcesOf(world, balancer, port, protocol)
  const behind = groups.flatMap((group) =>
    [...liveTargets(world, group).values()].map((target) =>
      sourcesOfTarget(world, balancer, group, target, protocol),
    ),
  )
  return [own, ...behind].reduce<Sources>(
    (left, right) => (left === undefined ? right : right === undefined ? left : bothOf(left, right)),
    undefined,
  )
}

/** An instance sees the client itself, or the load balancer. An address is behind nobody's group. */
function sourcesOfTarget(
  world: World,
  { securityGroups, zones }: LoadBalancer,
  { attributes }: TargetGroup,
  { id, port }: Target,
  protocol: Protocol,
): Sources {
  const instance = world.instances.get(id)
  if (instance === undefined) return undefined
  const rules = rulesFor(world, instance.groups, port, protocol)
  if (rules.some(({ peer }) => peer.kind === 'group' && securityGroups.includes(peer.groupId)))
    return undefined
  const ranges = rangesOf(rules)
  if (attributes['preserve_client_ip.enabled'] === 'true') return ranges
  const seen = zones.flatMap(({ eniId }) => world.interfaces.get(eniId)?.privateIp ?? [])
  return seen.every((address) => within(address, ranges)) ? undefined : []
}

/** Undefined: everybody. Ranges of its security groups for this port; a group or prefix list as source holds no client here. */
function sourcesOf(
  world: World,
  { securityGroups }: LoadBalancer,
  port: number,
  protocol: Protocol,
): Sources {
  if (securityGroups.length === 0) return undefined
  return rangesOf(rulesFor(world, securityGroups, port, protocol))
}

const rulesFor = (
  world: World,
  groups: readonly string[],
  port: number,
  protocol: Protocol,
): readonly Rule[] =>
  world.rules
    .list()
    .filter(
      (rule) =>
        !rule.egress &&
        groups.includes(rule.groupId) &&
        (rule.protocol === '-1' ||
          (rule.protocol === protocol.toLowerCase() && rule.from <= port && port <= rule.to)),
    )

const rangesOf = (rules: readonly Rule[]): readonly string[] =>
  rules.flatMap(({ peer }) => ('cidr' in peer ? [peer.cidr] : []))

/** What is checked of each registered target of a group that a listener names. */
export function* checksOf(world: World): Generator<{ target: LocalTarget; check: LocalHealthCheck }> {
  for (const group of world.targetGroups.list()) {
    if (forwardersOf(world, group.arn).length === 0) continue
    const check = checkOf(group)
    for (const target of liveTargets(world, group).values()) {
      const address = addressOf(world, target)
      if (address !== undefined && target.drainedAt === undefined)
        yield { target: { address, port: target.port }, check }
    }
  }
}

/** HTTPS is checked by a connection alone. */
export function checkOf({ healthCheck }: TargetGroup): LocalHealthCheck {
  const { protocol, port, path, interval, timeout, healthy, unhealthy } = healthCheck
  return {
    protocol: protocol === 'HTTP' ? 'HTTP' : 'TCP',
    ...(port === 'traffic-port' ? {} : { port: Number(port) }),
    ...(protocol === 'HTTP' && path !== undefined ? { path } : {}),
    intervalMs: interval * 1000,
    timeoutMs: timeout * 1000,
    healthyThreshold: healthy,
    unhealthyThreshold: unhealthy,
  }
}
