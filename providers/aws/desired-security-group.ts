import { type Part, type Parts, type Resource, unknown } from '../../src/plan/resource.ts'
import type { Access } from './access.ts'
import { backendRules } from './backend-rules.ts'
import type { HealthCheck } from './health-check.ts'
import type { Source } from './ranges.ts'
import { portsReached } from './pod-targets.ts'
import type { Route } from './routes.ts'
import { clientRule, healthRule, mtuRule, peerField, ruleKey, rulePart, type RuleTuple } from './rules.ts'
import { keepsClientAddress } from './target-attributes.ts'
import type { Wish } from './wish.ts'

const groupStack = 'node-security-groups'
const unknownGroup = '<node security group>'

export interface CheckedRoute {
  readonly route: Route
  readonly health: HealthCheck
}

/** Our rules in the nodes' own groups, which we neither make nor delete. Pods share the groups of their nodes. */
export function desiredGroups(
  wish: Wish,
  routes: readonly CheckedRoute[],
  nodes: Access['nodes'] = 'clients',
): readonly Resource[] {
  if (nodes === 'nothing') return []
  const parts = nodes === 'clients' ? rulesFor(wish, routes) : backendRules(wish, routes, nodes)
  const groups = wish.groups ?? [unknownGroup]
  return groups.map((key) => ({
    ...groupResource(key),
    spec: wish.groups === undefined ? { GroupId: unknown('the security group of the nodes') } : {},
    parts,
    owners: [wish.lb.owner],
  }))
}

export const groupResource = (key: string): Resource => ({
  stack: groupStack,
  kind: 'security-group',
  key,
  spec: {},
  parts: {},
  owners: [],
  body: 'foreign',
  purpose: 'the security group of the nodes, with rules for clients and health checks',
})

/** Clients first: where two rules are one to EC2, it carries the clients' description. */
function rulesFor(wish: Wish, routes: readonly CheckedRoute[]): Parts {
  const owners = [wish.lb.owner]
  const parts: Record<string, Part> = {}
  const add = (tuple: RuleTuple, description: string, path: string): void => {
    parts[ruleKey(tuple)] ??= rulePart(tuple, description, owners, path)
  }
  const messages = new Map<string | undefined, Source>()
  for (const { route } of routes) {
    const clients = clientsOf(wish, route)
    for (const client of clients) messages.set(client.peer, client)
    for (const protocol of route.transports)
      for (const port of portsReached(wish, route))
        for (const source of clients)
          add(trafficTuple(protocol, port, route, source), clientRule(wish.name), source.path)
  }
  // The AWS Load Balancer Controller lets none of these in to the nodes.
  for (const { peer, path, gap } of wish.layout.style === 'nodes' ? messages.values() : []) {
    const field = peer === undefined ? 'CidrIp' : peerField(peer)
    if (field === 'CidrIp') add({ protocol: 'icmp', from: 3, to: 4, peer, ...peerGapOf(gap) }, mtuRule, path)
    if (field === 'CidrIpv6') add({ protocol: 'icmpv6', from: 2, to: 0, peer }, mtuRule, path)
  }
  for (const { route, health } of routes) {
    const vpc = rangesOfVpc(wish) ?? []
    const path = health.origins['HealthCheckPort'] ?? route.path
    const asked =
      health.spec['HealthCheckPort'] === 'traffic-port' ? portsReached(wish, route) : [health.port]
    for (const port of asked) {
      const has = (peer: string): boolean => ruleKey(healthTuple(port, health, { peer, path: '' })) in parts
      if (openTo(wish).some(has) || (vpc.length > 0 && vpc.every(has))) continue
      for (const source of subnetSources(wish, path))
        add(healthTuple(port, health, source), healthRule(wish.name), path)
    }
  }
  return parts
}

/** Those of the targets' family: a load balancer's subnets lie in them. */
const rangesOfVpc = ({ vpcRanges, families }: Wish): readonly string[] | undefined =>
  vpcRanges?.filter((range) => range.includes(':') === (families.targets === 'IPv6'))

const openTo = ({ families }: Wish): readonly string[] =>
  families.targets === 'IPv6' ? ['::/0'] : ['0.0.0.0/0']

const peerGapOf = (gap: string | undefined) => (gap === undefined ? {} : { peerGap: gap })

const trafficTuple = (
  protocol: string,
  port: number | undefined,
  { target }: Route,
  { peer, gap }: Source,
): RuleTuple => ({
  protocol,
  from: port,
  to: port,
  peer,
  gap: target.gap,
  ...peerGapOf(gap),
})

const healthTuple = (port: number | undefined, { gap }: HealthCheck, { peer }: Source): RuleTuple => ({
  protocol: 'tcp',
  from: port,
  to: port,
  peer,
  gap,
})

const subnetSources = ({ subnets, families }: Wish, path: string): readonly Source[] =>
  subnets?.map(({ cidr, ipv6Cidr }) => ({ peer: families.targets === 'IPv6' ? ipv6Cidr : cidr, path })) ?? [
    { peer: undefined, path },
  ]

/** Who reaches the targets: the clients themselves, or the load balancer where it does not keep their addresses. */
function clientsOf(wish: Wish, route: Route): readonly Source[] {
  const { settings, layout, lb, scheme, sources, families } = wish
  if (!keepsClientAddress(wish, route)) {
    const attributes = settings.targetGroupAttributes ?? settings.targetType
    return subnetSources(wish, attributes?.path ?? route.path)
  }
  if (lb.sourceRanges.length > 0 || settings.prefixLists !== undefined) return sources
  // To "everybody" an internal load balancer of the AWS Load Balancer Controller means the VPC.
  if (layout.style === 'controller' && scheme === 'internal')
    return (rangesOfVpc(wish) ?? [undefined]).map((peer) => ({
      peer,
      path: wish.schemePath ?? 'spec.type',
      gap: 'the ranges of the VPC',
    }))
  return sources.filter(({ peer = '' }) => peer.includes(':') === (families.targets === 'IPv6'))
}
