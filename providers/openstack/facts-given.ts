import type { Json } from '../../src/lib/json.ts'
import type { Fact, GivenFacts, Lookup } from '../../src/provider/blueprint.ts'
import {
  containers,
  floatingIps,
  network,
  octavia,
  ports,
  type FloatingIpItem,
  type NetworkFact,
  type NetworkItem,
  type PortItem,
  type SubnetItem,
} from './facts.ts'

const fields: Readonly<Record<string, string>> = {
  [octavia.key]: 'octavia',
  [floatingIps.key]: 'floatingIps',
  [ports.key]: 'ports',
  [containers.key]: 'containers',
}

const networks = new WeakMap<GivenFacts, NetworkFact>()

/** What a facts file says of one lookup. Networks and their subnets are one fact: neither means much alone. */
export function answerFrom({ key, what }: Lookup, given: GivenFacts): Fact {
  if (key !== network.key) {
    const value = given[fields[key] ?? '']
    return value === undefined ? { key, unknown: what } : { key, value }
  }
  if (given['networks'] === undefined || given['subnets'] === undefined) return { key, unknown: what }
  const { networks: all, subnets } = listsIn(given)
  const known = networks.get(given) ?? { networks: all, subnets }
  networks.set(given, known)
  return { key, value: known as unknown as Json }
}

/** After the schema: the types are what it says. */
export interface Lists {
  readonly networks: readonly NetworkItem[]
  readonly subnets: readonly SubnetItem[]
  readonly floatingIps: readonly FloatingIpItem[]
  readonly ports: readonly PortItem[]
}

export const listsIn = (given: GivenFacts): Lists => ({
  networks: [],
  subnets: [],
  floatingIps: [],
  ports: [],
  ...given,
})
