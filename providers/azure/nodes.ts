import { hash } from '../../src/lib/hash.ts'
import { parseAddress } from '../../src/lib/ip.ts'
import type { Family } from '../../src/model/load-balancer.ts'
import type { TargetNode } from '../../src/model/nodes.ts'
import type { LoadBalancerConfig } from './config.ts'
import { isSet, matches } from './selectors.ts'

const controlPlane = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master']

/** Nodes that Azure's controller leaves out beside those that every cloud does. */
export function served(node: TargetNode, resourceGroup: string | undefined): boolean {
  const { labels } = node
  if (controlPlane.some((label) => label in labels)) return false
  if (labels['kubernetes.azure.com/managed']?.toLowerCase() === 'false') return false
  const group = labels['kubernetes.azure.com/resource-group']
  return (
    group === undefined || resourceGroup === undefined || group.toLowerCase() === resourceGroup.toLowerCase()
  )
}

/** The first internal address of a family. */
export function addressOf({ addresses }: TargetNode, family: Family): string | undefined {
  for (const { type, address } of addresses) {
    const parsed = parseAddress(address)
    if (type === 'InternalIP' && parsed.ok && parsed.value.family === family) return parsed.value.text
  }
  return undefined
}

/** The scale set that a node is in, by its provider id. */
export const machineSetOf = ({ providerID }: TargetNode): string | undefined =>
  /\/virtualMachineScaleSets\/([^/]+)\//i.exec(providerID)?.[1]

/**
 * Which of several load balancers a node belongs to: the one whose own machines it is among, else one whose selector
 * takes it, else one that takes any. Among equals a hash of both names decides, so that nodes that come and go leave
 * the others where they are.
 */
export function balancerOf(node: TargetNode, configs: readonly LoadBalancerConfig[]): string | undefined {
  const set = machineSetOf(node)?.toLowerCase()
  const primary = configs.find(({ primaryVMSet }) => set !== undefined && primaryVMSet?.toLowerCase() === set)
  if (primary !== undefined) return primary.name
  const selecting = configs.filter((one) => isSet(one.nodeSelector) && matches(one.nodeSelector, node.labels))
  const open = configs.filter((one) => !isSet(one.nodeSelector))
  const fitting = selecting.length > 0 ? selecting : open
  const weight = ({ name }: LoadBalancerConfig): string => hash([name.toLowerCase(), node.name])
  return fitting.toSorted((a, b) => (weight(a) < weight(b) ? -1 : 1))[0]?.name
}
