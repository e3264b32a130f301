/**
 * One Service on OpenStack, for a Service with port 80:
 *
 *   load-balancer    vip             the root: one write at a time in all that is within
 *   listener         vip/tcp/80      within it, leads to
 *   pool             vip/tcp/80      within it, with every node as a member on the NodePort
 *   health-monitor   vip/tcp/80      within the pool, where nodes are checked
 *   floating-ip      vip             attached to the port of the load balancer
 *   security-group   nodes           lets the load balancer reach the nodes, where that is managed
 *
 * All in one stack, which is the Service's own or that of its group: a new load balancer is one POST with all within.
 */
import { plainText } from './plain-text.ts'
import { isObject } from '../../src/lib/json.ts'
import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { hasError, type Problem, warning } from '../../src/model/problem.ts'
import type { Context, Desired } from '../../src/provider/blueprint.ts'
import type { OpenStackConfig } from './config.ts'
import { desiredFloatingIp, floatingNotes } from './desired-floating-ip.ts'
import { desiredListener } from './desired-listener.ts'
import { desiredLoadBalancer } from './desired-load-balancer.ts'
import { desiredMonitor, desiredPool } from './desired-pool.ts'
import { desiredGroups } from './desired-security-group.ts'
import { healthOf } from './health.ts'
import { serviceName } from './names.ts'
import type { Route } from './routes.ts'
import { clusterTag } from './tags.ts'
import { type Wish, wishFor } from './wish.ts'

export function desiredFor(lb: LoadBalancer, context: Context, config: OpenStackConfig): Desired {
  const wish = wishFor(lb, context, config)
  if (hasError(wish.problems)) return { resources: [], problems: wish.problems }
  const taken = wish.routes.map((route) => takenBy(wish, route))
  const routes = wish.routes.filter((_route, at) => taken[at] === undefined)
  const groups = desiredGroups(wish, routes)
  const within = routes.flatMap((route) => {
    const health = healthOf(lb, route.traffic.protocol, wish)
    const pool = desiredPool(wish, route, health)
    const monitor = health === undefined ? [] : [desiredMonitor(wish, route, pool, health)]
    return [desiredListener(wish, route, pool), pool, ...monitor]
  })
  return {
    resources: [
      desiredLoadBalancer(wish),
      ...within,
      ...desiredFloatingIp(
        wish,
        within.filter(({ kind }) => kind === 'listener'),
      ),
      ...groups.resources,
    ],
    problems: [
      ...wish.problems,
      ...taken.flatMap((problem) => problem ?? []),
      ...floatingNotes(wish),
      ...groups.problems,
    ],
  }
}

/**
 * Law 7: a port that somebody else has on a shared load balancer. Claims of the same plan are weighed where plans are
 * united; here it is one that no claim may stand for, such as a listener that somebody made by hand.
 */
function takenBy(wish: Wish, route: Route): Problem | undefined {
  const { root, lb, context } = wish
  if (root.is === 'own' || root.is === 'adopted') return undefined
  const key = `${root.key}/${route.claim}`
  const seen = context.observed.find(
    (item) => item.kind === 'listener' && item.stack === root.stack && item.key === key,
  )
  if (seen === undefined || seen.owners.some(({ uid }) => uid === lb.owner.uid)) return undefined
  const tags = Object.keys(isObject(seen.spec['tags']) ? seen.spec['tags'] : {})
  const theirs = serviceName({ ...lb, cluster: wish.clusterName })
  // Made for this Service by another controller, which has no mark of ours: there it is taken over.
  if (seen.owners.length === 0 && tags.includes(theirs) && !tags.includes(clusterTag)) return undefined
  const holder = seen.owners.map(({ name }) => name).join(', ')
  const name =
    holder === ''
      ? `the listener ${plainText(seen.spec['name'] ?? seen.id)}, which is not of this cluster`
      : holder
  return warning(
    'LB_PART_TAKEN',
    `${route.path}.port`,
    `${route.claim} of load balancer ${root.name ?? root.key} is held by ${name}`,
    {
      value: route.claim,
      hint: 'who holds it keeps it; use another port, or remove it there first. The other ports are served',
    },
  )
}
