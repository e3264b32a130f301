import type { TargetNode } from '../../src/model/nodes.ts'
import type { Lookup } from '../../src/provider/blueprint.ts'
import { networkKey, nodeGroupsKey } from './facts.ts'
import { instancesOf } from './instances.ts'

const known = new WeakMap<readonly TargetNode[], readonly Lookup[]>()

/** Pure: the same two facts for every Service, so one answer serves them all. Computed once per array of nodes. */
export function lookupsFor(nodes: readonly TargetNode[]): readonly Lookup[] {
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
