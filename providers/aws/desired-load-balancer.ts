import type { JsonObject } from '../../src/lib/json.ts'
import { refOf, type Resource, unknown } from '../../src/plan/resource.ts'
import type { Access } from './access.ts'
import type { Addresses } from './addresses.ts'
import { balancerAttributes } from './balancer-attributes.ts'
import type { Wish } from './wish.ts'

export function desiredLoadBalancer(wish: Wish, access: Access, addresses: Addresses): Resource {
  const { settings, scheme, subnets, share } = wish
  const { attributes, origins } = balancerAttributes(wish)
  const { ipv6SourceNat, privateLinkRules, capacity } = settings
  return {
    stack: share.stack,
    kind: 'load-balancer',
    key: share.place,
    owners: [wish.lb.owner],
    spec: {
      Name: share.name,
      Type: 'network',
      Scheme: scheme,
      IpAddressType: wish.families.addressType,
      Subnets: subnets?.map((subnet) => subnet.id) ?? unknown(wish.why),
      ...addresses.spec,
      ...(access.groups === undefined ? {} : { SecurityGroups: access.groups }),
      ...(privateLinkRules === undefined
        ? {}
        : { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: privateLinkRules.value }),
      ...(ipv6SourceNat === undefined ? {} : { EnablePrefixForIpv6SourceNat: ipv6SourceNat.value }),
      ...(capacity === undefined ? {} : { MinimumLoadBalancerCapacity: { CapacityUnits: capacity.value } }),
      Attributes: attributes,
      Tags: share.tags(share.place),
    },
    zoneOf: wish.zoneOf,
    ...(access.resources.length === 0 ? {} : { needs: access.resources.map(refOf) }),
    origins: {
      ...originsOf(wish),
      ...addresses.origins,
      ...access.origins,
      ...Object.fromEntries(Object.entries(origins).map(([key, path]) => [`Attributes.${key}`, path])),
      ...tagOrigins(wish),
    },
    purpose:
      scheme === 'internal'
        ? 'a network load balancer inside the VPC'
        : 'a network load balancer that the internet reaches',
  }
}

function originsOf({ settings, schemePath }: Wish): Record<string, string> {
  const paths: JsonObject = {
    Name: settings.name?.path ?? settings.group?.path ?? '',
    Scheme: schemePath ?? '',
    IpAddressType: settings.addressType?.path ?? '',
    Subnets: settings.subnets?.path ?? '',
    EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: settings.privateLinkRules?.path ?? '',
    EnablePrefixForIpv6SourceNat: settings.ipv6SourceNat?.path ?? '',
    'MinimumLoadBalancerCapacity.CapacityUnits': settings.capacity?.path ?? '',
  }
  return Object.fromEntries(
    Object.entries(paths).filter((entry): entry is [string, string] => entry[1] !== ''),
  )
}

export function tagOrigins({ settings: { resourceTags } }: Wish): Record<string, string> {
  if (resourceTags === undefined) return {}
  return Object.fromEntries(Object.keys(resourceTags.value).map((key) => [`Tags.${key}`, resourceTags.path]))
}
