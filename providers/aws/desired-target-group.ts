import type { JsonObject } from '../../src/lib/json.ts'
import { type Identity, type Parts, type Resource, unknown } from '../../src/plan/resource.ts'
import { tagOrigins } from './desired-load-balancer.ts'
import type { HealthCheck } from './health-check.ts'
import { targetGroupName } from './names.ts'
import { chosenNodes, labelText } from './node-labels.ts'
import { endpointTargets } from './pod-targets.ts'
import { allocated, type Route } from './routes.ts'
import { shareKey } from './shares.ts'
import { sharedTargetsTag } from './tags.ts'
import { targetAttributes } from './target-attributes.ts'
import { nodeTargets, unknownTargets } from './targets.ts'
import type { Wish } from './wish.ts'

export function desiredTargetGroup(wish: Wish, route: Route, health: HealthCheck): Resource {
  const { backend, port, target } = route
  const { vpcId, families, settings } = wish
  const { to, kind, key } = identityParts(wish, route)
  const ipv6 = families.targets === 'IPv6'
  const { attributes, origins } = targetAttributes(wish, route)
  const identity = {
    place: wish.share.targets,
    protocol: backend,
    port,
    nodePort: to === undefined || route.share === undefined ? to : shareKey(route.share, to),
    targetType: kind,
    vpcId,
  }
  return {
    ...targetGroupOf(wish, route),
    owners: [wish.lb.owner],
    // The share of another port may be none of the connections, and have no targets: no move waits for it.
    serves: route.share === undefined ? String(port) : `${port} of ${route.share.of}`,
    ...(wish.subnets === undefined ? {} : { zones: wish.subnets.map((subnet) => subnet.zone) }),
    spec: {
      Name: targetGroupName(wish.names, identity),
      Protocol: backend,
      ...portField(route),
      TargetType: target.type,
      ...(ipv6 ? { IpAddressType: 'ipv6' } : {}),
      VpcId: vpcId ?? unknown('the VPC of the nodes'),
      ...health.spec,
      Attributes: attributes,
      Tags: {
        ...wish.tags(key),
        ...(settings.multiCluster?.value === true ? { [sharedTargetsTag]: 'true' } : {}),
      },
    },
    parts: targetsFor(wish, route, key),
    ...(settings.multiCluster?.value === true ? { joint: true as const } : {}),
    origins: {
      Port: route.share === undefined ? `${route.path}.${target.field}` : route.path,
      ...(settings.targetType === undefined ? {} : { TargetType: settings.targetType.path }),
      ...(ipv6 ? { IpAddressType: 'spec.ipFamilies' } : {}),
      ...(settings.multiCluster === undefined
        ? {}
        : { [`Tags.${sharedTargetsTag}`]: settings.multiCluster.path }),
      ...health.origins,
      ...Object.fromEntries(Object.entries(origins).map(([name, path]) => [`Attributes.${name}`, path])),
      ...tagOrigins(wish),
    },
    purpose: purposeOf(route, to),
  }
}

function purposeOf({ port, target, share }: Route, to: number | string | undefined): string {
  const served = share === undefined ? `port ${port}` : `port ${share.port} of Service ${share.of}`
  const why = share === undefined ? '' : ', for a share of the connections'
  return target.type === 'ip'
    ? `the pods that answer for ${served} on ${typeof to === 'string' ? 'their port' : 'port'} ${to ?? '<target port>'}${why}`
    : `the nodes that answer for ${served} on node port ${to ?? '<node port>'}${why}`
}

function identityParts({ share: { targets }, families }: Wish, { backend, port, target, share }: Route) {
  const to = target.named ?? target.port
  const ipv6 = families.targets === 'IPv6'
  const ofPods = target.type === 'ip'
  const kind = `${ofPods ? 'ip' : 'instance'}${ipv6 ? '/ipv6' : ''}`
  const where = to ?? (ofPods ? '<target port>' : '<node port>')
  const end = share === undefined ? where : shareKey(share, where)
  return { to, kind, key: `${targets}/${port}/${backend}/${ofPods || ipv6 ? `${kind}/` : ''}${end}` }
}

/** Who it is and what it cannot change. */
export const targetGroupOf = (wish: Wish, route: Route): Identity => ({
  stack: wish.lb.owner.uid,
  kind: 'target-group',
  key: identityParts(wish, route).key,
})

/** Each target has its own port; where pods name theirs, the group's says nothing, and AWS wants one. */
const portField = ({ target }: Route): JsonObject => ({
  Port: target.named === undefined ? (target.port ?? unknown(allocated(target.gap))) : 1,
})

function targetsFor(wish: Wish, route: Route, group: string): Parts {
  const { context, nodeGroups, settings } = wish
  const { port, type } = route.target
  if (type === 'ip') return endpointTargets(wish, route)
  const labels = settings.targetNodeLabels
  if (context.nodesUnknown !== undefined || port === undefined) {
    const of = Object.entries(labels?.value ?? {}).map(([key, value]) => labelText(wish.layout, key, value))
    const which = context.nodesUnknown ?? 'each node'
    const why = of.length === 0 ? which : `${which}, those with ${of.join(', ')}`
    return unknownTargets(why)
  }
  const held = context.observed.find(({ kind, key }) => kind === 'target-group' && key === group)
  return nodeTargets(chosenNodes(wish), nodeGroups, held?.parts)
}
