import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import { objectsIn, objectsOf } from '../../../src/lib/json-fields.ts'
import type { Observed, Owner, Part, Parts } from '../../../src/plan/resource.ts'
import type { Cluster } from '../../../src/provider/blueprint.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import type { TagsSeen } from '../api-call.ts'
import { settleMs } from '../kinds/shared.ts'
import { sortedSet } from '../kinds/sorted-set.ts'
import { keyTag, ownerOf, readTags } from '../tags.ts'
import { endsTls, instanceKey, listenerKey } from './listeners.ts'
import { classicKind } from './name.ts'
import { backendKey, isTlsPolicy, policyKey, policyNamed } from './policies.ts'

/** Subnets and groups are sets: AWS tells them in any order. */
export function canonicalClassic(spec: JsonObject): JsonObject {
  const { Subnets: subnets, SecurityGroups: groups } = spec
  return {
    ...spec,
    ...(Array.isArray(subnets) ? { Subnets: sortedSet(subnets) } : {}),
    ...(Array.isArray(groups) ? { SecurityGroups: sortedSet(groups) } : {}),
  }
}

/** The answer of DescribeLoadBalancers of the older API, with attributes and tags, which it does not tell, beside it. */
function observe(wire: JsonObject, cluster: Cluster): readonly Observed[] | undefined {
  const name = wire['LoadBalancerName']
  if (typeof name !== 'string' || !('ListenerDescriptions' in wire)) return undefined
  return [observedClassic(name, wire, cluster.uid)]
}

export function observedClassic(name: string, wire: JsonObject, clusterUid: string | undefined): Observed {
  const tags = readTags(wire['Tags'] as TagsSeen | undefined)
  const owner = ownerOf(tags, clusterUid)
  const owners = owner === undefined ? [] : [owner]
  const scheme = wire['Scheme'] === 'internal' ? 'internal' : 'internet-facing'
  const { DNSName: dns, LoadBalancerAttributes: attributes, HealthCheck: check } = wire
  return {
    stack: owner?.uid ?? '',
    kind: classicKind,
    key: tags[keyTag] ?? scheme,
    id: name,
    owners,
    spec: canonicalClassic({
      LoadBalancerName: name,
      Scheme: scheme,
      Subnets: wire['Subnets'] ?? [],
      SecurityGroups: wire['SecurityGroups'] ?? [],
      ...(isObject(check) ? { HealthCheck: check } : {}),
      ...(isObject(attributes) ? { LoadBalancerAttributes: attributes } : {}),
      Tags: tags,
    }),
    parts: partsIn(wire, owners),
    out: typeof dns === 'string' ? { dns } : {},
    state: 'ready',
    serving: 'unreadable',
    depth: isObject(attributes) ? 'read' : 'listed',
    asOf: 0,
  }
}

function partsIn(wire: JsonObject, owners: readonly Owner[]): Parts {
  const parts: Record<string, Part> = {}
  for (const { Listener, PolicyNames } of objectsIn(wire, 'ListenerDescriptions')) {
    if (!isObject(Listener)) continue
    const spec = endsTls(Listener) ? { ...Listener, PolicyNames: tlsPoliciesIn(PolicyNames) } : Listener
    parts[listenerKey(nameIn(Listener['LoadBalancerPort']))] = { spec, owners }
  }
  for (const spec of objectsIn(wire, 'BackendServerDescriptions'))
    parts[backendKey(nameIn(spec['InstancePort']))] = { spec, owners }
  for (const name of policyNames(wire)) {
    const spec = policyNamed(name)
    parts[policyKey(name)] =
      spec === undefined ? { spec: { PolicyName: name }, owners: [], foreign: true } : { spec, owners }
  }
  for (const { InstanceId } of objectsIn(wire, 'Instances')) {
    const id = nameIn(InstanceId)
    parts[instanceKey(id)] = { spec: { InstanceId: id }, owners, path: `node/${id}` }
  }
  return parts
}

/** A name, or a port by its number. */
const nameIn = (value: Json | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

/** Of a listener only ours: that of AWS stands there when there is none of ours, and is nobody's wish. */
const tlsPoliciesIn = (names: Json | undefined): readonly string[] =>
  (Array.isArray(names) ? names : []).map((name) => nameIn(name as Json)).filter(isTlsPolicy)

/** Told by DescribeLoadBalancers as a list, by DescribeLoadBalancerPolicies one by one. */
function policyNames(wire: JsonObject): readonly string[] {
  const { Policies: told, PolicyDescriptions: described } = wire
  const listed = isObject(told) && Array.isArray(told['OtherPolicies']) ? told['OtherPolicies'] : []
  return [...listed, ...objectsOf(described).map((one) => one['PolicyName'])].map((name) =>
    nameIn(name as Json | undefined),
  )
}

/** What one has when nobody says otherwise. */
export const attributeDefaults = {
  CrossZoneLoadBalancing: { Enabled: false },
  AccessLog: { Enabled: false, EmitInterval: 60 },
  ConnectionDraining: { Enabled: false, Timeout: 300 },
  ConnectionSettings: { IdleTimeout: 60 },
} as const satisfies JsonObject

export const classicForm: Form = {
  name: classicKind,
  ...usualForm,
  canonical: canonicalClassic,
  immutable: ['Scheme'],
  kept: ['LoadBalancerName'],
  refs: ['SecurityGroups'],
  defaults: { LoadBalancerAttributes: attributeDefaults },
  replace: 'beside',
  nameIsUnique: true,
  servesTraffic: true,
  repair: 'recreate',
  settleMs,
  observe,
}
