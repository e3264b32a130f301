import { type Parts, type Resource, unknown } from '../../src/plan/resource.ts'
import { tagOrigins } from './desired-load-balancer.ts'
import type { HealthCheck } from './health-check.ts'
import { targetGroupName } from './names.ts'
import { allocated, nodePortGap, type Route } from './routes.ts'
import { targetsOn, unknownTargets } from './targets.ts'
import type { Wish } from './wish.ts'

export function desiredTargetGroup(wish: Wish, route: Route, health: HealthCheck): Resource {
  const { nodePort, backend, port } = route
  const { vpcId, scheme } = wish
  const key = `${scheme}/${port}/${backend}/${nodePort ?? '<node port>'}`
  const { attributes, origins } = attributesFor(wish, route)
  return {
    stack: wish.lb.owner.uid,
    kind: 'target-group',
    key,
    owners: [wish.lb.owner],
    spec: {
      Name: targetGroupName(wish.names, { scheme, protocol: backend, port, nodePort, vpcId }),
      Protocol: backend,
      Port: nodePort ?? unknown(allocated(nodePortGap(port))),
      TargetType: 'instance',
      VpcId: vpcId ?? unknown('the VPC of the nodes'),
      ...health.spec,
      Attributes: attributes,
      Tags: wish.tags(key),
    },
    parts: targetsFor(wish, route),
    origins: { Port: `${route.path}.nodePort`, ...health.origins, ...origins, ...tagOrigins(wish) },
    purpose: `the nodes that answer for port ${port} on node port ${nodePort ?? '<node port>'}`,
  }
}

function targetsFor({ context, lb, nodeGroups }: Wish, { port, nodePort }: Route): Parts {
  const owners = [lb.owner]
  const gap = nodePortGap(port)
  if (context.nodesUnknown !== undefined) return unknownTargets(nodePort, gap, context.nodesUnknown, owners)
  return nodePort === undefined
    ? unknownTargets(nodePort, gap, 'each node', owners)
    : targetsOn(nodePort, context.nodes, nodeGroups, owners)
}

interface Asked {
  readonly attributes: Readonly<Record<string, string>>
  readonly origins: Readonly<Record<string, string>>
}

/** Only what somebody asked for; the rest is as AWS sets it. */
function attributesFor({ lb, settings }: Wish, route: Route): Asked {
  const attributes: Record<string, string> = {}
  const origins: Record<string, string> = {}
  const ask = (key: string, value: string, path: string): void => {
    attributes[key] = value
    origins[`Attributes.${key}`] = path
  }
  // Stickiness is by client address, which a TLS listener does not pass on to the choice of a target.
  if (lb.affinity !== undefined && route.protocol !== 'TLS') {
    ask('stickiness.enabled', 'true', 'spec.sessionAffinity')
    ask('stickiness.type', 'source_ip', 'spec.sessionAffinity')
  }
  const named = settings.targetGroupAttributes
  if (named !== undefined) for (const [key, value] of Object.entries(named.value)) ask(key, value, named.path)
  if (settings.proxyProtocol !== undefined)
    ask('proxy_protocol_v2.enabled', 'true', settings.proxyProtocol.path)
  return { attributes, origins }
}
