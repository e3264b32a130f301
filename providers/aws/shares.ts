import { type AwsSettings, awsKeyed } from './annotations.ts'
import type { LoadBalancer, Port } from '../../src/model/load-balancer.ts'
import type { OtherService } from '../../src/model/others.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import type { ForwardAction, WeightedTarget } from './annotation-action.ts'
import type { Setting } from '../../src/model/annotations.ts'
import { type Route, type RouteShare, type Target, targetOf } from './routes.ts'
import type { Wish } from './wish.ts'

/** Keys name the listener, `TCP-80`; that of TCP and UDP together is `TCP_UDP-80`. */
export const listenerName = ({ protocol, port }: Route): string => `${protocol}-${port}`

export const actionFor = ({ keyed }: Wish, route: Route): Setting<ForwardAction> | undefined =>
  keyed.actions?.[listenerName(route)]

/** The other Services that take a share of what comes to this one's listeners. */
export function referredBy(lb: LoadBalancer): readonly string[] {
  const targets = Object.values(awsKeyed(lb).actions ?? {}).flatMap(({ value }) => value.targets)
  const names = new Set(targets.flatMap(({ service }) => service?.name ?? []))
  names.delete(lb.name)
  return [...names].toSorted()
}

/** End of the key of a target group: whose it is and where its targets are reached. */
export const shareKey = ({ service, port }: RouteShare, to: number | string): string =>
  `${service}:${port}/${to}`

/** Whose targets a target group has, by its key; undefined where they are those of its own Service. */
export function serviceIn(key: string): string | undefined {
  const share = key.split('/').at(-2) ?? ''
  return share.includes(':') ? share.slice(0, share.indexOf(':')) : undefined
}

/** What one target group of an action stands for. */
export type Shared =
  | { readonly is: 'arn'; readonly arn: string }
  | { readonly is: 'own' }
  | { readonly is: 'share'; readonly route: Route }
  | { readonly is: 'wrong'; readonly problem: Problem }

/** Every target group that an annotation divides the connections to a route among, in its order. */
export function sharedAmong(wish: Wish, route: Route): readonly (WeightedTarget & { to: Shared })[] {
  const setting = actionFor(wish, route)
  if (setting === undefined) return []
  return setting.value.targets.map((target) => ({ ...target, to: sharedWith(wish, route, setting, target) }))
}

/** Those that are target groups of their own, as routes. */
export const sharesOf = (wish: Wish, route: Route): readonly Route[] =>
  sharedAmong(wish, route).flatMap(({ to }) => (to.is === 'share' ? [to.route] : []))

