import type { Json } from '../../src/lib/json.ts'
import { note, type Problem } from '../../src/model/problem.ts'
import { type Part, type Parts, ref, type Resource, unknown } from '../../src/plan/resource.ts'
import { factOf, ports } from './facts.ts'
import { healthOf } from './health.ts'
import { describedFor } from './marks.ts'
import { nodeAddress } from './members.ts'
import { securityGroupName } from './names.ts'
import { transportOf } from './protocols.ts'
import { type Route, nodePortGap } from './routes.ts'
import { ruleKey, type Rule, ruleSpec } from './rules.ts'
import { enforcedBy } from './sources.ts'
import type { Wish } from './wish.ts'

export interface Groups {
  readonly resources: readonly Resource[]
  readonly problems: readonly Problem[]
}

const nodeGroupStack = 'node-security-groups'
const portStack = 'node-ports'

export const nodeGroup = (id: string): Resource => ({
  stack: nodeGroupStack,
  kind: 'security-group',
  key: id,
  spec: {},
  parts: {},
  owners: [],
  body: 'foreign',
  purpose: 'the security group of the nodes, with rules for the load balancers',
})

export const nodePort = (id: string): Resource => ({
  stack: portStack,
  kind: 'port',
  key: id,
  spec: {},
  parts: {},
  owners: [],
  body: 'foreign',
  purpose: 'the port of a node, with the security group that lets the load balancer in',
})

/**
 * What lets the load balancer reach the nodes. Into groups that all nodes are in one rule is enough. Otherwise the
 * Service has a group of its own, which goes on the port of every node.
 */
export function desiredGroups(wish: Wish, routes: readonly Route[]): Groups {
  const { config, lb } = wish
  if (!config.manageSecurityGroups) return { resources: [], problems: [] }
  const parts = rulesFor(wish, routes)
  if (config.nodeSecurityGroups.length > 0)
    return {
      resources: config.nodeSecurityGroups.map((id) => ({ ...nodeGroup(id), parts, owners: [lb.owner] })),
      problems: [],
    }
  const group = ownGroup(wish, parts)
  const { resources, problems } = attached(wish, group)
  return { resources: [group, ...resources], problems }
}

function ownGroup({ lb, clusterName, context }: Wish, parts: Parts): Resource {
  return {
    stack: lb.owner.uid,
    kind: 'security-group',
    key: `nodes/${lb.owner.name}`,
    owners: [lb.owner],
    spec: {
      name:
        lb.uid === undefined
          ? unknown('the uid of the Service')
          : securityGroupName(lb.uid, lb.namespace, lb.name),
      description: describedFor(
        `Security group for Kubernetes service ${lb.owner.name} from cluster ${clusterName}`,
        context.cluster,
        { uid: lb.uid, name: lb.owner.name },
      ),
    },
    parts,
    purpose: 'lets the load balancer reach the nodes',
  }
}

function attached({ context, nodes, lb }: Wish, group: Resource): Groups {
  const all = factOf(context.facts, ports)
  if (all === undefined || context.nodesUnknown !== undefined)
    return {
      resources: [],
      problems: [
        note(
          'LB_OPENSTACK_NODE_PORTS',
          'spec.type',
          'the ports of the nodes that the security group goes on are known at apply',
          {
            hint: 'name a group that all nodes are in, in openstack.nodeSecurityGroups: no port is touched then',
          },
        ),
      ],
    }
  const addresses = new Set(nodes.flatMap((node) => nodeAddress(node, lb.families[0]) ?? []))
  const of = all.filter(
    (port) => port.portSecurity !== false && port.addresses.some(({ address }) => addresses.has(address)),
  )
  const part: Part = { spec: { security_group_id: ref(group, 'id') }, owners: [lb.owner] }
  return {
    resources: of.map(({ id }) => ({ ...nodePort(id), parts: { [group.key]: part }, owners: [lb.owner] })),
    problems: [],
  }
}

interface Source {
  readonly remote: Json
  readonly path: string
}

/** Who reaches the nodes: the load balancer from the members' subnet, or on OVN the clients themselves. */
function clientsOf(wish: Wish, route: Route): readonly Source[] {
  const { features, lb } = wish
  if (!features.ovn) return [fromSubnet(wish, route.path)]
  if (enforcedBy(wish) === 'nodes' && lb.sourceRanges.length > 0)
    return lb.sourceRanges.map(({ cidr, path }) => ({ remote: cidr, path }))
  return [{ remote: lb.families[0] === 'IPv6' ? '::/0' : '0.0.0.0/0', path: 'spec.loadBalancerSourceRanges' }]
}

const fromSubnet = ({ memberCidr }: Wish, path: string): Source => ({
  remote: memberCidr ?? unknown('the range of the subnet of the members'),
  path,
})

function rulesFor(wish: Wish, routes: readonly Route[]): Parts {
  const { lb, context } = wish
  const parts: Record<string, Part> = {}
  const ethertype = lb.families[0] ?? 'IPv4'
  const description = describedFor(`for ${lb.owner.name}`, context.cluster, {
    uid: lb.uid,
    name: lb.owner.name,
  })
  const add = (rule: Rule, path: string): void => {
    const spec = { ...ruleSpec(rule, ''), description }
    parts[ruleKey(rule)] ??= { spec, owners: [lb.owner], path }
  }
  const common = { direction: 'ingress', ethertype }
  for (const route of routes) {
    const port = route.nodePort ?? unknown('the NodePort, which the API server allocates')
    const protocol = transportOf(route.traffic.protocol)
    const gap = nodePortGap(route.port)
    for (const { remote, path } of clientsOf(wish, route))
      add({ ...common, protocol, min: port, max: port, remote, gap }, path)
    const health = healthOf(lb, route.traffic.protocol, wish)
    if (health === undefined) continue
    const { remote } = fromSubnet(wish, health.portPath)
    // OVN's checks come from the subnet, not from clients.
    if (wish.features.ovn) add({ ...common, protocol, min: port, max: port, remote, gap }, route.path)
    if (health.port === undefined) continue
    const { port: asked } = health
    add(
      { ...common, protocol: 'tcp', min: asked, max: asked, remote, gap: '<healthCheckNodePort>' },
      health.portPath,
    )
  }
  return parts
}
