import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import type { Observed, Resource } from '../../../src/plan/resource.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import { type Holders, observedRules } from '../security-group/observe.ts'
import { packRules } from '../security-group/pack.ts'
import { withoutRoom } from '../security-group/room.ts'
import { shownRules } from '../security-group/shown.ts'

/** The group of the nodes' subnet: others made it, and only our rules in it are ours. */
export const groupResource = (name: string): Resource => ({
  stack: 'security-group',
  kind: 'security-group',
  key: name,
  spec: {},
  parts: {},
  owners: [],
  body: 'foreign',
  purpose: 'the security group of the nodes, with rules for the clients of all Services',
})

/** One group by Azure's own description of it. */
export function observedGroup(body: JsonObject, holders: Holders): Observed | undefined {
  const { name, id, etag, properties } = body
  const rules = isObject(properties) ? (properties['securityRules'] ?? []) : undefined
  if (typeof name !== 'string' || !Array.isArray(rules)) return undefined
  return {
    ...groupResource(name),
    id: typeof id === 'string' ? id : name,
    parts: observedRules(rules.filter(isObject), holders),
    out: {},
    state: 'ready',
    serving: 'unreadable',
    depth: 'read',
    asOf: 0,
    ...(typeof etag === 'string' ? { etag } : {}),
    raw: body,
  }
}

export const securityGroupForm: Form = {
  name: 'security-group',
  ...usualForm,
  canonical: (spec) => spec,
  pack: packRules,
  room: withoutRoom,
  shown: shownRules,
  immutable: [],
  replace: 'never',
  nameIsUnique: true,
  servesTraffic: false,
  settleMs: 5_000,
  observe(body) {
    const group = observedGroup(body, () => [])
    return group === undefined ? undefined : [group]
  },
}
