import { isObject, type Json } from '../../src/lib/json.ts'
import type { Fact, GivenFacts, Lookup } from '../../src/provider/blueprint.ts'
import { elasticAddressesKey, networkKey, prefixListsKey, securityGroupsKey } from './facts.ts'

/** Where keys begin so, and the section that answers them. */
const fields: readonly (readonly [string, string])[] = [
  [networkKey, 'network'],
  [securityGroupsKey(''), 'securityGroups'],
  [elasticAddressesKey, 'elasticAddresses'],
  [prefixListsKey(''), 'prefixLists'],
]

/** The section of a facts file that says the same as these answers. */
export function givenBy(facts: Iterable<Fact>): GivenFacts {
  const given: Record<string, Json> = {}
  for (const fact of facts) {
    if (!('value' in fact)) continue
    const { [fieldOf(fact.key)]: before } = given
    // What several lookups tell of one section, such as groups by their names, stands together.
    given[fieldOf(fact.key)] =
      isObject(before) && isObject(fact.value) ? { ...before, ...fact.value } : fact.value
  }
  return given
}

const fieldOf = (key: string): string =>
  fields.find(([beginning]) => key.startsWith(beginning))?.[1] ?? 'nodeGroups'

/** What a facts file says of one lookup. */
export function answerFrom({ key, what }: Lookup, given: GivenFacts): Fact {
  const value = given[fieldOf(key)]
  return value === undefined ? { key, unknown: what } : { key, value }
}
