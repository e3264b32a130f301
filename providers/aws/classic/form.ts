import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import type { Observed, Owner, Part, Parts } from '../../../src/plan/resource.ts'
import type { Cluster } from '../../../src/provider/blueprint.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import { settleMs } from '../kinds/shared.ts'
import { keyTag, ownerOf, readTags } from '../tags.ts'
import type { TagsSeen } from '../api-call.ts'
import { listenerKey } from './listeners.ts'
import { classicKind } from './name.ts'
import { backendKey } from './policies.ts'

const isText = (value: Json): value is string => typeof value === 'string'
/** A name, or a port by its number. */
const nameIn = (value: Json | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

const list = (value: Json | undefined): readonly JsonObject[] =>
  (Array.isArray(value) ? value : []).filter((one): one is JsonObject => isObject(one))

/** Subnets are a set; groups too, but for the first, which the nodes let in. */
function canonicalClassic(spec: JsonObject): JsonObject {
  const { Subnets: subnets, SecurityGroups: groups } = spec
  return {
    ...spec,
    ...(Array.isArray(subnets) && subnets.every(isText) ? { Subnets: subnets.toSorted() } : {}),
    ...(Array.isArray(groups) ? { SecurityGroups: canonicalGroups(groups) } : {}),
  }
}

function canonicalGroups(groups: readonly Json[]): Json {
  const [first, ...rest] = groups
  if (first === undefined || !rest.every(isText)) return [...groups]
  return [first, ...new Set(rest.filter((one) => one !== first).toSorted())]
}

/** The answer of DescribeLoadBalancers of the older API, with its attributes, policies and tags beside it. */
function observe(wire: JsonObject, cluster: Cluster): readonly Observed[] | undefined {
  const name = wire['LoadBalancerName']
  if (typeof name !== 'string' || !('ListenerDescriptions' in wire)) return undefined
  const tags = readTags(wire['Tags'] as TagsSeen | undefined)
  const owner = ownerOf(tags, cluster.uid)
  const owners = owner === undefined ? [] : [owner]
  const scheme = wire['Scheme'] === 'internal' ? 'internal' : 'internet-facing'
  const dns = wire['DNSName']
  const attributes = wire['LoadBalancerAttributes']
  return [
    {
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
        Policies: byName(list(wire['PolicyDescriptions']), 'PolicyName'),
        ...(isObject(wire['HealthCheck']) ? { HealthCheck: wire['HealthCheck'] } : {}),
        ...(isObject(attributes) ? { LoadBalancerAttributes: attributes } : {}),
        Tags: tags,
      }),
      parts: partsIn(wire, owners),
      out: typeof dns === 'string' ? { dns } : {},
      state: 'ready',
      serving: 'unreadable',
      depth: 'read',
      asOf: 0,
    },
  ]
}

function partsIn(wire: JsonObject, owners: readonly Owner[]): Parts {
  const parts: Record<string, Part> = {}
  for (const { Listener, PolicyNames } of list(wire['ListenerDescriptions'])) {
    if (!isObject(Listener)) continue
    const named = Array.isArray(PolicyNames) && PolicyNames.length > 0 ? { PolicyNames } : {}
    parts[listenerKey(nameIn(Listener['LoadBalancerPort']))] = { spec: { ...Listener, ...named }, owners }
  }
  for (const spec of list(wire['BackendServerDescriptions']))
    parts[backendKey(nameIn(spec['InstancePort']))] = { spec, owners }
  for (const { InstanceId } of list(wire['Instances']))
    parts[nameIn(InstanceId)] = { spec: { InstanceId: nameIn(InstanceId) }, owners }
  return parts
}

const byName = (items: readonly JsonObject[], field: string): JsonObject =>
  Object.fromEntries(items.map(({ [field]: name, ...rest }) => [nameIn(name), rest]))

export const classicForm: Form = {
  name: classicKind,
  ...usualForm,
  canonical: canonicalClassic,
  immutable: ['Scheme'],
  kept: ['LoadBalancerName'],
  refs: ['SecurityGroups'],
  defaults: {
    LoadBalancerAttributes: {
      CrossZoneLoadBalancing: { Enabled: false },
      AccessLog: { Enabled: false, EmitInterval: 60 },
      ConnectionDraining: { Enabled: false, Timeout: 300 },
      ConnectionSettings: { IdleTimeout: 60 },
    },
  },
  replace: 'beside',
  nameIsUnique: true,
  servesTraffic: true,
  repair: 'recreate',
  settleMs,
  observe,
}
