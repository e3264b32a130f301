import type {
  CreateListenerInput,
  CreateListenerOutput,
  DeleteListenerInput,
  DescribeListenersInput,
  DescribeListenersOutput,
  ModifyListenerInput,
  ModifyListenerOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { equal } from '../../../src/lib/json.ts'
import type { Action, Actions } from '../action.ts'
import { fault, invalid } from '../fault.ts'
import { pageOf } from '../paging.ts'
import type { AwsFault } from '../fault.ts'
import type { Listener, LoadBalancer } from '../state/records.ts'
import { elbArn } from '../state/world.ts'
import type { World } from '../state/world.ts'
import { missing } from '../wire/check-input.ts'
import { badMarker, inRange, newTags, pageSize } from './checks.ts'
import { listenerAt, listenersOf, loadBalancerAt } from './find.ts'
import { defaultListenerAttributes } from './listener-attributes.ts'
import { checkProtocol, readForwards, readSecurity } from './listener-rules.ts'
import { showListener } from './show-listener.ts'

/** Idempotent like the other creates; any other listener on the port, whatever its protocol, is a duplicate. */
const createListener: Action<CreateListenerInput, CreateListenerOutput> = (world, input) => {
  const balancer = loadBalancerAt(world, input.LoadBalancerArn)
  if (input.Protocol === undefined) throw missing('elbv2', 'Protocol')
  if (input.Port === undefined) throw missing('elbv2', 'Port')
  const protocol = checkProtocol(balancer, input.Protocol)
  const settings = {
    port: inRange('Port', input.Port, 1, 65535),
    protocol,
    ...readForwards(world, balancer, protocol, input.DefaultActions),
    ...readSecurity(world, protocol, input),
  }
  const tags = newTags(world, input.Tags)
  const present = listenersOf(world, balancer.arn)
  const there = present.find((listener) => listener.port === settings.port)
  if (there !== undefined) {
    if (!equal(settingsOf(there), settings)) throw duplicate(balancer)
    return { Listeners: [showListener(there)] }
  }
  if (present.length >= world.limits.listenersPerLoadBalancer)
    throw fault(
      'TooManyListeners',
      `The maximum number of listeners for load balancer '${balancer.arn}' has been reached`,
    )
  const listener: Listener = {
    ...settings,
    arn: listenerArn(world, balancer),
    loadBalancerArn: balancer.arn,
    createdAt: world.clock.now(),
    namesSince: namesSince(settings.forwards, world.clock.now()),
    attributes: defaultListenerAttributes(protocol),
    tags,
  }
  world.listeners.put(listener.arn, listener)
  return { Listeners: [showListener(listener)] }
}

const namesSince = (
  forwards: Listener['forwards'],
  now: number,
  before?: Listener['namesSince'],
): Listener['namesSince'] =>
  new Map(forwards.map(({ targetGroupArn: arn }) => [arn, before?.get(arn) ?? now]))

function listenerArn(world: World, balancer: LoadBalancer): string {
  const owner = balancer.arn.slice(balancer.arn.indexOf(':loadbalancer/') + ':loadbalancer/'.length)
  return elbArn(world, `listener/${owner}/${world.ids.suffix()}`)
}

function settingsOf(listener: Listener) {
  const { port, protocol, forwards, stickySeconds, sslPolicy, alpn } = listener
  return {
    port,
    protocol,
    forwards,
    stickySeconds,
    sslPolicy,
    alpn,
    certificates: listener.certificates.slice(0, 1),
  }
}

const duplicate = (balancer: LoadBalancer): AwsFault =>
  fault(
    'DuplicateListener',
    `A listener already exists on this port for this load balancer '${balancer.arn}'`,
  )

const modifyListener: Action<ModifyListenerInput, ModifyListenerOutput> = (world, input) => {
  const listener = listenerAt(world, input.ListenerArn)
  const balancer = loadBalancerAt(world, listener.loadBalancerArn)
  const protocol = checkProtocol(balancer, input.Protocol ?? listener.protocol)
  const port = inRange('Port', input.Port ?? listener.port, 1, 65535)
  const neighbours = listenersOf(world, balancer.arn).filter((other) => other.arn !== listener.arn)
  if (neighbours.some((other) => other.port === port)) throw duplicate(balancer)
  const actions = input.DefaultActions ?? showListener(listener).DefaultActions
  const forwards = readForwards(world, balancer, protocol, actions)
  const changed: Listener = {
    arn: listener.arn,
    loadBalancerArn: balancer.arn,
    createdAt: listener.createdAt,
    port,
    protocol,
    ...forwards,
    namesSince: namesSince(forwards.forwards, world.clock.now(), listener.namesSince),
    ...readSecurity(world, protocol, input, listener),
    attributes: protocol === listener.protocol ? listener.attributes : defaultListenerAttributes(protocol),
    tags: listener.tags,
  }
  world.listeners.put(listener.arn, changed)
  return { Listeners: [showListener(changed)] }
}

/** By load balancer or by ARN, so always fresh. */
const describeListeners: Action<DescribeListenersInput, DescribeListenersOutput> = (world, input) => {
  const { ListenerArns: arns = [], LoadBalancerArn: owner } = input
  if (arns.length > 0 === (owner !== undefined))
    throw invalid('You must specify either listener ARNs or a load balancer ARN')
  if (owner === undefined) return { Listeners: arns.map((arn) => showListener(listenerAt(world, arn))) }
  const all = listenersOf(world, loadBalancerAt(world, owner).arn)
  const page = pageOf(all, pageSize(input.PageSize), input.Marker, (listener) => listener.arn, badMarker)
  return {
    Listeners: page.items.map(showListener),
    ...(page.next === undefined ? {} : { NextMarker: page.next }),
  }
}

const deleteListener: Action<DeleteListenerInput, object> = (world, input) => {
  world.listeners.remove(listenerAt(world, input.ListenerArn).arn)
  return {}
}

export const listenerActions: Actions = {
  CreateListener: createListener,
  ModifyListener: modifyListener,
  DescribeListeners: describeListeners,
  DeleteListener: deleteListener,
}
