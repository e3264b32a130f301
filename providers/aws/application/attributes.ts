import { emulated, error, type Problem } from '../../../src/model/problem.ts'
import { balancerAttributes, balancerProblems } from '../balancer-attributes.ts'
import type { Route } from '../routes.ts'
import type { TargetAttributes } from '../target-attributes.ts'
import type { Wish } from '../wish.ts'

const crossZoneKey = 'load_balancing.cross_zone.enabled'
const idleKey = 'idle_timeout.timeout_seconds'

/** Of the load balancer. It always sends across zones; what does not is each target group. */
export function webAttributes(wish: Wish): TargetAttributes {
  const { attributes, origins } = balancerAttributes(wish)
  const { [crossZoneKey]: _zones, ...kept } = attributes
  const { [crossZoneKey]: _path, ...paths } = origins
  const { idleTimeout } = wish.settings
  if (idleTimeout === undefined) return { attributes: kept, origins: paths }
  return {
    attributes: { ...kept, [idleKey]: String(idleTimeout.value) },
    origins: { ...paths, [idleKey]: idleTimeout.path },
  }
}

/** Of one port's target group. A cookie keeps a client on its target, since the client's address is not looked at. */
export function webTargetAttributes({ lb, settings, keyed }: Wish, route: Route): TargetAttributes {
  const { targetGroupAttributes, drainingTimeout, crossZone } = settings
  const own = keyed.portAttributes?.[String(route.port)]
  const origins: Record<string, string> = {}
  const attributes: Record<string, string> = {}
  const ask = (key: string, value: string, path: string): void => {
    attributes[key] = value
    origins[key] = path
  }
  if (lb.affinity !== undefined) {
    const path = 'spec.sessionAffinity'
    ask('stickiness.enabled', 'true', path)
    ask('stickiness.type', 'lb_cookie', path)
    ask('stickiness.lb_cookie.duration_seconds', String(lb.affinity.timeoutSeconds), path)
  }
  if (drainingTimeout !== undefined)
    ask('deregistration_delay.timeout_seconds', String(drainingTimeout.value), drainingTimeout.path)
  if (crossZone?.value === false) ask(crossZoneKey, 'false', crossZone.path)
  for (const setting of [targetGroupAttributes, own])
    for (const [key, value] of Object.entries(setting?.value ?? {}))
      if (value !== '' && !(ofNetwork.has(key) && value === 'false')) ask(key, value, setting?.path ?? '')
  return { attributes, origins }
}

/** Attributes that target groups of network load balancers alone have. */
const ofNetwork = new Map([
  ['preserve_client_ip.enabled', 'targets see the load balancer; X-Forwarded-For names the client'],
  ['proxy_protocol_v2.enabled', 'X-Forwarded-For names the client, not PROXY protocol'],
])

export function webAttributeProblems(wish: Wish, routes: readonly Route[]): readonly Problem[] {
  const { lb, settings } = wish
  const { idleTimeout, crossZone } = settings
  const problems: Problem[] = balancerProblems({ ...wish, routes }).filter(
    ({ code, path }) => code !== 'LB_AWS_NO_EFFECT' || path !== settings.accessLog?.path,
  )
  for (const route of routes) {
    const { attributes, origins } = webTargetAttributes(wish, route)
    for (const [key, why] of ofNetwork)
      if (attributes[key] !== undefined)
        problems.push(
          error(
            'LB_TARGET_GROUP_ATTRIBUTE',
            origins[key] ?? '',
            `behind an application load balancer ${why}`,
            {
              value: `${key}=${attributes[key]}`,
            },
          ),
        )
    if (attributes['stickiness.type'] === 'source_ip')
      problems.push(
        error(
          'LB_TARGET_GROUP_ATTRIBUTE',
          origins['stickiness.type'] ?? '',
          'an application load balancer keeps a client on one target by a cookie only',
          { value: 'stickiness.type=source_ip', accepted: 'lb_cookie or app_cookie' },
        ),
      )
  }
  if (idleTimeout !== undefined && idleTimeout.value > 4000)
    problems.push(
      error('LB_AWS_IDLE_TIMEOUT', idleTimeout.path, 'an application load balancer does not wait that long', {
        value: idleTimeout.raw,
        accepted: '1 to 4000 seconds',
      }),
    )
  if (crossZone?.value === false)
    problems.push(
      emulated(
        crossZone.path,
        'the load balancer sends across zones; each of its target groups is told not to',
      ),
    )
  if (lb.affinity !== undefined)
    problems.push(
      emulated('spec.sessionAffinity', 'a cookie of the load balancer keeps a client on one target'),
    )
  return problems
}
