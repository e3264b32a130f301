import type { Fact, GivenFacts, Lookup } from '../../src/provider/blueprint.ts'
import { networkKey } from './facts.ts'

/** What a facts file says of one lookup. */
export function answerFrom({ key, what }: Lookup, given: GivenFacts): Fact {
  const value = given[key === networkKey ? 'network' : 'nodeGroups']
  return value === undefined ? { key, unknown: what } : { key, value }
}
