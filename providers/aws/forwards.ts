import type { Json } from '../../src/lib/json.ts'
import type { Setting } from '../../src/model/annotations.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import { type Identity, ref, type Resource, unknown } from '../../src/plan/resource.ts'
import type { ForwardAction, WeightedTarget } from './annotation-action.ts'
import type { HealthCheck } from './health-check.ts'
import { targetGroupName } from './names.ts'
import type { Route } from './routes.ts'
import type { Wish } from './wish.ts'

interface Forwards {
  readonly action: ForwardAction
  /** `ForwardConfig.TargetGroups` as the API writes them. */
  readonly groups: readonly Json[]
}

/** Keys name the listener, `TCP-80`; that of TCP and UDP together is `TCP_UDP-80`. */
export const listenerName = ({ protocol, port }: Route): string => `${protocol}-${port}`

const actionFor = ({ keyed }: Wish, route: Route): Setting<ForwardAction> | undefined =>
  keyed.actions?.[listenerName(route)]

/** How an annotation divides the connections of one listener; undefined where none does. */
export function forwardsOf(wish: Wish, route: Route, own: Identity): Forwards | undefined {
  const setting = actionFor(wish, route)
  if (setting === undefined) return undefined
  const groups = setting.value.targets.map((target): Json => ({
    TargetGroupArn: target.arn ?? ref(targetIdentity(wish, route, own, target), 'arn'),
    ...(target.weight === undefined ? {} : { Weight: target.weight }),
  }))
  return { action: setting.value, groups }
}

const isOwn = ({ lb }: Wish, route: Route, { service }: WeightedTarget): boolean => {
  const port = lb.ports.find((one) => one.port === route.port)
  return service?.name === lb.name && (service.port === route.port || service.port === port?.name)
}

function targetIdentity(wish: Wish, route: Route, own: Identity, target: WeightedTarget): Identity {
  if (isOwn(wish, route, target)) return own
  const { name, port } = target.service ?? { name: '', port: '' }
  return {
    stack: wish.lb.owner.uid,
    kind: 'target-group',
    key: `${wish.share.targets}/${route.port}/${route.backend}/${name}:${port}`,
  }
}

/** Target groups of this Service's making that lead to other Services of its namespace. */
export function forwardedGroups(
  wish: Wish,
  route: Route,
  own: Resource,
  health: HealthCheck,
): readonly Resource[] {
  const setting = actionFor(wish, route)
  const others = (setting?.value.targets ?? []).filter(
    (target) => target.service !== undefined && !isOwn(wish, route, target),
  )
  return others.map((target) => {
    const identity = targetIdentity(wish, route, own, target)
    const { name = '', port = '' } = target.service ?? {}
    const of = `${wish.lb.namespace}/${name}`
    const what = wish.targetType === 'ip' ? 'target port' : 'node port'
    const gap = `the ${what} of port ${port} of Service ${of}`
    return {
      ...own,
      ...identity,
      // Its share of the connections may be none, and its targets another Service's: no move waits for it.
      serves: `${route.port} of ${of}`,
      spec: {
        ...own.spec,
        Name: targetGroupName(wish.names, {
          place: wish.share.targets,
          protocol: route.backend,
          port: route.port,
          nodePort: `${name}:${port}`,
          targetType: wish.targetType,
          vpcId: wish.vpcId,
        }),
        Port: unknown(gap),
        ...(health.spec['HealthCheckPort'] === 'traffic-port' ? {} : { HealthCheckPort: 'traffic-port' }),
        Tags: wish.tags(identity.key),
      },
      parts: {
        [`<${wish.targetType === 'ip' ? 'pod' : 'node'}>:${name}:${port}`]: {
          spec: { Id: unknown(`what answers for ${of}`), Port: unknown(gap) },
          owners: [wish.lb.owner],
        },
      },
      origins: { ...own.origins, Port: setting?.path ?? '' },
      purpose: `what answers for port ${port} of Service ${of}, for a share of the connections`,
    }
  })
}

/** Keys that name no listener, and a port of this Service that it does not have. */
export function actionProblems(wish: Wish): readonly Problem[] {
  const names = wish.routes.map(listenerName)
  return Object.entries(wish.keyed.actions ?? {}).flatMap(([at, setting]): readonly Problem[] => {
    if (!names.includes(at))
      return [
        error('LB_PORTS_UNKNOWN', setting.path, `the load balancer has no listener ${at}`, {
          value: at,
          accepted: names.join(', '),
        }),
      ]
    return setting.value.targets.flatMap(({ service }): readonly Problem[] => {
      const known = wish.lb.ports.some(({ port, name }) => service?.port === port || service?.port === name)
      if (service === undefined || service.name !== wish.lb.name || known) return []
      return [
        error('LB_PORTS_UNKNOWN', setting.path, `this Service has no port ${service.port}`, {
          value: String(service.port),
          accepted: wish.lb.ports.map(({ port }) => port).join(', '),
        }),
      ]
    })
  })
}
