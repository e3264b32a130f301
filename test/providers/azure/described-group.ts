import assert from 'node:assert/strict'
import type { JsonObject } from '../../../src/lib/json.ts'
import type { PartChange } from '../../../src/plan/resource.ts'
import { destinationsOf, fieldsOf } from '../../../providers/azure/security-group/rule.ts'
import { idOf } from './described-id.ts'

interface Held {
  readonly fields: JsonObject
  readonly destinations: Set<string>
}

/** The rules of the nodes' security group, by name. */
export type Rules = Map<string, Held | JsonObject>

const isOurs = (rule: Held | JsonObject): rule is Held => rule['destinations'] instanceof Set

const texts = (spec: JsonObject | undefined): readonly string[] =>
  destinationsOf(spec ?? {}).filter((one) => typeof one === 'string')

/** A plan shows one rule with all its destinations before and after. */
export function withChange(rules: Rules, { key, before, after }: PartChange): void {
  const held = rules.get(key)
  assert.ok(held === undefined || isOurs(held), `rule ${key} is somebody else's`)
  const destinations = new Set(held?.destinations)
  for (const one of texts(after)) destinations.add(one)
  for (const one of texts(before)) if (!texts(after).includes(one)) destinations.delete(one)
  if (destinations.size === 0) rules.delete(key)
  else rules.set(key, { fields: fieldsOf(after ?? before ?? {}), destinations })
  const priorities = [...rules.values()].map((rule) =>
    isOurs(rule) ? rule.fields['priority'] : fieldsOf(rule)['priority'],
  )
  assert.equal(new Set(priorities).size, priorities.length, `${key}: two rules have one priority`)
}

export const groupBody = (rules: Rules): JsonObject => ({
  name: 'nodes',
  id: idOf('networkSecurityGroups', 'nodes'),
  etag: 'W/"7"',
  type: 'Microsoft.Network/networkSecurityGroups',
  location: 'westeurope',
  properties: {
    provisioningState: 'Succeeded',
    securityRules: [...rules].map(([name, rule]) => (isOurs(rule) ? ruleBody(name, rule) : rule)),
    defaultSecurityRules: [
      { name: 'DenyAllInBound', properties: { priority: 65_500, access: 'Deny', direction: 'Inbound' } },
    ],
  },
})

function ruleBody(name: string, { fields, destinations }: Held): JsonObject {
  const { destinationAddressPrefix: _one, destinationAddressPrefixes: _many, ...rest } = fields
  const [first = '', ...others] = destinations
  return {
    name,
    id: idOf('networkSecurityGroups', 'nodes', 'securityRules', name),
    etag: 'W/"7"',
    type: 'Microsoft.Network/networkSecurityGroups/securityRules',
    properties: {
      provisioningState: 'Succeeded',
      sourceAddressPrefixes: [],
      sourcePortRanges: [],
      destinationPortRanges: [],
      ...rest,
      ...(others.length === 0
        ? { destinationAddressPrefix: first, destinationAddressPrefixes: [] }
        : { destinationAddressPrefixes: [first, ...others] }),
    },
  }
}
