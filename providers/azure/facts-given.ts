import { contains, parseCidr } from '../../src/lib/ip.ts'
import { isObject, type Json, type JsonObject } from '../../src/lib/json.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import type { Fact, GivenFacts, Lookup } from '../../src/provider/blueprint.ts'
import { type Network, networkKey, type PublicIPFact, publicIPsKey } from './facts.ts'

/** What a facts file says of one lookup. */
export function answerFrom({ key, what, args }: Lookup, given: GivenFacts): Fact {
  if (key === networkKey) return { key, value: networkIn(given) }
  if (key.startsWith(publicIPsKey(''))) {
    if (given['publicIPs'] === undefined) return { key, unknown: what }
    return { key, value: publicIPsOfGroup(given, args) as unknown as Json }
  }
  const { namespaces } = given
  const found = isObject(namespaces) && typeof args === 'string' ? namespaces[args] : undefined
  return isObject(found) ? { key, value: found['labels'] ?? {} } : { key, unknown: what }
}

/** Thousands of Services ask the same group: they get the same list. */
const groups = new WeakMap<GivenFacts, Map<string, readonly PublicIPFact[]>>()

function publicIPsOfGroup(given: GivenFacts, asked: Json | undefined): readonly PublicIPFact[] {
  const known = groups.get(given) ?? new Map<string, readonly PublicIPFact[]>()
  groups.set(given, known)
  const found = known.get(fold(asked)) ?? publicIPsIn(given).filter((one) => inGroup(one, asked, given))
  known.set(fold(asked), found)
  return found
}

function networkIn(given: GivenFacts): JsonObject {
  const { publicIPs: _ips, namespaces: _namespaces, ...network } = given
  return network
}

const publicIPsIn = (given: GivenFacts): readonly PublicIPFact[] =>
  (given['publicIPs'] ?? []) as unknown as readonly PublicIPFact[]

const fold = (group: Json | undefined): string => (typeof group === 'string' ? group.toLowerCase() : '')

/** One that names no group is in that of the load balancer. */
function inGroup({ resourceGroup }: PublicIPFact, asked: Json | undefined, given: GivenFacts): boolean {
  const own = given['resourceGroup']
  return fold(resourceGroup ?? own) === fold(asked ?? own)
}

/** What contradicts itself. */
export function contradictionsIn(given: GivenFacts): readonly Problem[] {
  const ips = publicIPsIn(given)
  return [...twice(ips, 'name'), ...twice(ips, 'ipAddress'), ...wrongFamily(ips), ...subnetsIn(given)]
}

const contradiction = (path: string, message: string, value: string): Problem =>
  error('LB_FACTS', path, message, { value, hint: 'mend one of the two' })

function twice(ips: readonly PublicIPFact[], field: 'name' | 'ipAddress'): readonly Problem[] {
  const first = new Map<string, number>()
  return ips.flatMap((ip, at) => {
    const value = ip[field]
    if (value === undefined) return []
    const group = field === 'name' ? (ip.resourceGroup ?? '') : ''
    const id = `${group}/${value}`.toLowerCase()
    const other = first.get(id)
    first.set(id, other ?? at)
    return other === undefined
      ? []
      : contradiction(`publicIPs[${at}].${field}`, `${value} is already publicIPs[${other}]`, value)
  })
}

const wrongFamily = (ips: readonly PublicIPFact[]): readonly Problem[] =>
  ips.flatMap(({ version, ipAddress }, at) =>
    version === undefined || ipAddress === undefined || ipAddress.includes(':') === (version === 'IPv6')
      ? []
      : contradiction(`publicIPs[${at}].version`, `${ipAddress} is no ${version} address`, version),
  )

function subnetsIn(given: GivenFacts): readonly Problem[] {
  const subnets = (given as Network).virtualNetwork?.subnets ?? []
  const names = new Map<string, number>()
  const seen: { readonly range: string; readonly name: string }[] = []
  return subnets.flatMap(({ name, ranges }, at) => {
    const path = `virtualNetwork.subnets[${at}]`
    const other = names.get(name.toLowerCase())
    names.set(name.toLowerCase(), at)
    const problems = ranges.flatMap((range, index) => {
      const parsed = parseCidr(range)
      const where = `${path}.ranges[${index}]`
      if (!parsed.ok) return contradiction(where, parsed.error.message, range)
      const holder = seen.find((one) => {
        const theirs = parseCidr(one.range)
        return (
          one.name !== name &&
          theirs.ok &&
          (contains(theirs.value, parsed.value) || contains(parsed.value, theirs.value))
        )
      })
      seen.push({ range, name })
      return holder === undefined
        ? []
        : contradiction(where, `${range} overlaps ${holder.range} of subnet ${holder.name}`, range)
    })
    return other === undefined
      ? problems
      : [
          contradiction(`${path}.name`, `${name} is already virtualNetwork.subnets[${other}]`, name),
          ...problems,
        ]
  })
}