function sharedWith(
  wish: Wish,
  route: Route,
  { path }: Setting<ForwardAction>,
  { arn = '', service }: WeightedTarget,
): Shared {
  if (service === undefined) return { is: 'arn', arn }
  const { lb } = wish
  const { name, port } = service
  const of = `${lb.namespace}/${name}`
  const wrong = (code: string, message: string, details: Parameters<typeof error>[3]): Shared => ({
    is: 'wrong',
    problem: error(code, path, message, details),
  })
  const other = name === lb.name ? lb : wish.context.others?.get(name)
  if (other === undefined) {
    const share = { service: name, port, of }
    return {
      is: 'share',
      route: { ...route, nodePort: undefined, target: someTarget(wish, share), path, share },
    }
  }
  if ('instead' in other)
    return wrong('LB_AWS_ACTION_SERVICE', `there is no Service ${name} in namespace ${lb.namespace}`, {
      value: name,
      accepted: listed(other.instead),
      hint: 'create it, or take it out of the action; until then the load balancer stays as it is',
    })
  const named = other.ports.filter((one) => one.port === port || one.name === port)
  const meant = route.transports.map((transport) =>
    named.find(({ protocol }) => protocol.toLowerCase() === transport),
  )
  const [first] = meant
  if (first === undefined || meant.includes(undefined)) {
    const wanted = route.transports.map((transport) => transport.toUpperCase()).join(' and ')
    const whose = name === lb.name ? 'this Service' : `Service ${name}`
    return wrong('LB_PORTS_UNKNOWN', `${whose} has no ${wanted} port ${port}`, {
      value: String(port),
      accepted: other.ports.map(shown).join(', '),
    })
  }
  if (name === lb.name && first.port === route.port) return { is: 'own' }
  const targets = meant.flatMap((one) => (one === undefined ? [] : [targetOf(one, wish.targetType)]))
  const ends = new Set(targets.map((target) => target.named ?? target.port))
  if (ends.size > 1)
    return wrong('LB_PORT_PAIR', `TCP and UDP port ${port} of ${of} lead to ${[...ends].join(' and ')}`, {
      value: String(port),
      hint: 'a listener of TCP and UDP needs both to lead to one port',
    })
  const target = targets[0] ?? someTarget(wish, { service: name, port, of })
  if (target.type === 'instance' && target.port === undefined && !other.allocatesNodePorts)
    return wrong('LB_AWS_ACTION_SERVICE', `port ${port} of Service ${name} has no node port to send to`, {
      value: name,
      accepted: 'a Service of type NodePort or LoadBalancer',
      hint: 'or have pods as targets, with aws-load-balancer-nlb-target-type: ip',
    })
  const share = { service: name, port: first.port, of }
  const gap = target.gap === '' ? '' : `${target.gap} of Service ${of}`
  return {
    is: 'share',
    route: { ...route, nodePort: first.nodePort, target: { ...target, gap }, path, share },
  }
}

/** Where nobody knows the other Service. */
function someTarget({ targetType }: Wish, { port, of }: RouteShare): Target {
  const field = targetType === 'ip' ? 'targetPort' : 'nodePort'
  const what = targetType === 'ip' ? 'target port' : 'node port'
  const gap = `${what} of port ${port} of Service ${of}`
  return { type: targetType, port: undefined, gap, portName: '', field }
}

const shown = ({ name, port, protocol }: Port): string =>
  `${name === undefined ? '' : `${name}: `}${port}/${protocol}`

const most = 10

const listed = (names: readonly string[]): string =>
  names.length > most
    ? `${names.slice(0, most).join(', ')} and ${names.length - most} more`
    : names.join(', ')

/** Each route with its shares and the health checks of all, which other Services have by their own traffic policy. */
export const withShares = <T>(
  wish: Wish,
  routes: readonly Route[],
  check: (asked: Wish, route: Route) => T,
): readonly { readonly route: Route; readonly health: T }[] =>
  routes
    .flatMap((route) => [route, ...sharesOf(wish, route)])
    .map((route) => ({ route, health: check(asAsked(wish, route), route) }))

/** The wish as the health check of a share reads it: with the traffic policy and the ports of whoever answers. */
function asAsked(wish: Wish, { share }: Route): Wish {
  const { lb, settings } = wish
  if (share === undefined || share.service === lb.name) return wish
  const other: Partial<OtherService> = knownOther(wish, share) ?? {}
  const { ports = [], trafficPolicy = 'Cluster', healthCheckNodePort } = other
  const { healthCheckNodePort: _own, ...rest } = lb
  return {
    ...wish,
    lb: {
      ...rest,
      ports,
      trafficPolicy,
      ...(healthCheckNodePort === undefined ? {} : { healthCheckNodePort }),
    },
    settings: withKnownPort(settings, ports),
  }
}

function knownOther({ context }: Wish, { service }: RouteShare): OtherService | undefined {
  const other = context.others?.get(service)
  return other === undefined || 'instead' in other ? undefined : other
}

/** A port that only this Service gives a name to is not asked of others: their own is then. */
function withKnownPort(settings: AwsSettings, ports: readonly Port[]): AwsSettings {
  const asked = settings.healthCheckPort?.value
  if (asked?.is !== 'name' || ports.some(({ name }) => name === asked.name)) return settings
  const { healthCheckPort: _port, ...rest } = settings
  return rest
}
