import type { Json } from '../../src/lib/json.ts'
import { unknown } from '../../src/plan/resource.ts'
import type { Context } from '../../src/provider/blueprint.ts'
import { factOf } from '../../src/provider/facts.ts'
import { armId, type Scope } from './arm.ts'
import type { AzureConfig } from './config.ts'
import { type Network, networkKey, type SubnetFact } from './facts.ts'

/** Where the objects of a cluster are: from the configuration, else from the facts. */
export interface Place {
  /** Of the load balancers. */
  readonly scope: Scope
  readonly location: Json
  /** Undefined: not known. */
  readonly zones: readonly string[] | undefined
  subnetId(name: string): Json
  /** Undefined: the subnets are not known. */
  readonly subnets: readonly SubnetFact[] | undefined
  readonly virtualNetworkId: Json
}

export function placeOf(context: Context, config: AzureConfig): Place {
  const fact = factOf<Network>(context.facts, networkKey, 'the virtual network')
  const network: Network = 'value' in fact ? fact.value : {}
  const scope = {
    subscription: config.subscription ?? network.subscription,
    resourceGroup: config.resourceGroup ?? network.resourceGroup,
  }
  const found = network.virtualNetwork
  const name = config.virtualNetwork ?? found?.name
  const group = config.virtualNetworkResourceGroup ?? found?.resourceGroup ?? scope.resourceGroup
  const around = { subscription: scope.subscription, resourceGroup: group }
  const within = (...names: readonly string[]): Json =>
    name === undefined
      ? unknown('the virtual network; azure.virtualNetwork names it')
      : armId(around, 'virtualNetworks', name, ...names)
  return {
    scope,
    location: config.location ?? network.location ?? unknown('the region; azure.location says it'),
    zones: network.zones,
    subnetId: (subnet) => within('subnets', subnet),
    subnets:
      config.virtualNetwork === undefined || config.virtualNetwork === found?.name
        ? found?.subnets
        : undefined,
    virtualNetworkId: within(),
  }
}
