import { isObject, type Json, type JsonObject } from '../../src/lib/json.ts'
import type { Fact, GivenFacts, Lookup } from '../../src/provider/blueprint.ts'
import { networkKey, type PublicIPFact, publicIPsKey } from './facts.ts'

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

export const publicIPsIn = (given: GivenFacts): readonly PublicIPFact[] =>
  (given['publicIPs'] ?? []) as unknown as readonly PublicIPFact[]

const fold = (group: Json | undefined): string => (typeof group === 'string' ? group.toLowerCase() : '')

/** One that names no group is in that of the load balancer. */
function inGroup({ resourceGroup }: PublicIPFact, asked: Json | undefined, given: GivenFacts): boolean {
  const own = given['resourceGroup']
  return fold(resourceGroup ?? own) === fold(asked ?? own)
}
