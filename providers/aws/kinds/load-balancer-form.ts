import { type Json, type JsonObject, stableText } from '../../../src/lib/json.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import type { LoadBalancer } from '../api-elbv2.ts'
import { webBalancerDefaults } from '../application/attribute-defaults.ts'
import { groupOf, keyTag, ownerOf, type Tags } from '../tags.ts'
import { settleMs } from './shared.ts'

/** What a network load balancer has when nobody says otherwise. */
export const attributeDefaults: Tags = {
  'access_logs.s3.enabled': 'false',
  'deletion_protection.enabled': 'false',
  'dns_record.client_routing_policy': 'any_availability_zone',
  'load_balancing.cross_zone.enabled': 'false',
}

/** The attributes of a new one. */
export const attributesOfNew = ({ Type: type, Scheme: scheme }: JsonObject): Tags =>
  type === 'application' ? webBalancerDefaults(scheme) : attributeDefaults

export function canonicalLoadBalancer(spec: JsonObject): JsonObject {
  const { Subnets: subnets, SecurityGroups: groups } = spec
  return {
    ...spec,
    ...(Array.isArray(subnets) ? { Subnets: (subnets as readonly string[]).toSorted() } : {}),
    ...(Array.isArray(groups) ? { SecurityGroups: sorted(groups) } : {}),
  }
}

/** A set of ids, some of which may still be refs. */
const sorted = (list: readonly Json[]): readonly Json[] =>
  list.toSorted((a, b) => (stableText(a) < stableText(b) ? -1 : 1))

const states: Readonly<Record<string, Pick<Observed, 'state' | 'serving'>>> = {
  active: { state: 'ready', serving: true },
  active_impaired: { state: 'ready', serving: true },
  provisioning: { state: 'ready', serving: false },
  failed: { state: 'failed', serving: false },
}

interface Seen {
  readonly tags: Tags
  readonly clusterUid: string | undefined
  readonly asOf: number
  /** Only where they were read. */
  readonly attributes?: Tags
}

/** Without our tags it has no owner: somebody else's, which is never touched. */
export function observedLoadBalancer(wire: LoadBalancer, seen: Seen): Observed {
  const { tags, clusterUid, asOf, attributes } = seen
  const owner = ownerOf(tags, clusterUid) ?? groupOf(tags, clusterUid)
  const groups = wire.SecurityGroups ?? []
  return {
    stack: owner?.uid ?? '',
    kind: 'load-balancer',
    key: tags[keyTag] ?? wire.Scheme,
    id: wire.LoadBalancerArn,
    owners: owner === undefined ? [] : [owner],
    spec: canonicalLoadBalancer({
      Name: wire.LoadBalancerName,
      Type: wire.Type,
      Scheme: wire.Scheme,
      IpAddressType: wire.IpAddressType ?? 'ipv4',
      Subnets: (wire.AvailabilityZones ?? []).flatMap((zone) => zone.SubnetId ?? []),
      ...addressesOf(wire),
      ...(groups.length === 0 ? {} : { SecurityGroups: groups }),
      ...(attributes === undefined ? {} : { Attributes: attributes }),
      Tags: tags,
    }),
    out: {
      arn: wire.LoadBalancerArn,
      dns: wire.DNSName,
      ...(wire.CanonicalHostedZoneId === undefined ? {} : { zoneId: wire.CanonicalHostedZoneId }),
    },
    ...(states[wire.State?.Code ?? 'active'] ?? { state: 'ready', serving: 'unreadable' as const }),
    depth: attributes === undefined ? 'listed' : 'read',
    asOf,
  }
}

/** Addresses that were chosen; those that AWS chose are nobody's wish, and not compared. */
function addressesOf(wire: LoadBalancer): JsonObject {
  const mappings = (wire.AvailabilityZones ?? []).flatMap(({ SubnetId, LoadBalancerAddresses }) => {
    const [address] = LoadBalancerAddresses ?? []
    if (SubnetId === undefined || address === undefined) return []
    const { AllocationId, PrivateIPv4Address, IPv6Address } = address
    const chosen: JsonObject = {
      ...(AllocationId === undefined ? {} : { AllocationId }),
      ...(PrivateIPv4Address === undefined ? {} : { PrivateIPv4Address }),
      ...(IPv6Address === undefined ? {} : { IPv6Address }),
    }
    return Object.keys(chosen).length === 0 ? [] : [[SubnetId, chosen]]
  })
  return mappings.length === 0 ? {} : { SubnetMappings: Object.fromEntries(mappings) as JsonObject }
}

export const loadBalancerForm: Form = {
  name: 'load-balancer',
  ...usualForm,
  canonical: canonicalLoadBalancer,
  immutable: ['Scheme', 'Type'],
  kept: ['Name'],
  refs: ['SecurityGroups'],
  defaults: (want) => ({ Attributes: attributesOfNew(want) }),
  replace: 'beside',
  absorbs: ['listener'],
  nameIsUnique: true,
  servesTraffic: true,
  repair: 'recreate',
  settleMs,
}
