import { dnsName as classicName } from './elb/show.ts'
import { stateOf } from './elb/health.ts'
import { listenersOf } from './elbv2/find.ts'
import { healthOf, trafficOf } from './elbv2/health.ts'
import { liveTargets } from './elbv2/live-targets.ts'
import { dnsName } from './elbv2/show-load-balancer.ts'
import { inCidr } from './state/addresses.ts'
import type { ClassicLoadBalancer } from './state/classic.ts'
import type { LoadBalancer, TargetGroup, Zone } from './state/records.ts'
import type { World } from './state/world.ts'

/** Where a packet comes from, as rules of security groups see it. */
interface From {
  readonly address: string
  readonly groups: readonly string[]
}

/** Where it goes to, behind a load balancer. */
interface Hop {
  readonly id: string
  readonly port: number
  readonly zone: string | undefined
}

/**
 * Why a new TCP connection from this address to a load balancer's name would fail at this moment; undefined: it is
 * carried. It may come in by every address that DNS gives, and end at every target that is in turn: if one of these
 * ways is closed it fails, for some clients would take it. Strict where AWS is merciful: nothing fails open here.
 */
export function whyUnreached(
  world: World,
  hostname: string,
  port: number,
  client: string,
): string | undefined {
  const name = hostname.toLowerCase()
  const balancer = world.loadBalancers.list().find((one) => dnsName(world, one).toLowerCase() === name)
  if (balancer !== undefined) return whyNot(world, balancer, port, client)
  const classic = world.classicLoadBalancers
    .list()
    .find((one) => classicName(world, one).toLowerCase() === name)
  return classic === undefined
    ? `nobody has the name ${hostname}`
    : whyNotClassic(world, classic, port, client)
}

function whyNot(world: World, balancer: LoadBalancer, port: number, client: string): string | undefined {
  if (world.clock.now() - balancer.createdAt < world.switches.provisioningMs)
    return 'the load balancer is not active yet'
  const from: From = { address: client, groups: [] }
  if (balancer.securityGroups.length > 0 && !letsIn(world, balancer.securityGroups, from, port))
    return `its security groups keep ${client} out of port ${port}`
  const listener = listenersOf(world, balancer.arn).find(
    (one) => one.port === port && /^(TCP|TLS|HTTP)/.test(one.protocol),
  )
  if (listener === undefined) return `there is no listener on port ${port}`
  const groups = listener.forwards
    .filter(({ weight }) => weight > 0)
    .flatMap(({ targetGroupArn }) => world.targetGroups.get(targetGroupArn) ?? [])
  const ways = groups.map((group) => ({ group, hops: healthyIn(world, group) }))
  const inDns = balancer.zones.filter((zone) =>
    ways.some((way) => hopsFrom(balancer, way, zone.name).length > 0),
  )
  if (inDns.length === 0) return `no target of port ${port} is healthy`
  for (const zone of inDns)
    for (const way of ways) {
      const hops = hopsFrom(balancer, way, zone.name)
      if (hops.length === 0) return `a share of the connections in ${zone.name} meets no healthy target`
      const source = sourceOf(world, balancer, way.group, zone, client)
      for (const hop of hops) {
        const shut = whyShut(world, hop, source)
        if (shut !== undefined) return shut
      }
    }
  return undefined
}

interface Way {
  readonly group: TargetGroup
  readonly hops: readonly Hop[]
}

function healthyIn(world: World, group: TargetGroup): readonly Hop[] {
  const traffic = trafficOf(world, group)
  return [...liveTargets(world, group).values()]
    .filter((target) => healthOf(world, group, target, traffic).State === 'healthy')
    .map(({ id, port }) => ({ id, port, zone: zoneOf(world, id) }))
}

/** Of an application load balancer every zone sends to all targets, of a network one only if it is told to. */
function hopsFrom(balancer: LoadBalancer, { group, hops }: Way, zone: string): readonly Hop[] {
  const own = group.attributes['load_balancing.cross_zone.enabled']
  const across =
    own === undefined || own === 'use_load_balancer_configuration'
      ? balancer.type === 'application' || balancer.attributes['load_balancing.cross_zone.enabled'] === 'true'
      : own === 'true'
  return across ? hops : hops.filter((hop) => hop.zone === undefined || hop.zone === zone)
}

function sourceOf(
  world: World,
  balancer: LoadBalancer,
  group: TargetGroup,
  zone: Zone,
  client: string,
): From {
  const keeps = balancer.type === 'network' && group.attributes['preserve_client_ip.enabled'] === 'true'
  const address = keeps ? client : (world.interfaces.get(zone.eniId)?.privateIp ?? '')
  return { address, groups: balancer.securityGroups }
}

function zoneOf(world: World, id: string): string | undefined {
  const subnetId = world.instances.get(id)?.subnetId ?? interfaceAt(world, id)?.subnetId
  const subnet =
    subnetId === undefined
      ? world.subnets.list().find((one) => inCidr(id, one.cidr))
      : world.subnets.get(subnetId)
  return subnet?.zone
}

const interfaceAt = (world: World, address: string) =>
  world.interfaces.list().find((item) => item.privateIp === address && item.goneAt === undefined)

/** A pod without an interface of its own that we know is behind nobody's group. */
function whyShut(world: World, { id, port }: Hop, from: From): string | undefined {
  const groups = world.instances.get(id)?.groups ?? interfaceAt(world, id)?.groups
  if (groups === undefined || letsIn(world, groups, from, port)) return undefined
  return `the security groups of ${id} keep ${from.address} out of port ${port}`
}

function letsIn(world: World, groups: readonly string[], from: From, port: number): boolean {
  return world.rules.list().some((rule) => {
    if (rule.egress || !groups.includes(rule.groupId)) return false
    const fits = rule.protocol === '-1' || (rule.protocol === 'tcp' && rule.from <= port && port <= rule.to)
    if (!fits) return false
    const { peer } = rule
    if (peer.kind === 'group') return from.groups.includes(peer.groupId)
    return peer.kind !== 'prefixList' && inCidr(from.address, peer.cidr)
  })
}

function whyNotClassic(
  world: World,
  balancer: ClassicLoadBalancer,
  port: number,
  client: string,
): string | undefined {
  if (!letsIn(world, balancer.securityGroups, { address: client, groups: [] }, port))
    return `its security groups keep ${client} out of port ${port}`
  const listener = balancer.listeners.find((one) => one.port === port)
  if (listener === undefined) return `there is no listener on port ${port}`
  const healthy = Object.keys(balancer.instances).filter(
    (id) => stateOf(world, balancer, id).State === 'InService',
  )
  if (healthy.length === 0) return 'no instance is in service'
  const source: From = {
    address: world.interfaces.get(balancer.zones[0]?.eniId ?? '')?.privateIp ?? '',
    groups: balancer.securityGroups,
  }
  for (const id of healthy) {
    const shut = whyShut(world, { id, port: listener.instancePort, zone: undefined }, source)
    if (shut !== undefined) return shut
  }
  return undefined
}
