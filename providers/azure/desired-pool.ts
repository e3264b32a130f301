import { isObject, type Json, type JsonObject } from '../../src/lib/json.ts'
import type { TargetNode } from '../../src/model/nodes.ts'
import { type Problem, warning } from '../../src/model/problem.ts'
import { type Observed, type Resource, unknown } from '../../src/plan/resource.ts'
import type { Desired } from '../../src/provider/blueprint.ts'
import { configNameOf } from './names.ts'
import { addressOf, balancerOf, served } from './nodes.ts'
import { indexOf } from './observed-index.ts'
import type { FamilyWish, Wish } from './wish.ts'

/**
 * Pools are objects of their own inside the load balancer, and their members one list: whatever number of Services
 * uses a pool, a node that comes or goes is one PUT of one pool, and the load balancer itself is not written.
 */
export function desiredPools(wish: Wish): Desired {
  const found = wish.families.map((family) => desiredPool(wish, family))
  return {
    resources: found.map(({ resource }) => resource),
    problems: found.flatMap(({ problems }) => problems),
  }
}

export const poolKey = (loadBalancer: string, pool: string): string => `${loadBalancer}/${pool}`

function desiredPool(wish: Wish, family: FamilyWish): { resource: Resource; problems: readonly Problem[] } {
  const { lb, loadBalancer, context } = wish
  const key = poolKey(loadBalancer.name, family.pool)
  const seen = indexOf(context.observed).find('backend-pool', key)
  const byInterface = seen !== undefined && hasInterfaces(seen)
  const { stack, kind } = loadBalancer
  const resource: Resource = {
    stack,
    kind: 'backend-pool',
    key,
    within: { stack, kind, key: loadBalancer.key },
    owners: [lb.owner],
    spec: byInterface ? {} : specOf(wish, family),
    origins: { 'properties.loadBalancerBackendAddresses': 'node/*' },
    purpose: family.ownPool ? 'the nodes that have pods of this Service' : 'the nodes, for all Services',
  }
  return { resource, problems: byInterface ? [migrate(family.pool)] : [] }
}

const migrate = (pool: string): Problem =>
  warning(
    'LB_AZURE_POOL_INTERFACES',
    'spec.type',
    `pool ${pool} holds network interfaces, whose changes interrupt traffic; its members are left as they are`,
    {
      hint: 'migrate the load balancer to pools of addresses (migrateToIpBased), then nodes are followed here',
    },
  )

/** Members that are network interfaces: virtual machines are changed to join such a pool. */
function hasInterfaces({ spec }: Observed): boolean {
  const properties = isObject(spec['properties']) ? spec['properties'] : {}
  const list = properties['backendIPConfigurations']
  const addresses = (properties['loadBalancerBackendAddresses'] ?? []) as readonly JsonObject[]
  const named = addresses.some(({ properties: of }) => isObject(of) && of['ipAddress'] !== undefined)
  return Array.isArray(list) && list.length > 0 && !named
}

/** Equal pools are one object, so that uniting thousands of Services compares no list twice. */
const made = new WeakMap<readonly TargetNode[], Map<string, JsonObject>>()

function specOf(wish: Wish, family: FamilyWish): JsonObject {
  const { context, place, loadBalancer } = wish
  const network = { virtualNetwork: { id: place.virtualNetworkId } }
  if (context.nodesUnknown !== undefined)
    return { properties: { ...network, loadBalancerBackendAddresses: unknown(context.nodesUnknown) } }
  if (family.ownPool)
    return { properties: { ...network, loadBalancerBackendAddresses: localMembers(wish, family) } }
  const known = made.get(context.nodes) ?? new Map<string, JsonObject>()
  made.set(context.nodes, known)
  const id = JSON.stringify([
    loadBalancer.name,
    family.family,
    place.virtualNetworkId,
    wish.config.loadBalancers,
  ])
  const spec = known.get(id) ?? {
    properties: { ...network, loadBalancerBackendAddresses: members(family, nodesOf(wish)) },
  }
  known.set(id, spec)
  return spec
}

function nodesOf({ context, config, loadBalancer, place }: Wish): readonly TargetNode[] {
  const nodes = context.nodes.filter((node) => served(node, place.scope.resourceGroup))
  if (config.loadBalancers.length === 0) return nodes
  const name = configNameOf(loadBalancer.name).toLowerCase()
  return nodes.filter((node) => balancerOf(node, config.loadBalancers)?.toLowerCase() === name)
}

/** Only nodes of this load balancer with a pod that serves. */
function localMembers(wish: Wish, family: FamilyWish): Json {
  const { endpoints } = wish.context
  if (endpoints === undefined) return unknown('the nodes that have pods of the Service')
  const nodes = new Set(endpoints.filter(({ ready, serving }) => ready || serving).map(({ node }) => node))
  return members(
    family,
    nodesOf(wish).filter(({ name }) => nodes.has(name)),
  )
}

const members = ({ family }: FamilyWish, nodes: readonly TargetNode[]): Json =>
  nodes.flatMap((node) => {
    const ipAddress = addressOf(node, family)
    const name = family === 'IPv6' ? `${node.name}-ipv6` : node.name
    return ipAddress === undefined ? [] : [{ name, properties: { ipAddress } }]
  })
