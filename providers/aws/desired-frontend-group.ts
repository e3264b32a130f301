import { type Part, type Parts, type Resource, unknown } from '../../src/plan/resource.ts'
import { tagOrigins } from './desired-load-balancer.ts'
import { frontendGroupName } from './names.ts'
import { peerField, ruleKey, rulePart, type RuleTuple } from './rules.ts'
import type { Wish } from './wish.ts'

/** The load balancer's own group: a rule for each port and everybody who may connect. */
export function frontendGroup(wish: Wish): Resource {
  const { share, lb, scheme, vpcId } = wish
  const key = `${scheme}/clients`
  return {
    stack: share.stack,
    kind: 'security-group',
    key,
    owners: [lb.owner],
    spec: {
      GroupName: frontendGroupName(share.name),
      Description: '[k8s] Managed SecurityGroup for LoadBalancer',
      VpcId: vpcId ?? unknown('the VPC of the nodes'),
      Tags: share.tags(key),
    },
    parts: clientRules(wish),
    origins: tagOrigins(wish),
    purpose: 'lets clients in to the load balancer',
  }
}

function clientRules({ lb, routes, sources, settings }: Wish): Parts {
  const owners = [lb.owner]
  const parts: Record<string, Part> = {}
  const add = (tuple: RuleTuple, description: string, path: string): void => {
    parts[ruleKey(tuple)] ??= rulePart(tuple, description, owners, path)
  }
  for (const { port, transports } of routes)
    for (const protocol of transports)
      for (const { peer, path, gap } of sources)
        add({ protocol, from: port, to: port, peer, ...gapOf(gap) }, `clients of port ${port}`, path)
  const icmp = settings.pathMtuDiscovery
  if (icmp?.value === 'on')
    for (const { peer } of sources) {
      const field = peer === undefined ? undefined : peerField(peer)
      if (field === 'CidrIp') add({ protocol: 'icmp', from: 3, to: 4, peer }, 'path MTU discovery', icmp.path)
      if (field === 'CidrIpv6')
        add({ protocol: 'icmpv6', from: 2, to: 0, peer }, 'path MTU discovery', icmp.path)
    }
  return parts
}

const gapOf = (gap: string | undefined) => (gap === undefined ? {} : { peerGap: gap })
