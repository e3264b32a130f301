/**
 * Addresses that a Service chooses, by subnet. AWS has one of each sort in each subnet, so a list is complete or wrong.
 * Elastic ones and prefixes go by position, private ones to the subnet whose range holds them.
 */
import type { Json, JsonObject } from '../../src/lib/json.ts'
import type { Problem } from '../../src/model/problem.ts'
import { addressesAsked, type Asked } from './addresses-asked.ts'
import { elasticProblems } from './elastic-addresses.ts'
import { bySubnet, byPosition, type Placed } from './placed.ts'
import type { Wish } from './wish.ts'

export interface Addresses {
  /** `SubnetMappings` by subnet; nothing where AWS chooses all. */
  readonly spec: JsonObject
  readonly origins: Readonly<Record<string, string>>
  readonly problems: readonly Problem[]
}

type Field = 'AllocationId' | 'PrivateIPv4Address' | 'IPv6Address' | 'SourceNatIpv6Prefix'

interface Sort {
  readonly field: Field
  readonly asked: Asked | undefined
  readonly place: (wish: Wish, asked: Asked) => Placed
}

export function addressesFor(wish: Wish): Addresses {
  const asked = addressesAsked(wish)
  const sorts: readonly Sort[] = [
    { field: 'AllocationId', asked: asked.elastic, place: byPosition },
    { field: 'PrivateIPv4Address', asked: asked.private, place: bySubnet },
    { field: 'IPv6Address', asked: asked.ipv6, place: bySubnet },
    { field: 'SourceNatIpv6Prefix', asked: asked.prefixes, place: byPosition },
  ]
  const mappings: Record<string, Record<string, Json>> = {}
  const origins: Record<string, string> = {}
  const problems: Problem[] = [...asked.problems, ...elasticProblems(wish, asked.elastic)]
  for (const { field, asked: list, place } of sorts) {
    if (list === undefined) continue
    const placed = place(wish, list)
    problems.push(...placed.problems)
    for (const [subnet, value] of placed.bySubnet) {
      mappings[subnet] = { ...mappings[subnet], [field]: value }
      origins[`SubnetMappings.${subnet}.${field}`] = list.path
    }
  }
  const spec = Object.keys(mappings).length === 0 ? {} : { SubnetMappings: mappings }
  return { spec, origins, problems }
}
