import { defaultConfig, type AzureConfig } from '../../../providers/azure/config.ts'
import { namespaceKey, networkKey, type PublicIPFact, publicIPsKey } from '../../../providers/azure/facts.ts'
import { type Wish, wishFor } from '../../../providers/azure/wish.ts'
import type { Json } from '../../../src/lib/json.ts'
import type { Family } from '../../../src/model/load-balancer.ts'
import { hasError, type Problem } from '../../../src/model/problem.ts'
import type { TargetNode } from '../../../src/model/nodes.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import type { Context, Fact } from '../../../src/provider/blueprint.ts'
import type { Vector } from '../vector.ts'
import { type Completion, read } from './service.ts'

export interface World extends Completion {
  readonly clusterName?: string
  readonly config?: Partial<AzureConfig>
  readonly observed?: readonly Observed[]
  readonly publicIPs?: readonly PublicIPFact[]
  readonly namespaceLabels?: Readonly<Record<string, string>>
  readonly nodes?: readonly TargetNode[]
}

/** The place of the peer's tests. */
export const place = { subscription: 'subscription', resourceGroup: 'rg', location: 'westus' } as const

export const configOf = ({ config, clusterName }: World): AzureConfig => ({
  ...defaultConfig,
  ...place,
  virtualNetwork: 'vnet',
  subnet: 'subnet',
  securityGroup: 'nsg',
  // As the peer: a port's appProtocol decides what its probe speaks.
  probesFollowAppProtocol: true,
  ...(clusterName === undefined ? {} : { clusterName }),
  ...config,
})

export function contextOf(one: Vector, world: World): Context {
  const namespace = one.service?.metadata?.namespace ?? 'default'
  const facts: readonly Fact[] = [
    { key: networkKey, value: { ...place, zones: [] } },
    { key: publicIPsKey(undefined), value: (world.publicIPs ?? []) as unknown as Json },
    { key: namespaceKey(namespace), value: world.namespaceLabels ?? {} },
  ]
  return {
    cluster: { name: world.clusterName ?? 'kubernetes', uid: 'cluster' },
    nodes: world.nodes ?? [],
    facts: new Map(facts.map((fact) => [fact.key, fact])),
    observed: world.observed ?? [],
  }
}

interface Wished {
  /** Undefined where the Service cannot be read at all. */
  readonly wish: Wish | undefined
  readonly problems: readonly Problem[]
  readonly refused: boolean
}

export function wishOf(one: Vector, world: World = {}): Wished {
  const { lb, problems } = read(one.service, world)
  if (lb === undefined) return { wish: undefined, problems, refused: true }
  const wish = wishFor(lb, contextOf(one, world), configOf(world))
  const all = [...problems, ...wish.problems]
  return { wish, problems: all, refused: hasError(all) }
}

export const familyWanted = ({ context }: Vector): Family => (context['isIPv6'] === true ? 'IPv6' : 'IPv4')

export const familyOfWish = (wish: Wish | undefined, family: Family) =>
  wish?.families.find((one) => one.family === family)
