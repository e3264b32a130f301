import { objectIn, objectsIn, textIn } from '../../../src/lib/json-fields.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import { ownersOf } from '../../../src/plan/draft.ts'
import type { Observed, Owner, Part } from '../../../src/plan/resource.ts'
import { partOf } from '../arm.ts'
import { loadBalancerIdentity, sharedProbeName } from '../names.ts'
import { ruleKey } from '../part-keys.ts'
import { observePool } from './backend-pool.ts'
import { ownersByName, unique, type Users, usersIn } from './load-balancer-users.ts'
import { canonicalPlace, isOfType, settable, stateOf } from './wire.ts'

/** A load balancer with its pools. Whose a frontend, rule or probe is, its name tells; all others are somebody else's. */
export function observeLoadBalancer(wire: JsonObject): readonly Observed[] | undefined {
  const name = textIn(wire, 'name')
  if (name === undefined || !isOfType(wire, 'loadBalancers')) return undefined
  const properties = objectIn(wire, 'properties')
  const id = textIn(wire, 'id') ?? name
  const etag = textIn(wire, 'etag')
  const frontends = objectsIn(properties, 'frontendIPConfigurations')
  const users = usersIn(objectsIn(properties, 'loadBalancingRules'))
  const parts = partsOf(properties, users)
  const owners = ownersOf(Object.values(parts))
  const foreign = Object.values(parts).some((part) => part.foreign === true) || owners.length === 0
  const balancer: Observed = {
    ...loadBalancerIdentity(name),
    id,
    owners,
    ...(foreign ? { body: 'foreign' as const } : {}),
    spec: canonicalPlace({ ...pick(wire, ['location', 'sku', 'tags']), uses: usedBy(properties, frontends) }),
    parts,
    out: { id, ...privateAddresses(frontends) },
    state: stateOf(wire),
    serving: 'unreadable',
    depth: 'read',
    asOf: 0,
    ...(etag === undefined ? {} : { etag }),
  }
  const pools = objectsIn(properties, 'backendAddressPools').flatMap((pool) => {
    const own = users.of('backendAddressPools', nameOf(pool))
    return observePool(pool, balancer, own.length > 0 ? own : owners) ?? []
  })
  return [balancer, ...pools]
}

const pick = (body: JsonObject, fields: readonly string[]): JsonObject =>
  Object.fromEntries(fields.flatMap((field) => (body[field] === undefined ? [] : [[field, body[field]]])))

/** Ids of what this load balancer holds on to: addresses, and pools that a rule leads to. */
const usedBy = (properties: JsonObject, frontends: readonly JsonObject[]): readonly string[] => [
  ...frontends.flatMap((frontend) => idIn(frontend, 'publicIPAddress')),
  ...new Set(objectsIn(properties, 'loadBalancingRules').flatMap((rule) => idIn(rule, 'backendAddressPool'))),
]

const idIn = (body: JsonObject, field: string): readonly string[] => {
  const id = textIn(objectIn(objectIn(body, 'properties'), field), 'id')
  return id === undefined ? [] : [id]
}

/** Refs take these: which address each frontend got. */
const privateAddresses = (frontends: readonly JsonObject[]): Record<string, string> =>
  Object.fromEntries(
    frontends.flatMap((frontend) => {
      const address = textIn(objectIn(frontend, 'properties'), 'privateIPAddress')
      return address === undefined ? [] : [[`address/${nameOf(frontend)}`, address]]
    }),
  )

const nameOf = (body: JsonObject): string => textIn(body, 'name') ?? ''

const part = (spec: JsonObject, owners: readonly Owner[]): Part =>
  owners.length === 0 ? { spec, owners, foreign: true } : { spec, owners }

function partsOf(properties: JsonObject, users: Users): Record<string, Part> {
  const parts: Record<string, Part> = {}
  for (const frontend of objectsIn(properties, 'frontendIPConfigurations')) {
    const name = nameOf(frontend)
    const spec = {
      properties: settable(frontend),
      ...pick(frontend, ['zones']),
      ...(users.wholeFrontends.has(name) ? { haPorts: true } : {}),
    }
    const owners = unique([...ownersByName(name), ...users.of('frontendIPConfigurations', name)])
    parts[`frontend/${name}`] = part(spec, owners)
  }
  for (const rule of objectsIn(properties, 'loadBalancingRules')) {
    const name = nameOf(rule)
    const of = objectIn(rule, 'properties')
    const frontend = partOf(objectIn(of, 'frontendIPConfiguration')['id'], 'frontendIPConfigurations') ?? ''
    const key = ruleKey(frontend, of['protocol'], of['frontendPort'])
    parts[key] = part({ name, properties: settable(rule) }, ownersByName(name))
  }
  for (const probe of objectsIn(properties, 'probes')) {
    const name = nameOf(probe)
    const shared = name === sharedProbeName ? users.of('probes', name) : []
    parts[`probe/${name}`] = part({ properties: settable(probe) }, unique([...ownersByName(name), ...shared]))
  }
  for (const field of ['inboundNatRules', 'inboundNatPools', 'outboundRules'])
    for (const other of objectsIn(properties, field)) parts[`${field}/${nameOf(other)}`] = part(other, [])
  return parts
}
