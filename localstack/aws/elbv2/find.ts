import { fault } from '../fault.ts'
import type { AwsFault } from '../fault.ts'
import type { Listener, LoadBalancer, TargetGroup } from '../state/records.ts'
import type { World } from '../state/world.ts'

export const noLoadBalancer = (what = ''): AwsFault =>
  fault('LoadBalancerNotFound', what === '' ? 'One or more load balancers not found' : what)
export const noTargetGroup = (): AwsFault =>
  fault('TargetGroupNotFound', 'One or more target groups not found')
export const noListener = (): AwsFault => fault('ListenerNotFound', 'One or more listeners not found')

export function loadBalancerAt(world: World, arn: string | undefined): LoadBalancer {
  const found = world.loadBalancers.get(arn ?? '')
  if (found === undefined) throw noLoadBalancer(`Load balancer '${arn ?? ''}' not found`)
  return found
}

export function targetGroupAt(world: World, arn: string | undefined): TargetGroup {
  const found = world.targetGroups.get(arn ?? '')
  if (found === undefined) throw noTargetGroup()
  return found
}

/** A listener that was just made may not be found by those calls that name it. */
export function listenerAt(world: World, arn: string | undefined): Listener {
  const found = world.listeners.get(arn ?? '')
  const age = world.clock.now() - (found?.createdAt ?? 0)
  if (found === undefined || age < world.switches.newListenerMs) throw noListener()
  return found
}

export const listenersOf = (world: World, loadBalancerArn: string): Listener[] =>
  world.listeners.list().filter((listener) => listener.loadBalancerArn === loadBalancerArn)

export const forwardersOf = (world: World, targetGroupArn: string, asOf?: number): Listener[] =>
  world.listeners
    .list(asOf)
    .filter((listener) => listener.forwards.some((forward) => forward.targetGroupArn === targetGroupArn))

/** The load balancers a target group gets traffic from: at most one for the kinds served here. */
export const usersOf = (world: World, targetGroupArn: string, asOf?: number): string[] => [
  ...new Set(forwardersOf(world, targetGroupArn, asOf).map((listener) => listener.loadBalancerArn)),
]
