import { objectIn, textIn } from '../../../src/lib/json-fields.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import type { Observed, Owner } from '../../../src/plan/resource.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import { poolKey } from '../desired-pool.ts'
import { settable, settleMs, stateOf } from './wire.ts'

const nameOf = (member: JsonObject): string => textIn(member, 'name') ?? ''

/** Members are a set; of one only its name and address are ours to say. */
export function canonicalPool(spec: JsonObject): JsonObject {
  const properties = objectIn(spec, 'properties')
  const list = properties['loadBalancerBackendAddresses']
  if (!Array.isArray(list)) return spec
  const members = (list as readonly Json[]).filter(isObject).map((member): JsonObject => {
    const { ipAddress } = objectIn(member, 'properties')
    return { name: member['name'] ?? '', properties: ipAddress === undefined ? {} : { ipAddress } }
  })
  const sorted = members.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  return { ...spec, properties: { ...properties, loadBalancerBackendAddresses: sorted } }
}

/** Every Service of a load balancer may use each of its pools. */
export function observePool(
  wire: JsonObject,
  balancer: Observed,
  owners: readonly Owner[],
): Observed | undefined {
  const name = textIn(wire, 'name')
  if (name === undefined) return undefined
  const { stack, kind, key } = balancer
  const id = textIn(wire, 'id') ?? `${balancer.id}/backendAddressPools/${name}`
  return {
    stack,
    kind: 'backend-pool',
    key: poolKey(key, name),
    within: { stack, kind, key },
    id,
    owners,
    ...(balancer.body === undefined ? {} : { body: balancer.body }),
    spec: canonicalPool({ properties: settable(wire) }),
    parts: {},
    out: { id },
    state: stateOf(wire),
    serving: 'unreadable',
    depth: 'read',
    asOf: 0,
  }
}

/** One PUT of a pool carries all its members. */
export const backendPoolForm: Form = {
  name: 'backend-pool',
  ...usualForm,
  canonical: canonicalPool,
  immutable: [],
  kept: ['properties.virtualNetwork.id'],
  replace: 'never',
  lock: 'root',
  nameIsUnique: true,
  servesTraffic: false,
  settleMs,
}
