import { objectIn, textIn } from '../../../src/lib/json-fields.ts'
import { type JsonObject } from '../../../src/lib/json.ts'
import type { Owner } from '../../../src/plan/resource.ts'
import { partOf } from '../arm.ts'
import { ownerOfStem } from '../tags.ts'

/** Who uses which frontend, pool and probe, by the rules of a load balancer. */
export interface Users {
  of(type: 'frontendIPConfigurations' | 'backendAddressPools' | 'probes', name: string): readonly Owner[]
  /** Frontends with a rule for all ports. */
  readonly wholeFrontends: ReadonlySet<string>
}

const pointers = {
  frontendIPConfigurations: 'frontendIPConfiguration',
  backendAddressPools: 'backendAddressPool',
  probes: 'probe',
} as const

/** Whose a rule, frontend or probe is by its name. */
export function ownersByName(name: string | undefined): readonly Owner[] {
  const owner = name === undefined ? undefined : ownerOfStem(name)
  return owner === undefined ? [] : [owner]
}

export const unique = (owners: readonly Owner[]): readonly Owner[] => [
  ...new Map(owners.map((owner) => [owner.uid, owner])).values(),
]

const id = (type: string, name: string): string => `${type}/${name.toLowerCase()}`

export function usersIn(rules: readonly JsonObject[]): Users {
  const users = new Map<string, Owner[]>()
  const wholeFrontends = new Set<string>()
  for (const rule of rules) {
    const properties = objectIn(rule, 'properties')
    const owners = ownersByName(textIn(rule, 'name'))
    for (const [type, field] of Object.entries(pointers)) {
      const name = partOf(objectIn(properties, field)['id'], type)
      if (name === undefined) continue
      const list = users.get(id(type, name)) ?? []
      users.set(id(type, name), list)
      list.push(...owners)
      if (field === 'frontendIPConfiguration' && properties['protocol'] === 'All') wholeFrontends.add(name)
    }
  }
  return { of: (type, name) => unique(users.get(id(type, name)) ?? []), wholeFrontends }
}
