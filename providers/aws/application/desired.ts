/**
 * An application load balancer, which reads HTTP, for a Service with ports 80 and 443 and a certificate:
 *
 *   load-balancer    internet-facing                     stands in at least two zones
 *   listener         internet-facing/443                 HTTPS where ssl-ports says so, else HTTP
 *   target-group     internet-facing/443/HTTP/30443      HTTP or HTTPS to every node, as backend-protocol says
 *   security-group   internet-facing/clients             its own: it cannot be without one
 *   security-group   sg-...                              of the nodes: lets in what comes from the load balancer
 */
import { hasError } from '../../../src/model/problem.ts'
import type { Resource } from '../../../src/plan/resource.ts'
import type { Desired } from '../../../src/provider/blueprint.ts'
import { accessFor } from '../access.ts'
import { desiredListener } from '../desired-listener.ts'
import { desiredLoadBalancer } from '../desired-load-balancer.ts'
import { desiredGroups } from '../desired-security-group.ts'
import { desiredTargetGroup } from '../desired-target-group.ts'
import { actionProblems } from '../forwards.ts'
import { listenerProblems } from '../listener-attributes.ts'
import { nameHeld } from '../network-lacks.ts'
import { withShares } from '../shares.ts'
import type { TargetAttributes } from '../target-attributes.ts'
import type { Wish } from '../wish.ts'
import { webAttributeProblems, webAttributes, webTargetAttributes } from './attributes.ts'
import { webHealthCheck } from './health-check.ts'
import { applicationRefusals } from './refused.ts'
import { udpProblems, webRoutes } from './routes.ts'
import { tooFewZones } from './zones.ts'

export function desiredApplication(given: Wish): Desired {
  const wish = asWeb(given)
  const checked = withShares(wish, wish.routes, webHealthCheck)
  const access = accessFor(wish)
  const problems = [
    ...wish.problems,
    ...udpProblems(given),
    ...checked.flatMap(({ health }) => health.problems),
    ...webAttributeProblems(given, wish.routes),
    ...listenerProblems(wish),
    ...actionProblems(wish),
    ...access.problems,
    ...applicationRefusals(given),
    ...nameHeld(given),
    ...tooFewZones('application', wish.subnets ?? [], wish.schemePath ?? 'spec.type'),
  ]
  if (hasError(problems)) return { resources: [], problems }
  const plain = desiredLoadBalancer(wish, access, { spec: {}, origins: {}, problems: [] })
  const balancer = {
    ...withAttributes(plain, webAttributes(given), { Type: 'application' }),
    purpose:
      wish.scheme === 'internal'
        ? 'an application load balancer inside the VPC'
        : 'an application load balancer that the internet reaches',
  }
  const resources = checked.flatMap(({ route, health }) => {
    const plainTargets = desiredTargetGroup(wish, route, health)
    const targets = withAttributes(plainTargets, webTargetAttributes(given, route))
    return route.share === undefined ? [targets, desiredListener(wish, route, balancer, targets)] : [targets]
  })
  const groups = desiredGroups(wish, checked, access.nodes)
  return { resources: [...access.resources, balancer, ...resources, ...groups], problems }
}

/** The wish as what is shared with network load balancers reads it: with listeners of HTTP, and without what TCP has. */
function asWeb(wish: Wish): Wish {
  const { idleTimeout: _idle, alpnPolicy: _alpn, ...settings } = wish.settings
  const config = { ...wish.config, loadBalancerGroups: 'managed' as const }
  return { ...wish, settings, config, routes: webRoutes(wish) }
}

function withAttributes(
  resource: Resource,
  { attributes, origins }: TargetAttributes,
  more: Resource['spec'] = {},
): Resource {
  const others = Object.entries(resource.origins ?? {}).filter(([path]) => !path.startsWith('Attributes.'))
  const own = Object.entries(origins).map(([key, path]) => [`Attributes.${key}`, path])
  return {
    ...resource,
    spec: { ...resource.spec, ...more, Attributes: attributes },
    origins: Object.fromEntries([...others, ...own]) as Readonly<Record<string, string>>,
  }
}
