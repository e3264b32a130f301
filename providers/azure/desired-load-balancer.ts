import { isObject, type JsonObject } from '../../src/lib/json.ts'
import type { Problem } from '../../src/model/problem.ts'
import type { Part, Resource } from '../../src/plan/resource.ts'
import { unknown } from '../../src/plan/resource.ts'
import type { Desired } from '../../src/provider/blueprint.ts'
import { portProblems } from './port-problems.ts'
import { ruleKey } from './part-keys.ts'
import { routingFor } from './rules.ts'
import { takenPorts } from './taken-ports.ts'
import type { FamilyWish, Wish } from './wish.ts'

/** What one Service has in the load balancer that it shares with all others. */
export function desiredLoadBalancer(wish: Wish): Desired {
  const { lb, loadBalancer, config, place, internal } = wish
  const parts: Record<string, Part> = {}
  const owners = [lb.owner]
  const taken: Problem[] = []
  for (const family of wish.families) {
    parts[`frontend/${family.frontend}`] = {
      spec: frontendOf(wish, family),
      owners,
      path: frontendPath(wish, family),
    }
    const { rules, probes } = routingFor(wish, family)
    taken.push(...takenPorts(wish, family, rules))
    for (const { name, properties, path } of rules) {
      const { protocol, frontendPort } = properties
      parts[ruleKey(family.frontend, protocol, frontendPort)] = { spec: { name, properties }, owners, path }
    }
    for (const { name, properties, path } of probes)
      parts[`probe/${name}`] = { spec: { properties }, owners, path }
  }
  const resource: Resource = {
    stack: loadBalancer.stack,
    kind: loadBalancer.kind,
    key: loadBalancer.key,
    owners,
    spec: {
      location: place.location,
      sku: { name: config.loadBalancerSku === 'standard' ? 'Standard' : 'Basic' },
      ...(Object.keys(config.tags).length === 0 ? {} : { tags: config.tags }),
    },
    parts,
    purpose: internal
      ? 'the load balancer inside the virtual network, for all Services'
      : 'the load balancer that the internet reaches, for all Services',
  }
  return { resources: [resource], problems: [...portProblems(wish), ...taken] }
}

const frontendPath = ({ internalPath }: Wish, { pinned }: FamilyWish): string =>
  pinned?.path ?? internalPath ?? 'spec.type'

function frontendOf(wish: Wish, family: FamilyWish): JsonObject {
  const { publicIP, held } = family
  // A rule for all ports leaves no room for others: who has one shares the frontend with nobody.
  const alone = wish.highAvailabilityPorts ? { haPorts: true } : {}
  if (publicIP !== undefined) return { properties: { publicIPAddress: { id: publicIP.id } }, ...alone }
  return { properties: internalProperties(family), ...(held === undefined ? zonesOf(wish) : {}), ...alone }
}

/** Zones of a frontend are chosen once; those of one that exists are left as they are. */
function zonesOf({ place, config }: Wish): JsonObject {
  if (config.loadBalancerSku === 'basic') return {}
  if (place.zones === undefined) return { zones: unknown('the zones of the region') }
  return place.zones.length === 0 ? {} : { zones: place.zones }
}

/** An address that Azure chose once and the controller for Azure then fixed stays fixed. */
function internalProperties({ pinned, subnet, held, family }: FamilyWish): JsonObject {
  const seen = isObject(held?.['properties']) ? held['properties'] : {}
  const fixed = seen['privateIPAllocationMethod'] === 'Static' ? seen['privateIPAddress'] : undefined
  const address = pinned?.ip ?? fixed
  return {
    ...(address === undefined ? {} : { privateIPAddress: address }),
    privateIPAllocationMethod: address === undefined ? 'Dynamic' : 'Static',
    ...(family === 'IPv6' ? { privateIPAddressVersion: 'IPv6' } : {}),
    ...(subnet === undefined ? {} : { subnet: { id: subnet.id } }),
  }
}
