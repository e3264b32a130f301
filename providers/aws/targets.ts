import type { TargetNode } from '../../src/model/nodes.ts'
import { type Owner, type Part, type Parts, unknown } from '../../src/plan/resource.ts'
import type { NodeGroups } from './facts.ts'
import { allocated } from './routes.ts'
import { type InstanceNode, instancesOf } from './instances.ts'

export const targetKey = (id: string, port: number): string => `${id}:${port}`

export function targetPart(id: string, port: number, owners: readonly Owner[], node?: string): Part {
  return { spec: { Id: id, Port: port }, owners, ...(node === undefined ? {} : { path: `node/${node}` }) }
}

const existing = new WeakMap<readonly TargetNode[], WeakMap<NodeGroups, readonly InstanceNode[]>>()

/** Nodes whose instance exists: AWS refuses a whole registration for one instance that it does not know. */
function living(nodes: readonly TargetNode[], facts: NodeGroups | undefined): readonly InstanceNode[] {
  const { list } = instancesOf(nodes)
  if (facts === undefined) return list
  const byFacts = existing.get(nodes) ?? new WeakMap<NodeGroups, readonly InstanceNode[]>()
  existing.set(nodes, byFacts)
  const found = byFacts.get(facts) ?? list.filter((instance) => instance.id in facts.instances)
  byFacts.set(facts, found)
  return found
}

/** Every node as a target on one port. */
export function targetsOn(
  port: number,
  nodes: readonly TargetNode[],
  facts: NodeGroups | undefined,
  owners: readonly Owner[],
): Parts {
  const parts: Record<string, Part> = {}
  for (const { id, node } of living(nodes, facts))
    parts[targetKey(id, port)] = targetPart(id, port, owners, node)
  return parts
}

/** Stands for the targets where the nodes or the port are not known. */
export const unknownTargets = (
  port: number | undefined,
  gap: string,
  why: string,
  owners: readonly Owner[],
): Parts => ({
  [`<node>:${port ?? `<${gap}>`}`]: {
    spec: { Id: unknown(why), Port: port ?? unknown(allocated(gap)) },
    owners,
  },
})
