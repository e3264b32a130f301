import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import type { TargetNode } from '../../src/model/nodes.ts'
import type { Lookup } from '../../src/provider/blueprint.ts'
import { hash } from '../../src/lib/hash.ts'
import type { Setting } from '../../src/model/annotations.ts'
import { type AwsSettings, awsSettings } from './annotations.ts'
import { elasticAddressesKey, networkKey, nodeGroupsKey, prefixListsKey, securityGroupsKey } from './facts.ts'
import { instancesOf } from './instances.ts'

const known = new WeakMap<readonly TargetNode[], readonly Lookup[]>()

/** Pure: the same two facts for every Service, so one answer serves them all, and those that its keys name. */
export function lookupsFor(lb: LoadBalancer, nodes: readonly TargetNode[]): readonly Lookup[] {
  const common = commonLookups(nodes)
  const named = namedLookups(lb)
  return named.length === 0 ? common : [...common, ...named]
}

/** Computed once per array of nodes. */
function commonLookups(nodes: readonly TargetNode[]): readonly Lookup[] {
  const found = known.get(nodes)
  if (found !== undefined) return found
  const { ids, hash } = instancesOf(nodes)
  const lookups = [
    { key: networkKey, what: 'the VPC and its subnets', args: ids.slice(0, 3) },
    { key: nodeGroupsKey(hash), what: 'the security groups of the nodes', args: ids },
  ]
  known.set(nodes, lookups)
  return lookups
}

const of = (key: string, what: string, names: readonly string[]): readonly Lookup[] =>
  names.length === 0 ? [] : [{ key, what, args: names }]

const namesOf = (...settings: readonly (Setting<readonly string[]> | undefined)[]): readonly string[] =>
  settings.flatMap((setting) => setting?.value ?? [])

/** Where the groups that a Service names are found among the facts. */
export const groupsKeyOf = ({ securityGroups, extraSecurityGroups }: AwsSettings): string =>
  securityGroupsKey(hash(namesOf(securityGroups, extraSecurityGroups)))

/** Where the prefix lists are found that it names. */
export const listsKeyOf = ({ prefixLists }: AwsSettings): string => prefixListsKey(hash(namesOf(prefixLists)))

function namedLookups(lb: LoadBalancer): readonly Lookup[] {
  const settings = awsSettings(lb)
  const { securityGroups, extraSecurityGroups, elasticAddresses, address, prefixLists } = settings
  const groups = namesOf(securityGroups, extraSecurityGroups)
  const addresses = [...(elasticAddresses?.value ?? []), ...(address?.value ?? [])]
  return [
    ...of(groupsKeyOf(settings), 'the security groups of the region', groups),
    ...of(elasticAddressesKey, 'the elastic addresses of the account', addresses),
    ...of(listsKeyOf(settings), 'the prefix lists of the region', namesOf(prefixLists)),
  ]
}
