import { type Part, type Parts, type Resource, unknown } from '../../src/plan/resource.ts'
import type { HealthCheck } from './health-check.ts'
import { nodePortGap, type Route } from './routes.ts'
import { clientRule, healthRule, mtuRule, ruleKey, rulePart, type RuleTuple } from './rules.ts'
import type { Wish } from './wish.ts'

const groupStack = 'node-security-groups'
const unknownGroup = '<node security group>'

interface CheckedRoute {
  readonly route: Route
  readonly health: HealthCheck
}

/** Our rules in the nodes' own groups, which we neither make nor delete. */
export function desiredGroups(wish: Wish, routes: readonly CheckedRoute[]): readonly Resource[] {
  const parts = rulesFor(wish, routes)
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

interface Source {
  readonly cidr: string | undefined
  readonly path: string
}

const everywhere = '0.0.0.0/0'

/** Clients first: where two rules are one to EC2, it carries the clients' description. */
function rulesFor(wish: Wish, routes: readonly CheckedRoute[]): Parts {
  const owners = [wish.lb.owner]
  const parts: Record<string, Part> = {}
  const add = (tuple: RuleTuple, description: string, path: string): void => {
    parts[ruleKey(tuple)] ??= rulePart(tuple, description, owners, path)
  }
  const clients = clientRanges(wish)
  for (const { route } of routes)
    for (const protocol of route.transports)
      for (const { cidr, path } of clients)
        add(trafficTuple(protocol, route, cidr), clientRule(wish.name), path)
  for (const { cidr, path } of clients) add({ protocol: 'icmp', from: 3, to: 4, peer: cidr }, mtuRule, path)
  for (const { route, health } of routes) {
    if (ruleKey(healthTuple(health, everywhere)) in parts) continue
    const path = health.origins['HealthCheckPort'] ?? route.path
    for (const { cidr } of subnetSources(wish, path))
      add(healthTuple(health, cidr), healthRule(wish.name), path)
  }
  return parts
}

const trafficTuple = (protocol: string, { nodePort, port }: Route, peer: string | undefined): RuleTuple => ({
  protocol,
  from: nodePort,
  to: nodePort,
  peer,
  gap: nodePortGap(port),
})

const healthTuple = ({ port, gap }: HealthCheck, peer: string | undefined): RuleTuple => ({
  protocol: 'tcp',
  from: port,
  to: port,
  peer,
  gap,
})

const subnetSources = ({ subnets }: Wish, path: string): readonly Source[] =>
  subnets?.map(({ cidr }) => ({ cidr, path })) ?? [{ cidr: undefined, path }]

/** Who reaches the nodes: the clients themselves, or the load balancer where it does not keep their addresses. */
function clientRanges(wish: Wish): readonly Source[] {
  const { lb, settings } = wish
  const attributes = settings.targetGroupAttributes
  if (attributes?.value['preserve_client_ip.enabled'] === 'false') return subnetSources(wish, attributes.path)
  if (lb.sourceRanges.length === 0) return [{ cidr: everywhere, path: 'spec.loadBalancerSourceRanges' }]
  return lb.sourceRanges.map(({ cidr, path }) => ({ cidr, path }))
}
