import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import type { Owner, Part, Parts } from '../../../src/plan/resource.ts'
import { isOurs } from './names.ts'
import { addressText, destinationsOf, partKey, type Rule, ruleSpec, sourcesOf } from './rule.ts'

/**
 * Whose a destination of a rule is. The group does not tell: a rule has no owner, and its description has no room for
 * all of them. Other objects do: the frontend with that address, or the load balancing rule to that node port.
 */
export type Holders = (address: string, ports: readonly string[]) => readonly Owner[]

/**
 * The rules of a group as parts. Of ours, each destination is one; if nobody is known to hold it, it has no owner and
 * stays, for another cluster may write the same rules into a group that both use.
 */
export function observedRules(rules: readonly JsonObject[], holders: Holders): Parts {
  const parts: Record<string, Part> = {}
  for (const rule of rules) {
    const { name = '', properties } = rule
    const fields = isObject(properties) ? properties : {}
    const spec = { name, ...fields }
    if (isOurs(String(name), Number(fields['priority'])))
      Object.assign(parts, destinationParts(spec, holders))
    else parts[String(name)] = { spec, owners: [], foreign: true }
  }
  return parts
}

function destinationParts(spec: JsonObject, holders: Holders): Parts {
  const rule = normal(spec)
  const parts: Record<string, Part> = {}
  const texts = Array.isArray(rule.ports) ? rule.ports.map(String) : []
  for (const destination of destinationsOf(spec)) {
    const address = addressText(String(destination))
    parts[partKey(rule.name, address)] = { spec: ruleSpec(rule, [address]), owners: holders(address, texts) }
  }
  // Application security groups are none of our destinations: who put them there keeps them.
  const groups = spec['destinationApplicationSecurityGroups']
  if (Array.isArray(groups) && groups.length > 0)
    parts[rule.name] = {
      spec: { ...ruleSpec(rule, []), destinationApplicationSecurityGroups: groups },
      owners: [],
      foreign: true,
    }
  return parts
}

const sortedTexts = (values: readonly Json[]): readonly string[] => values.map(String).toSorted()

function normal(spec: JsonObject): Rule {
  const single = spec['destinationPortRange']
  const many = spec['destinationPortRanges']
  const ports = [
    ...(single === undefined || single === '' ? [] : [single]),
    ...(Array.isArray(many) ? (many as readonly Json[]) : []),
  ]
  return {
    name: String(spec['name']),
    priority: Number(spec['priority']),
    access: spec['access'] === 'Deny' ? 'Deny' : 'Allow',
    protocol: String(spec['protocol']),
    sources: sortedTexts(sourcesOf(spec)),
    ports: ports.length === 1 && ports[0] === '*' ? '*' : sortedTexts(ports),
  }
}
