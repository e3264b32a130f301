import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import { parseAddress } from '../../../src/lib/ip.ts'
import { asRef } from '../../../src/plan/leaves.ts'
import type { Parts } from '../../../src/plan/resource.ts'

/**
 * A security rule is shared: its name says who may connect to which ports, and everybody who asks for just that adds
 * destinations to it. So one part is one destination of one rule, `NAME/203.0.113.7`, with the Services on that address
 * as its owners: whoever goes takes away what nobody else on the address needs, and nothing else.
 */
export interface Rule {
  readonly name: string
  readonly access: 'Allow' | 'Deny'
  readonly protocol: string
  readonly sources: readonly string[]
  /** `*`, or numbers as sorted texts, or a value that is not known yet. */
  readonly ports: Json
  readonly priority?: number
}

const one = (values: readonly Json[], field: string): JsonObject =>
  values.length === 1 ? { [field]: values[0] ?? '' } : { [`${field}es`]: values }

/** In Azure's own form: one source or destination stands in the singular field, ports always in the plural. */
export const ruleSpec = (rule: Rule, destinations: readonly Json[]): JsonObject => ({
  name: rule.name,
  properties: {
    ...(rule.priority === undefined ? {} : { priority: rule.priority }),
    direction: 'Inbound',
    access: rule.access,
    protocol: rule.protocol,
    ...one(rule.sources, 'sourceAddressPrefix'),
    sourcePortRange: '*',
    ...one(destinations, 'destinationAddressPrefix'),
    ...(rule.ports === '*' ? { destinationPortRange: '*' } : { destinationPortRanges: rule.ports }),
  },
})

/** What a rule says, without its name. */
export const fieldsOf = ({ properties }: JsonObject): JsonObject => (isObject(properties) ? properties : {})

/** IPv6 has many spellings, and Azure keeps the one that it was given. */
export function addressText(text: string): string {
  const parsed = parseAddress(text)
  return parsed.ok ? parsed.value.text : text
}

/** What is not known yet stands under the name of what will tell it. */
function textOf(destination: Json): string {
  if (typeof destination === 'string') return addressText(destination)
  const to = asRef(destination)
  return to === undefined ? '<address>' : `<address of ${to.kind} ${to.key}>`
}

export const partKey = (rule: string, destination: Json): string => `${rule}/${textOf(destination)}`

function list(spec: JsonObject, field: string): readonly Json[] {
  const fields = fieldsOf(spec)
  const single = fields[field]
  const many = fields[`${field}es`]
  return [
    ...(single === undefined || single === '' ? [] : [single]),
    ...(Array.isArray(many) ? (many as readonly Json[]) : []),
  ]
}

export const destinationsOf = (spec: JsonObject): readonly Json[] => list(spec, 'destinationAddressPrefix')
export const sourcesOf = (spec: JsonObject): readonly Json[] => list(spec, 'sourceAddressPrefix')
export const priorityOf = (spec: JsonObject): number => Number(fieldsOf(spec)['priority'])
export const nameOf = ({ name }: JsonObject): string => (typeof name === 'string' ? name : '')

/** The rules that parts make up, each with all its destinations, in the order of their priorities. */
export function rulesOf(parts: Parts): readonly JsonObject[] {
  const rules = Map.groupBy(
    Object.values(parts).map(({ spec }) => spec),
    nameOf,
  )
  return [...rules.values()].map(united).toSorted((a, b) => (priorityOf(a) || 0) - (priorityOf(b) || 0))
}

/** One rule with the destinations of all. */
export function united(specs: readonly JsonObject[]): JsonObject {
  const [first = {}] = specs
  const found = new Map<string, Json>()
  for (const spec of specs)
    for (const destination of destinationsOf(spec)) found.set(textOf(destination), destination)
  if (found.size < 2) return first
  const { destinationAddressPrefix: _one, destinationAddressPrefixes: _many, ...rest } = fieldsOf(first)
  const sorted = [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, destination]) => destination)
  return { ...first, properties: { ...rest, destinationAddressPrefixes: sorted } }
}
