import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import { objectIn, textIn } from '../../../src/lib/json-fields.ts'

/** How long after a write a list may still not show it. */
export const settleMs = 30_000

/** Fields that Azure fills in and nobody sets. */
const readOnly = new Set([
  'provisioningState',
  'resourceGuid',
  'loadBalancingRules',
  'inboundNatRules',
  'inboundNatPools',
  'outboundRules',
  'privateEndpointConnections',
  'alias',
  'networkInterfaces',
])

/** The properties of an object or of a part of it, without what Azure tells of others. */
export const settable = (body: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(objectIn(body, 'properties')).filter(([field]) => !readOnly.has(field)))

/** `West Europe` is `westeurope`. */
export function canonicalPlace(spec: JsonObject): JsonObject {
  const { location, sku } = spec
  return {
    ...spec,
    ...(typeof location === 'string' ? { location: location.replaceAll(' ', '').toLowerCase() } : {}),
    ...(isObject(sku) && typeof sku['name'] === 'string' ? { sku: { name: sku['name'] } } : {}),
  }
}

/** Whether a body is of this type of object: by its `type`, where it has one, else by its id. */
export function isOfType(body: JsonObject, type: string): boolean {
  const word = `/${type.toLowerCase()}`
  const named = textIn(body, 'type')?.toLowerCase()
  return named === undefined
    ? (textIn(body, 'id')?.toLowerCase().includes(`${word}/`) ?? true)
    : named.endsWith(word)
}

/** The state that Azure reports of an object. */
export function stateOf(body: JsonObject): 'ready' | 'busy' | 'failed' {
  const state = textIn(objectIn(body, 'properties'), 'provisioningState')
  if (state === 'Failed') return 'failed'
  return state === 'Updating' || state === 'Deleting' ? 'busy' : 'ready'
}
