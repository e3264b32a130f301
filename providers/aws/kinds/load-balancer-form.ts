import type { JsonObject } from '../../../src/lib/json.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import type { Form } from '../../../src/provider/form.ts'
import type { LoadBalancer } from '../api-elbv2.ts'
import { keyTag, ownerOf, type Tags } from '../tags.ts'
import { settleMs } from './shared.ts'

/** What a network load balancer has when nobody says otherwise. */
export const attributeDefaults: Tags = {
  'access_logs.s3.enabled': 'false',
  'deletion_protection.enabled': 'false',
  'dns_record.client_routing_policy': 'any_availability_zone',
  'load_balancing.cross_zone.enabled': 'false',
}

export function canonicalLoadBalancer(spec: JsonObject): JsonObject {
  const subnets = spec['Subnets']
  return Array.isArray(subnets) ? { ...spec, Subnets: (subnets as readonly string[]).toSorted() } : spec
}

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
  const owner = ownerOf(tags, clusterUid)
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

export const loadBalancerForm: Form = {
  name: 'load-balancer',
  canonical: canonicalLoadBalancer,
  immutable: ['Scheme', 'Type'],
  kept: ['Name'],
  refs: [],
  defaults: { Attributes: attributeDefaults },
  replace: 'beside',
  absorbs: ['listener'],
  lock: 'self',
  nameIsUnique: true,
  servesTraffic: true,
  partsListed: true,
  repair: 'recreate',
  settleMs,
}
