import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import { ownersOf } from '../../../src/plan/draft.ts'
import type { Observed, Owner, Part } from '../../../src/plan/resource.ts'
import { partOf } from '../arm.ts'
import { loadBalancerIdentity, sharedProbeName } from '../names.ts'
import { ruleKey } from '../part-keys.ts'
import { ownerOfStem } from '../tags.ts'
import { observePool } from './backend-pool.ts'
import { canonicalPlace, isOfType, listIn, objectIn, settable, stateOf, textIn } from './wire.ts'

/** A load balancer with its pools. Whose a frontend, rule or probe is, its name tells; all others are somebody else's. */
export function observeLoadBalancer(wire: JsonObject): readonly Observed[] | undefined {
  const name = textIn(wire, 'name')
  if (name === undefined || !isOfType(wire, 'loadBalancers')) return undefined
  const properties = objectIn(wire, 'properties')
  const id = textIn(wire, 'id') ?? name
  const frontends = listIn(properties, 'frontendIPConfigurations')
  const parts = partsOf(properties, frontends)
  const owners = ownersOf(Object.values(parts))
  const foreign = Object.values(parts).some((part) => part.foreign === true) || owners.length === 0
  const balancer: Observed = {
    ...loadBalancerIdentity(name),
    id,
    owners,
    ...(foreign ? { body: 'foreign' as const } : {}),
    spec: canonicalPlace({
      ...pick(wire, ['location', 'sku', 'tags']),
      uses: usedBy(properties, frontends),
    }),
    parts,
    out: { id, ...privateAddresses(frontends) },
    state: stateOf(wire),
    serving: 'unreadable',
    depth: 'read',
    asOf: 0,
    ...(textIn(wire, 'etag') === undefined ? {} : { etag: textIn(wire, 'etag') ?? '' }),
  }
  const rules = listIn(properties, 'loadBalancingRules')
  const pools = listIn(properties, 'backendAddressPools').flatMap((pool) => {
    const users = ownersUsing(rules, 'backendAddressPool', 'backendAddressPools', nameOf(pool))
    return observePool(pool, balancer, users.length > 0 ? users : owners) ?? []
  })
  return [balancer, ...pools]
}

/** Ids of what this load balancer holds on to: addresses, and pools that a rule leads to. */
const usedBy = (properties: JsonObject, frontends: readonly JsonObject[]): readonly string[] => [
  ...frontends.flatMap((frontend) => addressId(frontend) ?? []),
  ...listIn(properties, 'loadBalancingRules').flatMap(
    (rule) => textIn(objectIn(objectIn(rule, 'properties'), 'backendAddressPool'), 'id') ?? [],
  ),
]

/** Owners of the rules that point at a frontend, probe or pool. */
const ownersUsing = (
  rules: readonly JsonObject[],
  field: string,
  word: string,
  name: string,
): readonly Owner[] =>
  unique(
    rules
      .filter((rule) => refersTo(objectIn(rule, 'properties'), field, word, name))
      .flatMap((rule) => ownersByName(nameOf(rule))),
  )

const pick = (body: JsonObject, fields: readonly string[]): JsonObject =>
  Object.fromEntries(fields.flatMap((field) => (body[field] === undefined ? [] : [[field, body[field]]])))

const addressId = (frontend: JsonObject): string | undefined =>
  textIn(objectIn(objectIn(frontend, 'properties'), 'publicIPAddress'), 'id')

/** Refs take these: which address each frontend got. */
const privateAddresses = (frontends: readonly JsonObject[]): Record<string, string> =>
  Object.fromEntries(
    frontends.flatMap((frontend) => {
      const address = textIn(objectIn(frontend, 'properties'), 'privateIPAddress')
      return address === undefined ? [] : [[`address/${String(frontend['name'])}`, address]]
    }),
  )

const nameOf = (body: JsonObject): string => textIn(body, 'name') ?? ''

const ownersByName = (name: string): readonly Owner[] => {
  const owner = ownerOfStem(name)
  return owner === undefined ? [] : [owner]
}

const part = (spec: JsonObject, owners: readonly Owner[]): Part =>
  owners.length === 0 ? { spec, owners, foreign: true } : { spec, owners }

function partsOf(properties: JsonObject, frontends: readonly JsonObject[]): Record<string, Part> {
  const parts: Record<string, Part> = {}
  const rules = listIn(properties, 'loadBalancingRules')
  for (const frontend of frontends) {
    const name = nameOf(frontend)
    const users = ownersUsing(rules, 'frontendIPConfiguration', 'frontendIPConfigurations', name)
    const all = rules.some((rule) => {
      const of = objectIn(rule, 'properties')
      const here = refersTo(of, 'frontendIPConfiguration', 'frontendIPConfigurations', name)
      return here && of['protocol'] === 'All'
    })
    parts[`frontend/${name}`] = part(
      {
        properties: settable(frontend),
        ...(frontend['zones'] === undefined ? {} : { zones: frontend['zones'] }),
        ...(all ? { haPorts: true } : {}),
      },
      unique([...ownersByName(name), ...users]),
    )
  }
  for (const rule of rules) {
    const of = objectIn(rule, 'properties')
    const frontend = partOf(objectIn(of, 'frontendIPConfiguration')['id'], 'frontendIPConfigurations') ?? ''
    const key = ruleKey(frontend, of['protocol'], of['frontendPort'])
    parts[key] = part({ name: nameOf(rule), properties: settable(rule) }, ownersByName(nameOf(rule)))
  }
  for (const probe of listIn(properties, 'probes')) {
    const name = nameOf(probe)
    const users = name === sharedProbeName ? ownersUsing(rules, 'probe', 'probes', name) : []
    parts[`probe/${name}`] = part({ properties: settable(probe) }, unique([...ownersByName(name), ...users]))
  }
  for (const field of ['inboundNatRules', 'inboundNatPools', 'outboundRules'])
    for (const other of listIn(properties, field)) parts[`${field}/${nameOf(other)}`] = part(other, [])
  return parts
}

const refersTo = (rule: JsonObject, field: string, word: string, name: string): boolean =>
  partOf(isObject(rule[field]) ? rule[field]['id'] : undefined, word)?.toLowerCase() === name.toLowerCase()

const unique = (owners: readonly Owner[]): readonly Owner[] => [
  ...new Map(owners.map((owner) => [owner.uid, owner])).values(),
]
