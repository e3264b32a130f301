import type { Fact, GivenFacts, Lookup } from '../../src/provider/blueprint.ts'
import { elasticAddressesKey, networkKey, prefixListsKey, securityGroupsKey } from './facts.ts'

const fields: Readonly<Record<string, string>> = {
  [networkKey]: 'network',
  [securityGroupsKey]: 'securityGroups',
  [elasticAddressesKey]: 'elasticAddresses',
  [prefixListsKey]: 'prefixLists',
}

/** What a facts file says of one lookup. */
export function answerFrom({ key, what }: Lookup, given: GivenFacts): Fact {
  const value = given[fields[key] ?? 'nodeGroups']
  return value === undefined ? { key, unknown: what } : { key, value }
}
