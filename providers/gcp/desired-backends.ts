import { note, type Problem, warning } from '../../src/model/problem.ts'
import { type Owner, type Part, type Parts, ref, type Resource, unknown } from '../../src/plan/resource.ts'
import { sharedStack } from './owners.ts'
import { machinesOf, type Machine } from './nodes.ts'
import { subsetLimit, subsetOf } from './subset.ts'
import type { Wish } from './wish.ts'

/** What a backend service sends to. */
export interface Backends {
  readonly resources: readonly Resource[]
  /** The same groups as parts of a backend service. */
  readonly parts: Parts
  readonly problems: readonly Problem[]
}

export interface GroupsOf {
  readonly stack: string
  readonly owners: readonly Owner[]
  /** Of the endpoint groups; undefined in the subnet of the cluster. */
  name(subnet: string | undefined): string
  /** What stands before the zone in keys; empty for the Service's own groups. */
  readonly prefix: string
  /** A port of each node, for proxies. A load balancer that passes packets on has none: the packet says which. */
  readonly port?: { readonly number: number | undefined; readonly why: string }
  readonly purpose: string
}

/** One group of endpoints in each zone (and subnet) that has nodes. */
export function endpointGroups(wish: Wish, of: GroupsOf): Backends {
  const { chosen, problems } = members(wish, of)
  if (chosen === undefined) return standIn(wish, of, problems)
  const groups = Map.groupBy(
    chosen,
    ({ zone, subnet }) => `${zone}${subnet === undefined ? '' : `/${subnet}`}`,
  )
  const resources = [...groups].map(([place, machines]) => groupIn(wish, of, place, machines))
  return { resources, parts: partsOf(wish, resources), problems }
}

function members(
  wish: Wish,
  { prefix, port }: GroupsOf,
): { readonly chosen: readonly Machine[] | undefined; readonly problems: readonly Problem[] } {
  const { context, lb, settings, internal } = wish
  if (context.nodesUnknown !== undefined) return { chosen: undefined, problems: [] }
  const labels = Object.entries(settings.targetNodeLabels?.value ?? {})
  const fitting = machinesOf(context.nodes).list.filter((machine) =>
    labels.every(([key, value]) => machine.labels[key] === value),
  )
  if (fitting.length === 0) return { chosen: undefined, problems: [noNodes(wish, labels.length > 0)] }
  const local = lb.trafficPolicy === 'Local'
  const withPods = new Set(
    context.endpoints?.flatMap(({ node, serving }) => (serving && node !== undefined ? [node] : [])),
  )
  const candidates = local && withPods.size > 0 ? fitting.filter(({ node }) => withPods.has(node)) : fitting
  if (port !== undefined) return { chosen: candidates, problems: [] }
  const limit = subsetLimit(internal, local)
  const held = new Set(
    wish.observed
      .filter(({ kind, key }) => kind === 'network-endpoint-group' && key.startsWith(prefix))
      .flatMap(({ parts }) => Object.keys(parts ?? {})),
  )
  const chosen = subsetOf(candidates, limit, lb.owner.name, held)
  const short =
    local && chosen.length < candidates.length
      ? [
          warning(
            'LB_GCP_SUBSET',
            'spec.externalTrafficPolicy',
            `${candidates.length} nodes may have pods, and the load balancer sends to ${limit} at most: pods on the others get no traffic`,
            {
              value: 'Local',
              accepted: 'Cluster',
              hint: 'use the policy Cluster, or keep the pods on few nodes with a node selector',
            },
          ),
        ]
      : []
  return { chosen, problems: short }
}

function noNodes({ settings }: Wish, byLabels: boolean): Problem {
  const path = byLabels ? (settings.targetNodeLabels?.path ?? 'spec.type') : 'spec.type'
  const what = byLabels ? 'no node has all these labels' : 'the cluster has no node whose machine is known'
  return warning('LB_GCP_NO_NODES', path, `${what}, so the load balancer has nothing to send to`, {
    accepted: byLabels ? 'labels of some node' : 'nodes with a providerID gce://PROJECT/ZONE/NAME',
    hint: byLabels ? 'compare with `kubectl get nodes --show-labels`' : 'nodes that join are added at once',
  })
}

