import { type AwsFault, fault } from '../fault.ts'
import type { ClassicLoadBalancer } from '../state/classic.ts'
import type { World } from '../state/world.ts'

export const noLoadBalancer = (name: string): AwsFault =>
  fault('LoadBalancerNotFound', `There is no ACTIVE Load Balancer named '${name}'`)

export function balancerNamed(world: World, name: string | undefined): ClassicLoadBalancer {
  const found = world.classicLoadBalancers.get(name ?? '')
  if (found === undefined) throw noLoadBalancer(name ?? '')
  return found
}

export const put = (
  world: World,
  balancer: ClassicLoadBalancer,
  change: Partial<ClassicLoadBalancer>,
): void => world.classicLoadBalancers.put(balancer.name, { ...balancer, ...change })

/** The older API answers with a conflict what the newer one calls a bad request. */
export const refused = (message: string): AwsFault => fault('InvalidConfigurationRequest', message, 409)
