import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import { objectsIn, textIn } from '../../../src/lib/json-fields.ts'
import type { Observed } from '../../../src/plan/resource.ts'

/** How long a list of Octavia or Neutron may lag behind a write. */
export const settleMs = 5_000

/** The body itself, also where an answer wraps it: `{"loadbalancer": {...}}`, `{"statuses": {"loadbalancer": ...}}`. */
export function unwrapped(wire: JsonObject, ...names: readonly string[]): JsonObject {
  const name = names.find((one) => isObject(wire[one]))
  const inner = name === undefined ? undefined : wire[name]
  return isObject(inner) ? unwrapped(inner, ...names) : wire
}

/** Of a body, the fields that we ever ask for; what is null was never set. */
export const picked = (wire: JsonObject, fields: readonly string[]): JsonObject =>
  Object.fromEntries(
    fields.flatMap((field) =>
      wire[field] === undefined || wire[field] === null ? [] : [[field, wire[field]]],
    ),
  )

/** Lists of Octavia and Neutron are sets. */
export function sorted(spec: JsonObject, ...fields: readonly string[]): JsonObject {
  const found = fields.filter((field) => Array.isArray(spec[field]))
  if (found.length === 0) return spec
  return {
    ...spec,
    ...Object.fromEntries(found.map((field) => [field, (spec[field] as readonly string[]).toSorted()])),
  }
}

/** Only ACTIVE takes writes; ERROR takes a delete and a failover. */
export function stateOf(wire: JsonObject): Pick<Observed, 'state' | 'serving'> {
  const status = textIn(wire, 'provisioning_status') ?? 'ACTIVE'
  const operating = textIn(wire, 'operating_status')
  const serving =
    operating === undefined || operating === 'NO_MONITOR'
      ? 'unreadable'
      : operating === 'ONLINE' || operating === 'DEGRADED'
  if (status === 'ERROR') return { state: 'failed', serving: false }
  return { state: status.startsWith('PENDING_') ? 'busy' : 'ready', serving }
}

/** When a body of a facts file was read: nobody knows. */
export const asOf = 0

/** The id of the first of a list of references: `"loadbalancers": [{"id": "..."}]`. */
export const firstId = (wire: JsonObject, field: string): string | undefined => {
  const [first] = objectsIn(wire, field)
  return first === undefined ? undefined : textIn(first, 'id')
}
