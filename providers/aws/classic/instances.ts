import type { TargetNode } from '../../../src/model/nodes.ts'
import type { Owner, Part, Parts } from '../../../src/plan/resource.ts'
import type { NodeGroups } from '../facts.ts'
import { instancesOf } from '../instances.ts'
import { instanceKey } from './listeners.ts'

/** Every node whose instance exists: AWS refuses a whole registration for one that it does not know. */
export function instanceParts(
  nodes: readonly TargetNode[],
  facts: NodeGroups | undefined,
  owners: readonly Owner[],
): Parts {
  const parts: Record<string, Part> = {}
  for (const { id, node, zone } of instancesOf(nodes).list) {
    if (facts !== undefined && !(id in facts.instances)) continue
    const part = { spec: { InstanceId: id }, owners, path: `node/${node}` }
    parts[instanceKey(id)] = zone === undefined ? part : { ...part, zone }
  }
  return parts
}

/** What a load balancer has beside its nodes. */
export const withoutInstances = (parts: Parts = {}): Parts =>
  Object.fromEntries(Object.entries(parts).filter(([, { spec }]) => !('InstanceId' in spec)))
