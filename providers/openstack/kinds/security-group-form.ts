import { objectsIn, textIn } from '../../../src/lib/json-fields.ts'
import { plainText } from '../plain-text.ts'
import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import type { Observed, Owner, Part, Parts } from '../../../src/plan/resource.ts'
import type { Cluster } from '../../../src/provider/blueprint.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import { nodeGroup, nodePort } from '../desired-security-group.ts'
import { ownerInDescription } from '../marks.ts'
import { ruleKey, ruleOf, ruleSpec } from '../rules.ts'
import { asOf, picked, settleMs, unwrapped } from './wire.ts'

/**
 * Whose a rule is: what is marked as ours, and in a group of ours also the egress rules that Neutron puts into each new
 * one. All else is somebody's, and stays.
 */
function rulesIn(wire: JsonObject, cluster: Cluster, holder: Owner | undefined): Parts {
  const parts: Record<string, Part> = {}
  for (const rule of objectsIn(wire, 'security_group_rules')) {
    const of = ruleOf(rule)
    const owner = ownerInDescription(rule['description'], cluster) ?? (isDefault(rule) ? holder : undefined)
    const id = textIn(rule, 'id')
    parts[ruleKey(of)] = {
      spec: ruleSpec(of, textIn(rule, 'description') ?? ''),
      owners: owner === undefined ? [] : [owner],
      ...(owner === undefined ? { foreign: true as const } : {}),
      ...(id === undefined ? {} : { id }),
    }
  }
  return parts
}

const isDefault = (rule: JsonObject): boolean =>
  rule['direction'] === 'egress' &&
  plainText(rule['protocol']) === '' &&
  plainText(rule['description']) === ''

export function observeSecurityGroup(body: JsonObject, cluster: Cluster): readonly Observed[] | undefined {
  const wire = unwrapped(body, 'security_group')
  const id = textIn(wire, 'id')
  if (id === undefined) return undefined
  const owner = ownerInDescription(wire['description'], cluster)
  const seen = {
    id,
    parts: rulesIn(wire, cluster, owner),
    out: { id },
    state: 'ready',
    serving: 'unreadable',
    depth: 'read',
    asOf,
  } as const
  if (owner === undefined) return [{ ...nodeGroup(id), ...seen }]
  return [
    {
      stack: owner.uid,
      kind: 'security-group',
      key: `nodes/${owner.name}`,
      owners: [owner],
      spec: picked(wire, ['name', 'description']),
      ...seen,
    },
  ]
}

/** A rule that several Services need is described for one of them, and stays so while that one needs it. */
export function packRules(parts: Parts, observed: Observed | undefined): Parts {
  return Object.fromEntries(
    Object.entries(parts).map(([key, part]) => {
      const seen = observed?.parts?.[key]
      const stays = seen?.owners.some((owner) => part.owners.some(({ uid }) => uid === owner.uid)) === true
      if (!stays || !isObject(seen?.spec) || part.owners.length < 2) return [key, part]
      return [key, { ...part, spec: { ...part.spec, description: seen.spec['description'] ?? '' } }]
    }),
  )
}

export const securityGroupForm: Form = {
  name: 'security-group',
  ...usualForm,
  canonical: (spec) => spec,
  pack: packRules,
  packedFields: ['description'],
  immutable: [],
  replace: 'beside',
  nameIsUnique: false,
  servesTraffic: false,
  settleMs,
  observe: observeSecurityGroup,
}

/** A node's port: the groups on it, of which only ours are our business. */
function observePort(body: JsonObject): readonly Observed[] | undefined {
  const wire = unwrapped(body, 'port')
  const id = textIn(wire, 'id')
  const groups = wire['security_groups']
  if (id === undefined || !Array.isArray(groups)) return undefined
  const parts = (groups as readonly string[]).map((group): readonly [string, Part] => [
    group,
    { spec: { security_group_id: group }, owners: [], foreign: true },
  ])
  const etag = wire['revision_number']
  return [
    {
      ...nodePort(id),
      id,
      parts: Object.fromEntries(parts),
      out: { id },
      state: 'ready',
      serving: 'unreadable',
      depth: 'read',
      asOf,
      // A write carries the revision, so that a change by somebody else in between is not lost.
      ...(etag === undefined ? {} : { etag: plainText(etag) }),
    },
  ]
}

/** Of the groups on a node's port those are ours that the groups themselves say are. */
export function withGroupOwners(observed: readonly Observed[]): readonly Observed[] {
  const ours = new Map(
    observed.flatMap(({ kind, id, owners }) =>
      kind === 'security-group' && owners.length > 0 ? [[id, owners] as const] : [],
    ),
  )
  if (ours.size === 0) return observed
  return observed.map((item) =>
    item.kind === 'port' ? { ...item, parts: ownedIn(item.parts ?? {}, ours) } : item,
  )
}

const ownedIn = (parts: Parts, ours: ReadonlyMap<string, readonly Owner[]>): Parts =>
  Object.fromEntries(
    Object.entries(parts).map(([group, part]) => {
      const owners = ours.get(group)
      return [group, owners === undefined ? part : { spec: part.spec, owners }]
    }),
  )

export const portForm: Form = {
  ...securityGroupForm,
  name: 'port',
  // A group of ours is known by what it is for until it has an id.
  pack: (parts) =>
    Object.fromEntries(
      Object.entries(parts).map(([key, part]) => {
        const id = part.spec['security_group_id']
        return [typeof id === 'string' ? id : key, part]
      }),
    ),
  packedFields: [],
  replace: 'never',
  observe: observePort,
}
