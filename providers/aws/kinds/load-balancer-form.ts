import { isObject, type Json, type JsonObject, stableText } from '../../../src/lib/json.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import type { LoadBalancer } from '../api-elbv2.ts'
import { webBalancerDefaults } from '../application/attribute-defaults.ts'
import { groupOf, keyTag, ownerOf, type Tags } from '../tags.ts'
import { interruptsZones } from './load-balancer-input.ts'
import { settleMs } from './shared.ts'

/** What a network load balancer has when nobody says otherwise. */
export const attributeDefaults: Tags = {
  'access_logs.s3.bucket': '',
  'access_logs.s3.enabled': 'false',
  'access_logs.s3.prefix': '',
  'deletion_protection.enabled': 'false',
  'dns_record.client_routing_policy': 'any_availability_zone',
  'load_balancing.cross_zone.enabled': 'false',
  'secondary_ips.auto_assigned.per_subnet': '0',
  'zonal_shift.config.enabled': 'false',
}

/** The attributes of a new one. */
export const attributesOfNew = ({ Type: type, Scheme: scheme }: JsonObject): Tags =>
  type === 'application'
    ? webBalancerDefaults(scheme)
    : { ...attributeDefaults, 'ipv6.deny_all_igw_traffic': String(scheme === 'internal') }

const privateLink = 'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic'

/** A prefix that AWS may choose and a capacity of nothing are no wish. */
export function canonicalLoadBalancer(spec: JsonObject): JsonObject {
  const { Subnets: subnets, SecurityGroups: groups, SubnetMappings: mappings } = spec
  const { MinimumLoadBalancerCapacity: capacity } = spec
  const lists = {
    ...spec,
    ...(Array.isArray(subnets) ? { Subnets: (subnets as readonly string[]).toSorted() } : {}),
    ...(Array.isArray(groups) ? { SecurityGroups: sorted(groups) } : {}),
    ...(isObject(mappings) ? { SubnetMappings: chosenIn(mappings) } : {}),
  }
  const gone = [
    // Without groups there are no rules that could hold or not; AWS does not take the switch then.
    ...(groups === undefined && privateLink in spec ? [privateLink] : []),
    ...(isObject(mappings) && Object.keys(chosenIn(mappings)).length === 0 ? ['SubnetMappings'] : []),
    ...(isObject(capacity) && capacity['CapacityUnits'] === 0 ? ['MinimumLoadBalancerCapacity'] : []),
  ]
  return gone.length === 0
    ? lists
    : Object.fromEntries(Object.entries(lists).filter(([field]) => !gone.includes(field)))
}

function chosenIn(mappings: JsonObject): JsonObject {
  const chosen = Object.entries(mappings).map(([id, mapping]): [string, JsonObject] => {
    const fields = Object.entries(isObject(mapping) ? mapping : {})
    return [id, Object.fromEntries(fields.filter(([, value]) => value !== 'auto_assigned'))]
  })
  return Object.fromEntries(chosen.filter(([, fields]) => Object.keys(fields).length > 0))
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
  /** Units; undefined where nothing is reserved or nobody asked. */
  readonly capacity?: number
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
      ...switchesOf(wire),
      ...(seen.capacity === undefined
        ? {}
        : { MinimumLoadBalancerCapacity: { CapacityUnits: seen.capacity } }),
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

function switchesOf(wire: LoadBalancer): JsonObject {
  const { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: rules, EnablePrefixForIpv6SourceNat: nat } =
    wire
  return {
    ...(rules === undefined ? {} : { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: rules }),
    ...(nat === undefined ? {} : { EnablePrefixForIpv6SourceNat: nat }),
  }
}

/** Addresses that were chosen; those that AWS chose are nobody's wish, and not compared. */
function addressesOf(wire: LoadBalancer): JsonObject {
  const mappings = (wire.AvailabilityZones ?? []).flatMap((zone) => {
    const [address = {}] = zone.LoadBalancerAddresses ?? []
    const [prefix] = zone.SourceNatIpv6Prefixes ?? []
    const { AllocationId, PrivateIPv4Address, IPv6Address } = address
    const chosen: JsonObject = {
      ...(AllocationId === undefined ? {} : { AllocationId }),
      ...(PrivateIPv4Address === undefined ? {} : { PrivateIPv4Address }),
      ...(IPv6Address === undefined ? {} : { IPv6Address }),
      ...(prefix === undefined ? {} : { SourceNatIpv6Prefix: prefix }),
    }
    return zone.SubnetId === undefined || Object.keys(chosen).length === 0 ? [] : [[zone.SubnetId, chosen]]
  })
  return mappings.length === 0 ? {} : { SubnetMappings: Object.fromEntries(mappings) as JsonObject }
}

/** The quota of AWS for listeners of one load balancer. */
export const mostListeners = 50

export const loadBalancerForm: Form = {
  name: 'load-balancer',
  ...usualForm,
  canonical: canonicalLoadBalancer,
  immutable: ['Scheme', 'Type'],
  kept: ['Name'],
  refs: ['SecurityGroups'],
  lastly: ['SecurityGroups'],
  interrupts: interruptsZones,
  defaults: (want) => ({
    Attributes: attributesOfNew(want),
    ...(want['SecurityGroups'] === undefined ? {} : { [privateLink]: 'on' }),
    EnablePrefixForIpv6SourceNat: 'off',
  }),
  protection: {
    field: 'Attributes',
    key: 'deletion_protection.enabled',
    on: 'true',
    mend: 'set it to false in the annotation aws-load-balancer-attributes, or in AWS',
  },
  replace: 'beside',
  absorbs: ['listener'],
  most: { listener: mostListeners },
  nameIsUnique: true,
  servesTraffic: true,
  repair: 'recreate',
  settleMs,
}
