/**
 * A network load balancer, for a Service with port 80:
 *
 *   load-balancer    internet-facing                    stands in one subnet of each zone
 *   listener         internet-facing/80                 within it, leads to
 *   target-group     internet-facing/80/TCP/30080       with every node as a target on the node port
 *   security-group   sg-...                             of the nodes: lets clients and health checks in
 *
 * As the AWS Load Balancer Controller makes it there are two groups more: `internet-facing/clients`, which lets clients
 * in to the load balancer, and `backend`, which all load balancers of the cluster are in and the nodes let in. It is
 * `internet-facing/guarded` then, another than one without groups: AWS never turns one into the other.
 *
 * The load balancer stands in every key because neither a listener nor a target group can change to another.
 */
import { error, hasError, type Problem } from '../../src/model/problem.ts'
import type { Desired } from '../../src/provider/blueprint.ts'
import { accessFor } from './access.ts'
import { addressesFor } from './addresses.ts'
import { balancerProblems } from './balancer-attributes.ts'
import { desiredListener } from './desired-listener.ts'
import { desiredLoadBalancer } from './desired-load-balancer.ts'
import { desiredGroups } from './desired-security-group.ts'
import { desiredTargetGroup } from './desired-target-group.ts'
import { actionProblems } from './forwards.ts'
import { healthCheckFor } from './health-check.ts'
import { listenerProblems } from './listener-attributes.ts'
import { networkLacks } from './network-lacks.ts'
import { withShares } from './shares.ts'
import { attributeProblems, keepsClientAddress } from './target-attributes.ts'
import type { Wish } from './wish.ts'

export function desiredNetwork(wish: Wish): Desired {
  const { layout, config } = wish
  const how = { style: layout.style, nodeProxy: config.nodeHealthCheck === 'node-proxy' }
  const checked = withShares(wish, wish.routes, (asked, route) =>
    healthCheckFor(asked.lb, route, asked.settings, how),
  )
  const access = accessFor(wish)
  const addresses = addressesFor(wish)
  const problems = [
    ...wish.problems,
    ...checked.flatMap(({ health }) => health.problems),
    ...attributeProblems(wish),
    ...listenerProblems(wish),
    ...actionProblems(wish),
    ...balancerProblems(wish),
    ...access.problems,
    ...addresses.problems,
    ...networkLacks(wish),
    ...(access.nodes === 'clients' ? unseenClients(wish) : []),
  ]
  if (hasError(problems)) return { resources: [], problems }
  const balancer = desiredLoadBalancer(wish, access, addresses)
  const resources = checked.flatMap(({ route, health }) => {
    const targets = desiredTargetGroup(wish, route, health)
    return route.share === undefined ? [targets, desiredListener(wish, route, balancer, targets)] : [targets]
  })
  const groups = desiredGroups(wish, checked, access.nodes)
  return { resources: [...access.resources, balancer, ...resources, ...groups], problems }
}

/** Where the rules on the nodes restrict, nodes must see who connects. */
function unseenClients(wish: Wish): readonly Problem[] {
  const { lb, settings, routes, families } = wish
  const blind = routes.find((route) => !keepsClientAddress(wish, route))
  const restricted = lb.sourceRanges[0] ?? settings.prefixLists
  if (restricted === undefined) return []
  if (families.addressType === 'dualstack')
    return [
      error(
        'LB_SOURCE_RANGE_UNSUPPORTED',
        restricted.path,
        `targets have ${families.targets} addresses and see the load balancer instead of clients of the other family, so no range can be kept out`,
        {
          hint: 'set aws-load-balancer-type: external, whose security groups keep them out, or aws-load-balancer-ip-address-type: ipv4',
        },
      ),
    ]
  if (blind === undefined) return []
  const said = settings.targetGroupAttributes?.value['preserve_client_ip.enabled'] === 'false'
  const because = said ? 'with preserve_client_ip.enabled=false nodes' : 'pods'
  return [
    error(
      'LB_SOURCE_RANGE_UNSUPPORTED',
      restricted.path,
      `${because} see the load balancer instead of clients, so no range can be kept out`,
      {
        hint: said
          ? `remove that attribute from ${settings.targetGroupAttributes?.key}, or the source ranges`
          : 'set aws-load-balancer-type: external, whose security groups keep them out, or preserve_client_ip.enabled=true in aws-load-balancer-target-group-attributes',
      },
    ),
  ]
}