function groupIn(wish: Wish, of: GroupsOf, at: string, machines: readonly Machine[]): Resource {
  const [zone = '', subnet] = at.split('/')
  const { lb, context, place } = wish
  const parts: Record<string, Part> = {}
  for (const { name, node } of machines)
    parts[name] = {
      spec: {
        instance: name,
        ...(of.port === undefined ? {} : { port: of.port.number ?? unknown(of.port.why) }),
      },
      owners: [lb.owner],
      path: `node/${node}`,
    }
  return {
    stack: of.stack,
    kind: 'network-endpoint-group',
    key: `${of.prefix}${at}`,
    owners: of.owners,
    spec: {
      name: of.name(subnet),
      zone,
      networkEndpointType: of.port === undefined ? 'GCE_VM_IP' : 'GCE_VM_IP_PORT',
      network: wish.network,
      subnetwork: subnet ?? place.subnet ?? unknown('the subnet of the nodes'),
      description: JSON.stringify({
        'cluster-uid': context.cluster.uid ?? '',
        ...(of.stack === sharedStack ? {} : { namespace: lb.namespace, 'service-name': lb.name }),
      }),
    },
    parts,
    purpose: `${of.purpose} in ${zone}`,
  }
}

/** Stands for the groups while the nodes are not known. */
function standIn(wish: Wish, of: GroupsOf, problems: readonly Problem[]): Backends {
  const { context, lb } = wish
  if (context.nodesUnknown === undefined) return { resources: [], parts: {}, problems }
  const why = context.nodesUnknown
  const group = groupIn(wish, of, '<zone>', [])
  const resource: Resource = {
    ...group,
    spec: { ...group.spec, zone: unknown('the zones of the nodes') },
    parts: {
      '<node>': {
        spec: {
          instance: unknown(why),
          ...(of.port === undefined ? {} : { port: of.port.number ?? unknown(of.port.why) }),
        },
        owners: [lb.owner],
      },
    },
    purpose: `${of.purpose}, one in each zone that has nodes`,
  }
  return { resources: [resource], parts: partsOf(wish, [resource]), problems }
}

const mostInGroup = 1_000

/** One group of machines in each zone, for everything in the cluster: as engines before endpoint groups did. */
export function instanceGroups(wish: Wish): Backends {
  const { context, lb, place, cluster } = wish
  const name = `k8s-ig--${place.ingressUid ?? '<ingress uid>'}`
  const group = (zone: string, parts: Parts): Resource => ({
    stack: sharedStack,
    kind: 'instance-group',
    key: zone,
    owners: [cluster],
    spec: {
      name:
        place.ingressUid === undefined ? unknown('the uid in the ConfigMap kube-system/ingress-uid') : name,
      zone: zone === '<zone>' ? unknown('the zones of the nodes') : zone,
      network: wish.network,
    },
    parts,
    purpose: `the nodes ${zone === '<zone>' ? 'of each zone' : `in ${zone}`}, for all load balancers of the cluster`,
  })
  if (context.nodesUnknown !== undefined) {
    const stand = group('<zone>', {
      '<node>': { spec: { instance: unknown(context.nodesUnknown) }, owners: [lb.owner] },
    })
    return { resources: [stand], parts: partsOf(wish, [stand]), problems: [] }
  }
  const all = machinesOf(context.nodes).list
  const inSubnet = all.filter(({ subnet }) => subnet === undefined || subnet === place.subnet)
  const problems: Problem[] = all.length === 0 ? [noNodes(wish, false)] : []
  const resources = [...Map.groupBy(inSubnet, ({ zone }) => zone)].map(([zone, machines]) => {
    const kept = machines.slice(0, mostInGroup)
    if (kept.length < machines.length) problems.push(truncated(zone, machines.length))
    return group(
      zone,
      Object.fromEntries(
        kept.map(({ name: instance, node }): [string, Part] => [
          instance,
          { spec: { instance }, owners: [lb.owner], path: `node/${node}` },
        ]),
      ),
    )
  })
  if (inSubnet.length < all.length) problems.push(leftOut(all.length - inSubnet.length))
  return { resources, parts: partsOf(wish, resources), problems }
}

const truncated = (zone: string, count: number): Problem =>
  warning(
    'LB_GCP_SUBSET',
    'spec.type',
    `${zone} has ${count} nodes, and an instance group holds ${mostInGroup}: the last by name get no traffic`,
    { hint: 'set gcp.backends to neg' },
  )

const leftOut = (count: number): Problem =>
  note(
    'LB_GCP_OTHER_SUBNET',
    'spec.type',
    `${count} ${count === 1 ? 'node is' : 'nodes are'} in another subnet than the cluster, where instance groups cannot have ${count === 1 ? 'it' : 'them'}`,
    { hint: 'set gcp.backends to neg' },
  )

/** Groups as a backend service names them. */
const partsOf = (wish: Wish, groups: readonly Resource[]): Parts =>
  Object.fromEntries(
    groups.map((group): [string, Part] => [
      group.key,
      { spec: { group: ref(group, 'selfLink'), balancingMode: 'CONNECTION' }, owners: [wish.lb.owner] },
    ]),
  )
