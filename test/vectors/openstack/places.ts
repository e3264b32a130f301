import { floatingFrom } from '../../../providers/openstack/floating.ts'
import { placesOf } from '../../../providers/openstack/placement.ts'
import { createBlueprint } from '../../../providers/openstack/blueprint.ts'
import { describedFor } from '../../../providers/openstack/marks.ts'
import { ruleKey, ruleOf, ruleSpec } from '../../../providers/openstack/rules.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import { planOffline } from '../../../src/plan/offline.ts'
import type { Resource } from '../../../src/plan/resource.ts'
import type { Compare, Vector } from '../vector.ts'
import { configOf, inside, settingsIn, textAt } from './case.ts'
import { valueApart, wantsError } from './differences.ts'

/** An id that the settings, a class and the annotations name, by what weighs most. */
const placed =
  (field: 'subnetId' | 'networkId' | 'memberSubnetId' | 'floatingNetworkId'): Compare =>
  (one) => {
    const { settings, problems: read } = settingsIn(one.service)
    const places = placesOf(settings, configOf(one))
    const problems = [...read, ...places.problems]
    if (wantsError(one.expected)) return problems.length > 0 ? [] : ['ours has no problem, wanted an error']
    return valueApart(places[field]?.value, one.expected)
  }

export const subnetIn = placed('subnetId')
export const networkIn = placed('networkId')
export const memberSubnetIn = placed('memberSubnetId')

/** Whether floating IPs are taken from a subnet, by the whole choice of one. */
export const floatingSubnetIn: Compare = (one) => {
  const subnet = one.context['subnet']
  const tags = inside(subnet, 'tags')
  const { settings, problems } = settingsIn(one.service)
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return errors.map(({ message }) => message)
  const { floating } = floatingFrom(placesOf(settings, configOf(one)), {
    networks: [{ id: 'net', name: 'public', external: true }],
    subnets: [
      {
        id: 'subnet',
        name: textAt(subnet, 'name') ?? '',
        networkId: 'net',
        cidr: '203.0.113.0/24',
        tags: Array.isArray(tags) ? tags.map(String) : [],
      },
    ],
  })
  return valueApart(floating?.subnetId === 'subnet', one.expected)
}

const owner = { uid: '11111111-2222-3333-4444-555555555555', name: 'shop/web' }
const cluster = { name: 'kubernetes', uid: 'c0ffee00-0000-4000-8000-000000000000' }

const listAt = (one: Vector, key: string): readonly JsonObject[] => {
  const found = one.context[key]
  return Array.isArray(found) ? (found as readonly Json[]).filter(isObject) : []
}

const keyed = (rules: readonly JsonObject[]): readonly string[] => rules.map((rule) => ruleKey(ruleOf(rule)))

/** The plan for a group of ours that has the existing rules, wanting the others. */
export const rulesIn: Compare = (one) => {
  const wanted = listAt(one, 'wantedRules')
  const blueprint = createBlueprint({})
  const description = describedFor('for shop/web', cluster, owner)
  const group: Resource = {
    stack: owner.uid,
    kind: 'security-group',
    key: `nodes/${owner.name}`,
    spec: {},
    owners: [owner],
    parts: Object.fromEntries(
      wanted.map((rule) => [
        ruleKey(ruleOf(rule)),
        { spec: { ...ruleSpec(ruleOf(rule), ''), description }, owners: [owner] },
      ]),
    ),
  }
  // The peer knows its rules by the group that they are in, we by their description.
  const existing = listAt(one, 'existingRules').map((rule) => ({ ...rule, description }))
  const seen = blueprint.kinds['security-group']?.observe?.(
    { id: 'foo', description, security_group_rules: existing },
    cluster,
  )
  const { steps } = planOffline(blueprint, [{ owner, created: '', resources: [group] }], seen)
  const changed = (actions: readonly string[]) =>
    steps
      .flatMap(({ parts = [] }) => parts)
      .filter(({ action }) => actions.includes(action))
      .map(({ key }) => key)
      .toSorted()
  const wantedKeys = (key: string) => {
    const found = inside(one.expected, key)
    return [
      ...new Set(keyed(Array.isArray(found) ? (found as readonly Json[]).filter(isObject) : [])),
    ].toSorted()
  }
  return [
    ...valueApart(changed(['add', 'change']), wantedKeys('toCreate')),
    ...valueApart(changed(['remove']), wantedKeys('toDelete')),
  ]
}
