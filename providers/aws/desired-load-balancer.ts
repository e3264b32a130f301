import type { JsonObject } from '../../src/lib/json.ts'
import { type Resource, unknown } from '../../src/plan/resource.ts'
import type { Wish } from './wish.ts'

export function desiredLoadBalancer(wish: Wish): Resource {
  const { settings, scheme, subnets } = wish
  const crossZone = settings.crossZone
  const attributes: JsonObject =
    crossZone === undefined ? {} : { 'load_balancing.cross_zone.enabled': String(crossZone.value) }
  return {
    stack: wish.lb.owner.uid,
    kind: 'load-balancer',
    key: scheme,
    owners: [wish.lb.owner],
    spec: {
      Name: wish.name,
      Type: 'network',
      Scheme: scheme,
      IpAddressType: 'ipv4',
      Subnets: subnets?.map((subnet) => subnet.id) ?? unknown(wish.why),
      Attributes: attributes,
      Tags: wish.tags(scheme),
    },
    origins: {
      ...(wish.schemePath === undefined ? {} : { Scheme: wish.schemePath }),
      ...(settings.subnets === undefined ? {} : { Subnets: settings.subnets.path }),
      ...(crossZone === undefined ? {} : { 'Attributes.load_balancing.cross_zone.enabled': crossZone.path }),
      ...tagOrigins(wish),
    },
    purpose:
      scheme === 'internal'
        ? 'a network load balancer inside the VPC'
        : 'a network load balancer that the internet reaches',
  }
}

export function tagOrigins({ settings: { resourceTags } }: Wish): Record<string, string> {
  if (resourceTags === undefined) return {}
  return Object.fromEntries(Object.keys(resourceTags.value).map((key) => [`Tags.${key}`, resourceTags.path]))
}
