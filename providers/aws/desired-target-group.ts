import type { JsonObject } from '../../src/lib/json.ts'
import { type Parts, type Resource, unknown } from '../../src/plan/resource.ts'
import { tagOrigins } from './desired-load-balancer.ts'
import type { HealthCheck } from './health-check.ts'
import { targetGroupName } from './names.ts'
import { endpointTargets } from './pod-targets.ts'
import { allocated, type Route } from './routes.ts'
import { sharedTargetsTag } from './tags.ts'
import { targetAttributes } from './target-attributes.ts'
import { labelled, nodeTargets, unknownTargets } from './targets.ts'
import type { Wish } from './wish.ts'

export function desiredTargetGroup(wish: Wish, route: Route, health: HealthCheck): Resource {
  const { backend, port, target } = route
  const { vpcId, share, families, settings } = wish
  const to = target.named ?? target.port
  const ipv6 = families.targets === 'IPv6'
  const ofPods = target.type === 'ip'
  const kind = `${ofPods ? 'ip' : 'instance'}${ipv6 ? '/ipv6' : ''}`
  const key = `${share.targets}/${port}/${backend}/${ofPods || ipv6 ? `${kind}/` : ''}${to ?? '<node port>'}`
  const { attributes, origins } = targetAttributes(wish, route)
  const identity = { place: share.targets, protocol: backend, port, nodePort: to, targetType: kind, vpcId }
  return {
    stack: wish.lb.owner.uid,
    kind: 'target-group',
    key,
    owners: [wish.lb.owner],
    serves: String(port),
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
    parts: targetsFor(wish, route),
    ...(settings.multiCluster?.value === true ? { joint: true as const } : {}),
    origins: {
      Port: `${route.path}.${target.field}`,
      ...(settings.targetType === undefined ? {} : { TargetType: settings.targetType.path }),
      ...(ipv6 ? { IpAddressType: 'spec.ipFamilies' } : {}),
      ...(settings.multiCluster === undefined
        ? {}
        : { [`Tags.${sharedTargetsTag}`]: settings.multiCluster.path }),
      ...health.origins,
      ...Object.fromEntries(Object.entries(origins).map(([name, path]) => [`Attributes.${name}`, path])),
      ...tagOrigins(wish),
    },
    purpose: ofPods
      ? `the pods that answer for port ${port} on ${typeof to === 'string' ? 'their port' : 'port'} ${to}`
      : `the nodes that answer for port ${port} on node port ${to ?? '<node port>'}`,
  }
}

/** Each target has its own port; where pods name theirs, the group's says nothing, and AWS wants one. */
const portField = ({ target }: Route): JsonObject => ({
  Port: target.named === undefined ? (target.port ?? unknown(allocated(target.gap))) : 1,
})

function targetsFor(wish: Wish, route: Route): Parts {
  const { context, nodeGroups, settings } = wish
  const { port, type } = route.target
  if (type === 'ip') return endpointTargets(wish, route)
  const labels = settings.targetNodeLabels
  if (context.nodesUnknown !== undefined || port === undefined) {
    const of = Object.entries(labels?.value ?? {}).map(([key, value]) => `${key}=${value}`)
    const which = context.nodesUnknown ?? 'each node'
    const why = of.length === 0 ? which : `${which}, those with ${of.join(', ')}`
    return unknownTargets(why)
  }
  const nodes =
    labels === undefined
      ? context.nodes
      : labelled(context.nodes, labels.value, wish.layout.style === 'nodes')
  return nodeTargets(nodes, nodeGroups)
}
