import type { Json, JsonObject } from '../../../src/lib/json.ts'
import type { Owner, Part, Parts } from '../../../src/plan/resource.ts'
import { isOurs } from './names.ts'
import {
  addressText,
  destinationsOf,
  fieldsOf,
  nameOf,
  partKey,
  priorityOf,
  type Rule,
  ruleSpec,
  sourcesOf,
} from './rule.ts'

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
    const name = nameOf(rule)
    const spec = { name, properties: fieldsOf(rule) }
    if (isOurs(name, priorityOf(spec))) Object.assign(parts, destinationParts(spec, holders))
    else parts[name] = { spec, owners: [], foreign: true }
  }
  return parts
}

function destinationParts(spec: JsonObject, holders: Holders): Parts {
  const rule = normal(spec)
  const parts: Record<string, Part> = {}
  const texts = Array.isArray(rule.ports) ? rule.ports.map(String) : []
  for (const destination of destinationsOf(spec)) {
    if (typeof destination !== 'string') continue
    const address = addressText(destination)
    parts[partKey(rule.name, address)] = { spec: ruleSpec(rule, [address]), owners: holders(address, texts) }
  }
  // Application security groups are none of our destinations: who put them there keeps them.
  const { destinationApplicationSecurityGroups: groups } = fieldsOf(spec)
  if (Array.isArray(groups) && groups.length > 0) parts[rule.name] = { spec, owners: [], foreign: true }
  return parts
}

const sortedTexts = (values: readonly Json[]): readonly string[] =>
  values.filter((value) => typeof value === 'string').toSorted()

function normal(spec: JsonObject): Rule {
  const { destinationPortRange: single, destinationPortRanges: many, ...fields } = fieldsOf(spec)
  const ports = [
    ...(single === undefined || single === '' ? [] : [single]),
    ...(Array.isArray(many) ? (many as readonly Json[]) : []),
  ]
  return {
    name: nameOf(spec),
    priority: priorityOf(spec),
    access: fields['access'] === 'Deny' ? 'Deny' : 'Allow',
    protocol: typeof fields['protocol'] === 'string' ? fields['protocol'] : '',
    sources: sortedTexts(sourcesOf(spec)),
    ports: ports.length === 1 && ports[0] === '*' ? '*' : sortedTexts(ports),
  }
}
