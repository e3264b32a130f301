import type { JsonObject } from '../../src/lib/json.ts'
import type { Family, LoadBalancer } from '../../src/model/load-balancer.ts'
import type { Problem } from '../../src/model/problem.ts'
import type { Identity, Observed } from '../../src/plan/resource.ts'
import type { Context } from '../../src/provider/blueprint.ts'
import { addressConflicts } from './address-conflicts.ts'
import { type AddressWish, addressFor } from './addresses.ts'
import { armId } from './arm.ts'
import type { AzureConfig } from './config.ts'
import { chooseLoadBalancer } from './load-balancer-choice.ts'
import { loadBalancerIdentity, loadBalancerName, localPoolName, type NameOf, poolName } from './names.ts'
import { indexOf } from './observed-index.ts'
import { unusedSettings } from './unused.ts'
import { type WishBase, wishBase } from './wish-base.ts'

/** One Service with everything decided that more than one of its objects depends on. */
export interface Wish extends WishBase {
  readonly internalPath: string | undefined
  /** One rule for all ports and protocols. */
  readonly highAvailabilityPorts: boolean
  readonly loadBalancer: BalancerWish
  /** One for each family of addresses that the Service has. */
  readonly families: readonly FamilyWish[]
  readonly problems: readonly Problem[]
}

/** The shared load balancer that takes the Service. */
export interface BalancerWish extends Identity {
  /** Its name; the key is the same. In angle brackets while nobody can tell which one it is. */
  readonly name: string
  /** As far as it exists. */
  readonly observed: Observed | undefined
  /** The id of an object inside it: `id('probes', 'NAME')`. */
  id(...names: readonly string[]): JsonObject[string]
}

/** What the Service is on one family of addresses. */
export interface FamilyWish extends AddressWish {
  readonly family: Family
  readonly names: NameOf
  /** Nodes get packets for the frontend's own address and port. Without it they get those for themselves and the NodePort. */
  readonly floatingIP: boolean
  /** The name of the backend pool. */
  readonly pool: string
  /** Whether that pool is of this Service alone, with only the nodes that have its pods. */
  readonly ownPool: boolean
}

export function wishFor(lb: LoadBalancer, context: Context, config: AzureConfig): Wish {
  const base = wishBase(lb, context, config)
  const { settings, clusterName, place, stem, internal } = base
  const choice = chooseLoadBalancer(base)
  const seen = indexOf(context.observed)
  const asked = loadBalancerName(choice.name, internal)
  const observed = seen.named('load-balancer', asked)
  const name = observed?.key ?? asked
  const identity = loadBalancerIdentity(name)
  const loadBalancer: BalancerWish = {
    ...identity,
    name,
    observed,
    id: (...names) => armId(place.scope, 'loadBalancers', name, ...names),
  }
  const dualStack = lb.families.length > 1
  const ownPool = config.loadBalancers.length > 0 && lb.trafficPolicy === 'Local'
  const subnet = internal ? settings.internalSubnet?.value : undefined
  const problems: Problem[] = [...choice.problems]
  const families = lb.families.map((family): FamilyWish => {
    const names = { stem, family, dualStack, ...(subnet === undefined ? {} : { subnet }) }
    const pool = ownPool ? localPoolName(`${lb.namespace}/${lb.name}`, family) : poolName(clusterName, family)
    const found = addressFor(base, names, loadBalancer)
    problems.push(...found.problems)
    return {
      ...found.wish,
      family,
      names,
      floatingIP: settings.disableFloatingIP?.value !== true && !(internal && family === 'IPv6'),
      pool: seen.named('backend-pool', `${name}/${pool}`)?.key.slice(name.length + 1) ?? pool,
      ownPool,
    }
  })
  return {
    ...base,
    internalPath: settings.internal?.path,
    highAvailabilityPorts: internal && settings.highAvailabilityPorts?.value === true,
    loadBalancer,
    families,
    problems: [...problems, ...addressConflicts(base), ...unusedSettings(base)],
  }
}
