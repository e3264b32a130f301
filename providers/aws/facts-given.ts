import type { Fact, GivenFacts, Lookup } from '../../src/provider/blueprint.ts'
import { elasticAddressesKey, networkKey, prefixListsKey, securityGroupsKey } from './facts.ts'

/** Where keys begin so, and the section that answers them. */
const fields: readonly (readonly [string, string])[] = [
  [networkKey, 'network'],
  [securityGroupsKey(''), 'securityGroups'],
  [elasticAddressesKey, 'elasticAddresses'],
  [prefixListsKey(''), 'prefixLists'],
]

/** What a facts file says of one lookup. */
export function answerFrom({ key, what }: Lookup, given: GivenFacts): Fact {
  const field = fields.find(([beginning]) => key.startsWith(beginning))?.[1]
  const value = given[field ?? 'nodeGroups']
  return value === undefined ? { key, unknown: what } : { key, value }
}
